"""Check the rows of an uploaded file against each other and against the warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from warehouse.lake.upload_records import (
    Calibration,
    CoachingSession,
    Commitment,
    Dispute,
    FollowUp,
    ShiftBlock,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.lake.upload import Upload
    from warehouse.lake.upload_store import UploadStore
    from warehouse.query.reader import Snapshot

Subject = tuple[str | None, ...]

_FINDINGS = """
select call_id, rule_id, null as scorecard_id, null as question, outcome
from core.finding where call_id in (select unnest($calls))
"""

_ANSWERS = """
select call_id, null as rule_id, scorecard_id, question, answer
from core.answer where call_id in (select unnest($calls))
"""

_AGENTS_OF_CALLS = """
select call_id, agent_id
from core.call semi join (select distinct unnest($calls) as call_id) using (call_id)
"""

_CAUSES = """
select call_id, rule_id from core.flag where call_id in (select unnest($calls)) union
select call_id, rule_id from mart.escalations where call_id in (select unnest($calls))
"""


class Line(NamedTuple):
    """A row with its line number."""

    number: int
    record: Upload


@dataclass(frozen=True)
class Known:
    """What a file is checked against.

    Attributes:
        snapshot: The published calls.
        uploads: What people uploaded before.
    """

    snapshot: Snapshot
    uploads: UploadStore


Fault = tuple[int, str]

NO_SUBJECT = "call_id: the warehouse has no such finding or answer; expected one that it has"


def values_of(known: Known, call_ids: list[str]) -> dict[Subject, str]:
    """The machine's current values in some calls, by subject."""
    asked = {"calls": call_ids}
    rows = (row for sql in (_FINDINGS, _ANSWERS) for row in known.snapshot.ask(sql, asked).rows)
    return {tuple(subject): value for *subject, value in rows}


def faults_between(lines: list[Line], known: Known) -> Iterator[Fault]:
    """Errors of rows that contradict each other, or refer to something unknown."""
    yield from _twice(lines)
    yield from _unknown(lines, known)


def _twice(lines: list[Line]) -> Iterator[Fault]:
    first: dict[tuple[object, ...], int] = {}
    for number, record in lines:
        if isinstance(record, ShiftBlock):
            continue
        key = tuple(getattr(record, name) for name in record.group)
        if key in first:
            yield number, f"duplicate of line {first[key]}; expected it once"
        first.setdefault(key, number)


def _unknown(lines: list[Line], known: Known) -> Iterator[Fault]:
    """Errors of rows that refer to something unknown."""
    if not lines:
        return
    match lines[0].record:
        case Dispute():
            yield from _disputes(lines, known)
        case CoachingSession():
            agents = {row[0] for row in known.snapshot.ask("select agent_id from core.agent").rows}
            yield from _outside(lines, "agent_id", agents)
        case Calibration():
            yield from _calibrations(lines, known)
        case FollowUp():
            yield from _follow_ups(lines, known)
        case Commitment():
            sessions = known.uploads.frame("coaching_session")["session_id"]
            yield from _outside(lines, "session_id", set(sessions))
        case ShiftBlock():
            yield from _overlaps(lines)


def _disputes(lines: list[Line], known: Known) -> Iterator[Fault]:
    disputes = [(line.number, line.record) for line in lines if isinstance(line.record, Dispute)]
    call_ids = [dispute.call_id for _, dispute in disputes]
    values = values_of(known, call_ids)
    agents = dict(known.snapshot.ask(_AGENTS_OF_CALLS, {"calls": call_ids}).rows)
    for number, dispute in disputes:
        if dispute.subject not in values:
            yield number, NO_SUBJECT
        elif agents[dispute.call_id] != dispute.agent_id:
            yield number, "agent_id: not the agent of the call; expected the agent of the call"


def _calibrations(lines: list[Line], known: Known) -> Iterator[Fault]:
    """Unknown subjects, unless they were known before, and second experts of a subject."""
    ratings = [(line.number, line.record) for line in lines if isinstance(line.record, Calibration)]
    values = values_of(known, [rating.call_id for _, rating in ratings])
    stored = known.uploads.frame("calibration")
    before = set(stored["calibration_id"])
    replaced = [rating.calibration_id for _, rating in ratings]
    columns = ("session_id", "call_id", "rule_id", "scorecard_id", "question")
    kept = stored.filter("is_expert", ~pl.col("calibration_id").is_in(replaced))
    experts = set(kept.select(columns).rows())
    for number, rating in ratings:
        if rating.subject not in values and rating.calibration_id not in before:
            yield number, NO_SUBJECT
        if rating.is_expert:
            rated = rating.session_id, *rating.subject
            if rated in experts:
                yield number, "is_expert: the session has another expert here; expected one"
            experts.add(rated)


def _follow_ups(lines: list[Line], known: Known) -> Iterator[Fault]:
    """Those of neither a flag nor an escalation, unless it was one before."""
    tasks = [(line.number, line.record) for line in lines if isinstance(line.record, FollowUp)]
    calls = {"calls": [task.call_id for _, task in tasks]}
    causes = set(known.snapshot.ask(_CAUSES, calls).rows)
    before = set(known.uploads.frame("follow_up")["follow_up_id"])
    for number, task in tasks:
        if (task.call_id, task.rule_id) not in causes and task.follow_up_id not in before:
            yield number, "call_id: the warehouse has no such flag or escalation; expected one"


def _outside(lines: list[Line], name: str, known: set[str]) -> Iterator[Fault]:
    for number, record in lines:
        if getattr(record, name) not in known:
            yield number, f"{name}: not known; expected one that is recorded"


def _overlaps(lines: list[Line]) -> Iterator[Fault]:
    stretches = [
        (line.record, line.number) for line in lines if isinstance(line.record, ShiftBlock)
    ]
    stretches.sort(key=lambda pair: (pair[0].agent_id, pair[0].starts_at))
    for (one, first), (other, number) in pairwise(stretches):
        if one.agent_id == other.agent_id and other.starts_at < one.ends_at:
            yield number, f"starts_at: overlaps with line {first}; expected a start after its end"
