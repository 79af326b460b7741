"""Assignment of a call's words to speakers and roles, for stereo and mono recordings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.audio.decoding import SAMPLE_RATE_HZ
from models.audio.voice_activity import Span
from models.call import Role
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason
from models.speakers.announcements import announced
from models.speakers.diarization import split_speakers
from models.speakers.roles import are_swapped, assign_roles, hints
from models.turns import Voice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.audio.decoding import Pcm
    from models.call import Call
    from models.speakers.embeddings import SpeakerEmbedder
    from models.transcript import Word

_LEAST_SAMPLES = SAMPLE_RATE_HZ // 2  # a shorter rest of a span is its margin
_SIDES = frozenset({Role.AGENT, Role.CUSTOMER})


def voices_of_channels(
    call: Call, words: Sequence[Sequence[Word]], language: str, notes: list[Reason]
) -> tuple[Voice, ...]:
    """One voice per channel, by the channel map, corrected if the words clearly contradict it."""
    roles = _mapped_roles(call, len(words), notes)
    voices = tuple(
        Voice(channel, tuple(heard), role, float(role is not Role.UNKNOWN))
        for channel, (heard, role) in enumerate(zip(words, roles, strict=True))
    )
    if len(voices) != 2 or not all(voice.words for voice in voices):  # noqa: PLR2004  # two sides
        return voices
    first, second = voices
    if frozenset(roles) != _SIDES:
        return assign_roles((first, second), language)
    if are_swapped((first, second), language):
        notes.append(Reason(ReasonCode.SIDES_SWAPPED))
        return replace(first, role=second.role), replace(second, role=first.role)
    return voices


def voices_of_mono(
    channel: Pcm,
    spans: Sequence[Span],
    words: Sequence[Word],
    language: str,
    embedder: SpeakerEmbedder,
) -> tuple[Voice, ...]:
    """Two voices on one channel, separated by sound and words, with roles by their words.

    What is played on it is a voice of its own.
    """
    played = announced(channel, spans, words, language, embedder)
    if played:
        words = [word for word in words if word not in played]
        spans = [piece for span in spans for piece in _around(span, played)]
    split = split_speakers(channel, spans, words, embedder, hints(words, language))
    first, second = (Voice(0, heard) for heard in split)
    system = (Voice(0, played, Role.SYSTEM, 1.0),) if played else ()
    return (*assign_roles((first, second), language), *system)


def _around(span: Span, words: Sequence[Word]) -> Iterator[Span]:
    """The parts of a span before and after the words that lie in it."""
    edges_s = [
        time_s
        for word in words
        if word.start_s * SAMPLE_RATE_HZ < span.end and word.end_s * SAMPLE_RATE_HZ > span.start
        for time_s in (word.start_s, word.end_s)
    ]
    if not edges_s:
        yield span
        return
    first, last = (int(time_s * SAMPLE_RATE_HZ) for time_s in (min(edges_s), max(edges_s)))
    for part in (Span(span.start, first), Span(last, span.end)):
        if part.end - part.start >= _LEAST_SAMPLES:
            yield part


def _mapped_roles(call: Call, channel_count: int, notes: list[Reason]) -> tuple[Role, ...]:
    """Roles from the channel map of the metadata, if it matches the recording."""
    roles = call.channel_roles
    if roles and len(roles) == channel_count:
        return roles
    if roles:
        counts = {"num": len(roles), "total": channel_count}
        notes.append(Reason(ReasonCode.CHANNEL_MAP_UNUSED, counts))
    return (Role.UNKNOWN,) * channel_count
