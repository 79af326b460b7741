"""The time line of a call: talk, overlaps, silences, masked parts and findings."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from models.call import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.transcript import Transcript
    from qa_rules.results import CallResult, Finding

SILENCE_S = 3.0
"""Shorter pauses are normal and not shown."""

_FINEST_SHARE = 1 / 500
"""Share of the call; smaller gaps are not visible and are closed."""

_MARKER_SHARE = 1 / 40
_MARKER_ROWS = 3
_TICK_STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600)
_MOST_TICKS = 8

Span = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A finding on the time line.

    Attributes:
        finding: The finding.
        start_s: Start of the evidence, or of the window that was searched.
        end_s: End of it.
        absence: Whether it marks an expected phrase that was not found.
        row: Row from 0; neighbouring markers are in different rows.
    """

    finding: Finding
    start_s: float
    end_s: float
    absence: bool
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Everything on the time line, in seconds.

    Attributes:
        duration_s: Length of the call.
        lanes: Talk of each role, with invisible gaps closed.
        overlaps: Where more than one role talks.
        silences: Long periods without talk.
        masked: Masked PII.
        markers: Findings to review.
        ticks_s: Positions of axis labels.
    """

    duration_s: float
    lanes: dict[Role, tuple[Span, ...]]
    overlaps: tuple[Span, ...]
    silences: tuple[Span, ...]
    masked: tuple[Span, ...]
    markers: tuple[Marker, ...]
    ticks_s: tuple[int, ...]

    def pct(self, seconds: float) -> float:
        """A position as a percentage of the line's length."""
        return round(100 * min(seconds, self.duration_s) / self.duration_s, 2)


def timeline_of(result: CallResult) -> Timeline:
    """Compute the time line of a call."""
    transcript = result.transcript
    duration_s = max(transcript.duration_s, 1.0)
    lanes = _lanes(transcript, duration_s * _FINEST_SHARE)
    return Timeline(
        duration_s=duration_s,
        lanes=lanes,
        overlaps=tuple(_overlaps(list(lanes.values()))),
        silences=tuple(_silences(lanes.values(), duration_s)),
        masked=_joined(((span.start_s, span.end_s) for span in result.pii_spans), 0.0),
        markers=tuple(_markers(result.findings, duration_s * _MARKER_SHARE)),
        ticks_s=_ticks_s(duration_s),
    )


def _lanes(transcript: Transcript, finest_s: float) -> dict[Role, tuple[Span, ...]]:
    words: dict[Role, list[Span]] = {Role.AGENT: [], Role.CUSTOMER: []}
    for turn in transcript.turns:
        lane = words.setdefault(turn.role, [])
        lane.extend((word.start_s, max(word.end_s, word.start_s + finest_s)) for word in turn.words)
    return {role: _joined(spans, finest_s) for role, spans in words.items()}


def _joined(spans: Iterable[Span], gap_s: float) -> tuple[Span, ...]:
    """Join spans that overlap or have a smaller gap than given."""
    joined: list[Span] = []
    for start_s, end_s in sorted(spans):
        if joined and start_s - joined[-1][1] <= gap_s:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end_s))
        else:
            joined.append((start_s, end_s))
    return tuple(joined)


def _overlaps(lanes: Sequence[tuple[Span, ...]]) -> Iterator[Span]:
    edges = sorted(edge for start_s, end_s in chain(*lanes) for edge in ((start_s, 1), (end_s, -1)))
    talking, began_s = 0, 0.0
    for at_s, step in edges:
        if talking > 1 and at_s > began_s:
            yield began_s, at_s
        talking, began_s = talking + step, at_s


def _silences(lanes: Iterable[tuple[Span, ...]], duration_s: float) -> Iterator[Span]:
    reached_s = 0.0
    for start_s, end_s in [*_joined(chain(*lanes), SILENCE_S), (duration_s, duration_s)]:
        if start_s - reached_s > SILENCE_S:
            yield reached_s, start_s
        reached_s = max(reached_s, end_s)


def _markers(findings: Iterable[Finding], close_s: float) -> Iterator[Marker]:
    """Markers of the findings to review; uncertain findings have none."""
    places = [
        (place.start_s, place.end_s, finding, place.turn is None)
        for finding in findings
        if finding.failed_or_flagged
        for place in finding.evidence
    ]
    taken_until_s = [float("-inf")] * _MARKER_ROWS
    for start_s, end_s, finding, absence in sorted(places, key=lambda place: place[:2]):
        free = [row for row, until_s in enumerate(taken_until_s) if start_s >= until_s]
        row = free[0] if free else min(range(_MARKER_ROWS), key=taken_until_s.__getitem__)
        taken_until_s[row] = max(end_s if absence else start_s, start_s + close_s)
        yield Marker(finding=finding, start_s=start_s, end_s=end_s, absence=absence, row=row)


def _ticks_s(duration_s: float) -> tuple[int, ...]:
    step_s = next((s for s in _TICK_STEPS_S if duration_s / s <= _MOST_TICKS), _TICK_STEPS_S[-1])
    return tuple(range(0, int(duration_s), step_s))
