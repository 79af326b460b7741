"""Which parts of a recording are muted in its redacted copy.

Each part extends from the start of a sensitive word to the start of the same side's next word,
which includes the digits that recognition omitted, without what the other side says alone. Speech
without recognised words is muted as well where it may be sensitive (`unheard_answers`), and so are
keyed digits, whose tones can be decoded. All channels are muted, since each carries an echo of the
other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa_rules.pii_detection.context.speaker_words import Place, streams_of
from qa_rules.pii_detection.redaction.talk_of_others import (
    silent_since_s,
    talk_of_others,
    without_others,
)
from qa_rules.pii_detection.redaction.unheard_answers import unheard_answers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.transcript import KeyedDigits, Transcript, Word
    from qa_rules.pii_detection.context.speaker_words import SpeakerWords
    from qa_rules.pii_detection.types.catalogue import PiiRules
    from qa_rules.results import Alternative, PiiSpan


# Of the words of the invented night, as its voices say them, 95 of 100 are shorter.
LONGEST_SOUND_S, LONGEST_LETTER_S = 0.2, 0.06
"""Seconds of a word, and of each of its letters, that speech needs at most."""

SHORTEST_WORD_S = 0.08
"""What lasts less was not said as that word: it may be the sound of a sensitive one beside it."""
UNHEARD = "unheard"
"""Type of muted parts with speech in which no words were recognised."""
KEYED_DIGITS = "keyed_digits"
"""Type of muted parts with keyed digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MutingOptions:
    """The margins of muting around sensitive words.

    Attributes:
        margin_s: Before the first and into the word after the last of them, since word times are
            not exact; never more than a third of the harmless word there. If the one after them
            lasts longer than its letters take, up to two fifths of it are theirs.
        tail_s: Longest stretch after the last of them, where the same side says nothing more.
        between_s: Longest pause between two sensitive parts that is muted with them, since the time
            of a word after a pause is uncertain.
        apart_s: Least distance from the sensitive words at which what only the other side says
            stays audible, with pauses of that length.
        tone_margin_s: Before the first and after the last tone of keyed digits, since an echo of
            it comes later and a codec smears it.
    """

    margin_s: float = 0.3
    tail_s: float = 1.0
    between_s: float = 3.0
    apart_s: float = 0.4
    tone_margin_s: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Muted:
    """A muted part.

    Attributes:
        start_s: Start, in seconds from the start of the recording.
        end_s: End; the stretch does not include it.
        types: Ids of the PII types in it, `unheard` or `keyed_digits`; in alphabetical order.
    """

    start_s: float
    end_s: float
    types: tuple[str, ...]

    @property
    def bounds_s(self) -> tuple[float, float]:
        """Start and end."""
        return self.start_s, self.end_s


def mute_spans(
    transcript: Transcript,
    spans: Sequence[PiiSpan],
    rules: PiiRules,
    options: MutingOptions | None = None,
    alternatives: Iterable[Alternative] = (),
) -> tuple[Muted, ...]:
    """Determine what to mute, in order of time and without overlap.

    Args:
        transcript: The unredacted transcript.
        spans: Spans of this transcript; all are muted, reported or not.
        rules: The rules that found them.
        options: Margins around them.
        alternatives: The turns that were recognised again; what only they hold is muted, too.
    """
    options = options or MutingOptions()
    streams = streams_of(transcript)
    stretches = [
        stretch
        for stream in streams
        for stretch in _stretches(
            stream,
            talk_of_others(stream, streams, options.apart_s),
            spans,
            options,
            transcript.duration_s,
        )
    ]
    stretches += [
        Muted(start_s=unheard.start_s, end_s=unheard.end_s, types=(UNHEARD,))
        for unheard in unheard_answers(transcript, rules)
    ]
    stretches += [
        _widened(keyed, options.tone_margin_s, transcript.duration_s, KEYED_DIGITS)
        for keyed in transcript.keyed_digits
    ]
    return mute_alternatives(_merged(stretches), alternatives, transcript.duration_s, options)


