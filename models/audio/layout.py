"""Which channels of a recording are transcribed, and where."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from models.audio.decoding import SAMPLE_RATE_HZ
from models.audio.voice_activity import FRAME_SAMPLES, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.audio.voice_activity import SpeechProbabilities
    from models.reasons.reason import Reason
    from models.transcript import NotListened


@dataclass(frozen=True, slots=True)
class Layout:
    """Which channels to transcribe.

    Attributes:
        kept: Indexes of the file's channels that are transcribed, ascending.
        dead: Those of `kept` that carry no speech of their own.
        played: Start and end in seconds of what both of two kept channels carry, such as an
            announcement; only the first is transcribed there.
        not_listened: The same for a redacted copy, with the channels that are not kept.
        notes: What was decided, on what evidence.
    """

    kept: tuple[int, ...]
    dead: tuple[int, ...]
    played: tuple[tuple[float, float], ...]
    not_listened: tuple[NotListened, ...]
    notes: tuple[Reason, ...]

    def listened(
        self, probabilities: Sequence[SpeechProbabilities]
    ) -> tuple[SpeechProbabilities, ...]:
        """Speech probabilities of the kept channels, 0 where they are not transcribed."""
        heard = {channel: probabilities[channel].copy() for channel in self.kept}
        for stretch in self.not_listened:
            if stretch.channel in heard:
                first, last = (
                    round(time_s * SAMPLE_RATE_HZ / FRAME_SAMPLES)
                    for time_s in (stretch.start_s, stretch.end_s)
                )
                heard[stretch.channel][first:last] = 0
        return tuple(heard.values())

    def apart(self, spans: Sequence[Span]) -> Iterator[list[Span]]:
        """Spans cut where something played begins or ends, and grouped between these borders.

        No window may hold both an announcement and a speaker: a word at the border could be
        assigned to the wrong one.
        """
        borders = [round(time_s * SAMPLE_RATE_HZ) for edges in self.played for time_s in edges]
        pieces = [
            Span(first, last)
            for span in spans
            for first, last in pairwise(
                [span.start, *(at for at in borders if span.start < at < span.end), span.end]
            )
        ]
        for _, group in groupby(pieces, key=lambda piece: bisect_right(borders, piece.start)):
            yield list(group)
