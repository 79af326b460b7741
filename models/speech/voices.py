"""The voices of a call, from the words of its channels and the channels' layout."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.call import Role
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason
from models.speakers.assignment import voices_of_channels, voices_of_mono
from models.speakers.both_sides import carries_both_sides
from models.turns import Voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.audio.layout import Layout
    from models.audio.voice_activity import Span
    from models.call import Call
    from models.speakers.embeddings import SpeakerEmbedder
    from models.speech.languages import Speech
    from models.transcript import Word

_ONE_SIDE = ((Role.AGENT,), (Role.CUSTOMER,))  # mono recordings of one side only


def voices_of(
    call: Call,
    speech: Speech,
    layout: Layout,
    words: Sequence[Sequence[Word]],
    language: str,
    embedder: SpeakerEmbedder,
) -> tuple[tuple[Voice, ...], tuple[Reason, ...]]:
    """Assign the words of each channel to a voice.

    Args:
        call: Its channel map, if there is one, names the sides.
        speech: The samples that were transcribed.
        layout: The layout of the channels.
        words: Of each channel that was transcribed, in order.
        language: Language of the phrases that identify the sides.
        embedder: Computes the embeddings that separate voices on one channel.

    Returns:
        The voices, and the notes of the recording so far.
    """
    notes = list(layout.notes)
    lone = _conversation(call, speech, layout, words, language)
    if lone is None:
        spoken, played = _without_played(words, layout.played)
        voices = voices_of_channels(call, spoken, language, notes)
        return (*voices, *played), tuple(notes)
    channel_voices = voices_of_mono(
        speech.pcm[lone], _spans(speech, lone), words[lone], language, embedder
    )
    if len(layout.kept) > 1:
        notes = [Reason(ReasonCode.BOTH_SIDES_ON_CHANNEL, {"channel": layout.kept[lone]})]
    return tuple(replace(voice, channel=lone) for voice in channel_voices), tuple(notes)


def _conversation(
    call: Call,
    speech: Speech,
    layout: Layout,
    words: Sequence[Sequence[Word]],
    language: str,
) -> int | None:
    """The one channel that carries both sides; None if each side has its own."""
    if len(speech.pcm) == 1:
        return None if call.channel_roles in _ONE_SIDE else 0
    live = [
        at
        for at, channel in enumerate(layout.kept)
        if channel not in layout.dead and words[at]  # music and noise are no side
    ]
    if len(live) == 1 and carries_both_sides(_spans(speech, live[0]), words[live[0]], language):
        return live[0]
    return None


def _spans(speech: Speech, channel: int) -> list[Span]:
    own = (window.spans for window in speech.windows if window.channel == channel)
    return sorted(span for spans in own for span in spans)


def _without_played(
    words: Sequence[Sequence[Word]], played: Sequence[tuple[float, float]]
) -> tuple[list[tuple[Word, ...]], tuple[Voice, ...]]:
    """Each side's own words, and the announcements as a voice of its own."""
    own: list[tuple[Word, ...]] = []
    announced: list[Voice] = []
    for channel, heard in enumerate(words):
        is_played = [
            any(start_s <= (word.start_s + word.end_s) / 2 < end_s for start_s, end_s in played)
            for word in heard
        ]
        pairs = list(zip(heard, is_played, strict=True))
        own.append(tuple(word for word, announcement in pairs if not announcement))
        system = tuple(word for word, announcement in pairs if announcement)
        if system:
            announced.append(Voice(channel, system, Role.SYSTEM, 1.0))
    return own, tuple(announced)
