"""Segmentation of runs of characters into values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qa_rules.pii_detection.context.dialogue import CHOICE
from qa_rules.pii_detection.evidence.features import NO_EVIDENCE, Evidence, Feature
from qa_rules.pii_detection.recognizers.shape_scoring import NOTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa_rules.pii_detection.recognizers.number_runs import Run
    from qa_rules.pii_detection.recognizers.shape_scoring import Scored, ShapeScorer

MAX_BORDERS_AHEAD = 20
"""Borders that one value may go over: an IBAN has fewer groups, and time must stay linear."""


class Candidate(NamedTuple):
    """A span of one side's words with its most probable type.

    Attributes:
        type: The type of PII.
        first: Index of its first word in the stream.
        last: Index after its last word.
        score: Sum of shape, checksum and context; about 0..1.3.
        checksum_valid: None if there is no checksum or the value is incomplete.
        asked: True if the other side asked for it.
        text: The characters, for comparison with the other side; never stored.
        why: Shape, validator and context as text.
        is_fragment: True if it is masked only as a repetition of what the other side said.
        evidence: The features of its type.
        idle: Its words that carry nothing of the value: hesitations, and what only joins it.
    """

    type: str
    first: int
    last: int
    score: float
    checksum_valid: bool | None
    asked: bool
    text: str
    why: str
    is_fragment: bool = False
    evidence: Evidence = NO_EVIDENCE
    idle: frozenset[int] = frozenset()


class _Division(NamedTuple):
    """The best segmentation of a run up to a border.

    Attributes:
        value: Its score.
        start: Index of the border at which its last segment begins.
        scored: That segment.
    """

    value: float
    start: int
    scored: Scored


class RunSegmenter:
    """Splits runs into values and determines their types.

    Args:
        scorer: Scores segments of a run.
    """

    def __init__(self, scorer: ShapeScorer) -> None:
        self._scorer = scorer

    def candidates(self, run: Run) -> list[Candidate]:
        """The best segmentation of the run into values, each with its best type."""
        borders = _borders(run)
        best = [_Division(0.0, 0, NOTHING)]
        for index in range(1, len(borders)):
            best.append(self._division(run, borders[: index + 1], best))
        pieces: list[Candidate] = []
        index = len(borders) - 1
        while index:
            division = best[index]
            span = borders[division.start], borders[index]
            pieces.append(self._candidate(run, *span, division.scored))
            index = division.start
        return pieces[::-1]

    def _division(self, run: Run, borders: Sequence[int], before: Sequence[_Division]) -> _Division:
        """The best segmentation up to the last border, from those of the earlier borders."""
        last = borders[-1]
        best = None
        for start in range(max(0, len(before) - MAX_BORDERS_AHEAD), len(before)):
            first = borders[start]
            scored = self._scorer.best(run, first, last)
            value = before[start].value + scored.score * (last - first)
            if not is_mere_word(run.text[first:last]):
                value += CHOICE[Feature.PIECE]
            if run.style_borders and any(first < border < last for border in run.style_borders):
                value += CHOICE[Feature.MIXED_STYLES] * (last - first)
            if best is None or value > best.value:
                best = _Division(value, start, scored)
        assert best is not None
        return best

    def _candidate(self, run: Run, first: int, last: int, scored: Scored) -> Candidate:
        checksum = {True: ", checksum holds", False: ", checksum fails", None: ""}
        return Candidate(
            type=scored.type,
            first=run.firsts[first],
            last=run.lasts[last - 1],
            score=scored.score,
            checksum_valid=scored.checksum_valid,
            asked=scored.context.asked,
            text=run.text[first:last],
            why=f"{scored.shape} shape{checksum[scored.checksum_valid]}, {scored.context.why}",
            evidence=scored.evidence,
        )


def is_mere_word(text: str) -> bool:
    """Whether it is only an ordinary word that may also be a letter ("y", "a")."""
    return text.isalpha() and text.islower()


def _borders(run: Run) -> list[int]:
    return sorted({0, *run.borders, len(run.text)})
