"""Which seconds of a recording must be silent in the copy that people may hear.

Each stretch reaches from a sensitive word's start to the start of the same side's next word,
since a recogniser knows better when words begin than when they end. Speech that nobody understood
is muted like a sensitive word, for it may be one. All channels fall silent: each carries an echo
of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa_rules.pii_streams import Place, streams_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.transcript import Transcript
    from qa_rules.pii_streams import Stream
    from qa_rules.results import PiiSpan


UNHEARD = "unheard"
"""Stands among the types of a stretch in which somebody speaks and nothing was understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MutingOptions:
    """How much is muted around sensitive words.

    Attributes:
        lead_in_s: Before the first of them, but never past the middle of the word before it.
        tail_s: Longest stretch after the last of them, where the same side says nothing more.
    """

    lead_in_s: float = 0.15
    tail_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Muted:
    """A stretch of silence.

    Attributes:
        start_s: Start, in seconds from the start of the recording.
        end_s: End; the stretch does not include it.
        types: Ids of the PII rules whose words lie in it, or `unheard`; in alphabetical order.
    """

    start_s: float
    end_s: float
    types: tuple[str, ...]

    @property
    def bounds_s(self) -> tuple[float, float]:
        """Start and end."""
        return self.start_s, self.end_s


def mute_spans(
    transcript: Transcript, spans: Sequence[PiiSpan], options: MutingOptions | None = None
) -> tuple[Muted, ...]:
    """Work out what to mute, in order of time; stretches do not overlap.

    Args:
        transcript: As heard, not redacted.
        spans: Found in exactly this transcript; all are muted, reported or not.
        options: How much around them.
    """
    options = options or MutingOptions()
    stretches = [
        stretch
        for stream in streams_of(transcript)
        for stretch in _stretches(stream, spans, options, transcript.duration_s)
    ]
    stretches += [
        Muted(start_s=unheard.start_s, end_s=unheard.end_s, types=(UNHEARD,))
        for unheard in transcript.unheard
    ]
    return tuple(_merged(stretches))


def _stretches(
    stream: Stream, spans: Iterable[PiiSpan], options: MutingOptions, duration_s: float
) -> Iterator[Muted]:
    words = stream.words
    index_of = {place: index for index, place in enumerate(stream.places)}
    for span in spans:
        if Place(span.turn, span.first) not in index_of:
            continue  # the other side's
        first, last = (index_of[Place(span.turn, word)] for word in (span.first, span.last - 1))
        start_s = max(words[first].start_s - options.lead_in_s, 0.0)
        if first:
            before = words[first - 1]
            start_s = max(start_s, (before.start_s + before.end_s) / 2)
        end_s = min(words[last].end_s + options.tail_s, duration_s)
        if last + 1 < len(words):
            end_s = min(end_s, words[last + 1].start_s)
        yield Muted(
            start_s=min(start_s, words[first].start_s),
            end_s=max(end_s, words[last].end_s),
            types=(span.type,),
        )


def _merged(stretches: Iterable[Muted]) -> list[Muted]:
    merged: list[Muted] = []
    for stretch in sorted(stretches, key=lambda stretch: stretch.bounds_s):
        if merged and stretch.start_s <= merged[-1].end_s:
            before = merged.pop()
            stretch = Muted(  # noqa: PLW2901  the joined stretch takes the place of both
                start_s=before.start_s,
                end_s=max(before.end_s, stretch.end_s),
                types=tuple(sorted({*before.types, *stretch.types})),
            )
        merged.append(stretch)
    return merged
