"""Read an uploaded file, and check it against the warehouse.

All errors are reported at once, as `file:line: what; expected what`, without content of cells.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from qa_rules.strict_yaml import expected
from warehouse.errors import UploadError
from warehouse.lake.upload_records import (
    KINDS,
    CoachingSession,
    Commitment,
    Dispute,
    Review,
    ShiftBlock,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from warehouse.lake.upload_records import Upload
    from warehouse.lake.upload_store import UploadStore
    from warehouse.query.reader import Snapshot

Subject = tuple[str | None, ...]

_SUBJECTS = """
with wanted as (select distinct unnest($calls) as call_id)
select call_id, rule_id, null as scorecard_id, null as question, outcome as value
from core.finding semi join wanted using (call_id)
union all
select call_id, null, scorecard_id, question, answer
from core.answer semi join wanted using (call_id)
"""

_AGENTS_OF_CALLS = """
select call_id, agent_id
from core.call semi join (select distinct unnest($calls) as call_id) using (call_id)
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


def read_uploads(path: Path, kind: str, known: Known) -> list[Upload]:
    """Read and check a file.

    Args:
        path: A CSV file in UTF-8, with a header.
        kind: Its kind, a name of `KINDS`.
        known: What it is checked against.

    Raises:
        UploadError: The file is invalid; lists all errors.
    """
    lines, faults = _parsed(path, KINDS[kind])
    if not faults:
        lines, faults = _completed(lines, known)
        faults += [*_twice(lines), *_unknown(lines, known)]
    if faults:
        raise UploadError([f"{path.name}:{number}: {what}" for number, what in sorted(faults)])
    return [line.record for line in lines]


Fault = tuple[int, str]


def _parsed(path: Path, kind: type[Upload]) -> tuple[list[Line], list[Fault]]:
    lines, faults = [], []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            # Spreadsheets separate by semicolons where the decimal separator is a comma.
            head = file.readline()
            file.seek(0)
            reader = csv.DictReader(file, delimiter=";" if ";" in head else ",")
            if fault := _head_fault(reader.fieldnames or [], kind):
                return [], [(1, fault)]
            for row in reader:
                if None in row:
                    faults.append((reader.line_num, "more cells than columns; expected one each"))
                    continue
                cells = {name: cell for name, cell in row.items() if cell}
                try:
                    record = kind.model_validate_strings(cells)
                except ValidationError as error:
                    faults += [(reader.line_num, text) for text in _texts(error)]
                else:
                    lines.append(Line(reader.line_num, record))
    except (UnicodeDecodeError, csv.Error):
        return [], [(1, "cannot be read; expected CSV in UTF-8")]
    return lines, faults


def _head_fault(names: Sequence[str], kind: type[Upload]) -> str | None:
    fields = kind.model_fields
    made = kind.group[:1] if kind.identity else ()
    missing = [name for name, field in fields.items() if field.is_required() and name not in made]
    wrong = [f"no column {name}" for name in missing if name not in names]
    # By position: in a file without a header, the name would be content of a cell.
    wrong += [
        f"unknown column {place}" for place, name in enumerate(names, 1) if name not in fields
    ]
    return f"{', '.join(wrong)}; expected {', '.join(fields)}" if wrong else None


def _texts(error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False, include_input=False):
        column = ".".join(str(part) for part in fault["loc"][:1])
        yield f"{column}: expected {expected(fault)}" if column else f"expected {expected(fault)}"


def _completed(lines: list[Line], known: Known) -> tuple[list[Line], list[Fault]]:
    """Add the machine's value to reviews: the one recorded first, or else the current one."""
    reviews = [line.record for line in lines if isinstance(line.record, Review)]
    if not reviews:
        return lines, []
    stored = known.uploads.frame("review")
    before = dict(zip(stored["review_id"], stored["machine_value"], strict=True))
    now = _values(known, [review.call_id for review in reviews])
    complete, faults = [], []
    for number, record in lines:
        assert isinstance(record, Review), "a file holds one kind"
        if record.subject not in now and record.review_id not in before:
            faults.append((number, _NO_SUBJECT))
        value = record.machine_value or before.get(record.review_id) or now.get(record.subject)
        complete.append(Line(number, record.model_copy(update={"machine_value": value})))
    return complete, faults


_NO_SUBJECT = "call_id: the warehouse has no such finding or answer; expected one that it has"


def _values(known: Known, call_ids: list[str]) -> dict[Subject, str]:
    rows = known.snapshot.ask(_SUBJECTS, {"calls": call_ids}).rows
    return {tuple(subject): value for *subject, value in rows}


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
        case Commitment():
            sessions = known.uploads.frame("coaching_session")["session_id"]
            yield from _outside(lines, "session_id", set(sessions))
        case ShiftBlock():
            yield from _overlaps(lines)


def _disputes(lines: list[Line], known: Known) -> Iterator[Fault]:
    disputes = [(line.number, line.record) for line in lines if isinstance(line.record, Dispute)]
    call_ids = [dispute.call_id for _, dispute in disputes]
    values = _values(known, call_ids)
    agents = dict(known.snapshot.ask(_AGENTS_OF_CALLS, {"calls": call_ids}).rows)
    for number, dispute in disputes:
        if dispute.subject not in values:
            yield number, _NO_SUBJECT
        elif agents[dispute.call_id] != dispute.agent_id:
            yield number, "agent_id: not the agent of the call; expected the agent of the call"


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