def mute_alternatives(
    muted: Sequence[Muted],
    alternatives: Iterable[Alternative],
    duration_s: float,
    options: MutingOptions | None = None,
) -> tuple[Muted, ...]:
    """Mute as well what only a second recognition found, so that text and copy hide the same.

    Args:
        muted: What is muted by the first recognition.
        alternatives: The turns that were recognised again.
        duration_s: Of the recording.
        options: Margins; those of the words around are unknown, so all of the margin is muted.
    """
    margin_s = (options or MutingOptions()).margin_s
    more = [
        _widened(span, margin_s, duration_s, span.type)
        for alternative in alternatives
        for span in alternative.pii_spans
        if not any(part.start_s <= span.start_s and span.end_s <= part.end_s for part in muted)
    ]
    return tuple(_merged([*muted, *more]))


def _widened(part: PiiSpan | KeyedDigits, margin_s: float, duration_s: float, type_: str) -> Muted:
    """A part with a margin on both sides, within the recording."""
    start_s, end_s = max(part.start_s - margin_s, 0.0), min(part.end_s + margin_s, duration_s)
    return Muted(start_s=start_s, end_s=end_s, types=(type_,))


def _stretches(
    stream: SpeakerWords,
    others: Sequence[tuple[float, float]],
    spans: Iterable[PiiSpan],
    options: MutingOptions,
    duration_s: float,
) -> Iterator[Muted]:
    words = stream.words
    index_of = {place: index for index, place in enumerate(stream.places)}
    own = [
        (span, index_of[Place(span.turn, span.first)], index_of[Place(span.turn, span.last - 1)])
        for span in spans
        if Place(span.turn, span.first) in index_of  # else the other side's
    ]
    begins = {first for _, first, _ in own}
    ends = {(last, span.type) for span, _, last in own}
    for span, first, last in own:
        start_s = max(words[first].start_s - options.margin_s, 0.0)
        before_s = words[first - 1].end_s if (first - 1, span.type) in ends else -math.inf
        if words[first].start_s - before_s <= options.between_s:
            # The pause too: the time of a word after it is uncertain.
            start_s = max(before_s, silent_since_s(start_s, others))
        elif near := _lasting(words, range(first - 1, -1, -1)):
            start_s = max(start_s, _place_s(near, 2 / 3))
        end_s = min(words[last].end_s + options.tail_s, duration_s)
        pause_s = words[last + 1].start_s - words[last].end_s if last + 1 < len(words) else 0.0
        if last + 1 in begins and pause_s <= options.between_s:
            end_s = words[last + 1].start_s
        elif near := _lasting(words, range(last + 1, len(words))):
            end_s = min(end_s, _audible_from_s(near, options.margin_s))
        bounds_s = min(start_s, words[first].start_s), max(end_s, words[last].end_s)
        said = words[first : last + 1]
        for begins_s, ends_s in without_others(bounds_s, said, others, options.apart_s):
            yield Muted(start_s=begins_s, end_s=ends_s, types=(span.type,))


def _lasting(words: Sequence[Word], places: range) -> Word | None:
    """The first of the words at some places that lasts long enough to have been said."""
    near = (words[at] for at in places)
    return next((word for word in near if word.end_s - word.start_s >= SHORTEST_WORD_S), None)


def _audible_from_s(word: Word, margin_s: float) -> float:
    """The time until which a harmless word after a sensitive one is muted."""
    longest_s = LONGEST_SOUND_S + LONGEST_LETTER_S * len(word.text)
    own_s = min(word.end_s - longest_s, _place_s(word, 2 / 5))
    return max(min(word.start_s + margin_s, _place_s(word, 1 / 3)), own_s)


def _place_s(word: Word, ratio: float) -> float:
    """The time at which this part of a word has been said."""
    return word.start_s + (word.end_s - word.start_s) * ratio


def _merged(stretches: Iterable[Muted]) -> list[Muted]:
    merged: list[Muted] = []
    for stretch in sorted(stretches, key=lambda stretch: stretch.bounds_s):
        if merged and stretch.start_s <= merged[-1].end_s:
            before = merged.pop()
            stretch = Muted(  # noqa: PLW2901  the joined part replaces both
                start_s=before.start_s,
                end_s=max(before.end_s, stretch.end_s),
                types=tuple(sorted({*before.types, *stretch.types})),
            )
        merged.append(stretch)
    return merged
