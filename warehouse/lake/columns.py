"""The mapping between fields of records and columns of the lake, used in both directions.

Reasons are three columns: the code, the values as JSON, and the English text for readers of SQL.
"""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from models.call import Call, Direction, Recording, Role
from models.metrics import Metric
from models.reasons.reason import Reason, as_written, reason_from
from qa_rules.results import (
    Act,
    Answer,
    AnswerValue,
    Evaluation,
    Evidence,
    Finding,
    Outcome,
    PiiSpan,
    Severity,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from _typeshed import DataclassInstance

Row = dict[str, Any]

SIDES_SEPARATOR = " + "
"""Between path and name of two files that are the sides of one call, in one cell."""

_R = TypeVar("_R", bound="DataclassInstance")


class Columns(Generic[_R]):
    """The columns of one record type; every field has one, unless it is stored elsewhere."""

    def __init__(
        self,
        kind: type[_R],
        read: Mapping[str, Callable[[Any], Any]],
        *,
        names: Mapping[str, str] | None = None,
        without: Collection[str] = (),
    ) -> None:
        """List the columns.

        Args:
            kind: The record type.
            read: Converters from cell to value, by field, where the two differ.
            names: Column names, by field, where the two differ.
            without: Fields that are stored elsewhere.
        """
        self._kind = kind
        self._read = read
        kept = [field.name for field in fields(kind) if field.name not in without]
        self._columns = {field: (names or {}).get(field, field) for field in kept}

    def row(self, record: _R) -> Row:
        """The record's cells."""
        return {column: getattr(record, field) for field, column in self._columns.items()}

    def record(self, row: Row, **elsewhere: Any) -> _R:
        """The record of a row and of values stored elsewhere."""
        values = {field: row[column] for field, column in self._columns.items()}
        values |= {field: make(values[field]) for field, make in self._read.items()}
        return self._kind(**values, **elsewhere)


def _role(cell: str | None) -> Role | None:
    return None if cell is None else Role(cell)


CALL = Columns(
    Call,
    {"direction": Direction, "restricted": bool},
    names={"language": "fixed_language"},
    without=("started_at", "channel_roles", "fields"),
)
RECORDING = Columns(
    Recording,
    {"path": Path},
    names={"path": "recording_path"},
    # What follows of them, the notes of the transcript say; the path names the other side, too.
    without=("stated_s", "is_unfinished", "other_side", "kept_path"),
)
METRIC = Columns(Metric, {"role": _role}, names={"name": "metric"})
PII_SPAN = Columns(
    PiiSpan,
    {"role": Role, "act": Act},
    names={
        "type": "pii_type",
        "type_version": "pii_type_version",
        "first": "first_word",
        "last": "last_word",
    },
)
FINDING = Columns(
    Finding,
    {"outcome": Outcome, "severity": Severity, "rule_severity": Severity},
    without=("evidence", "reason"),
)
EVIDENCE = Columns(Evidence, {"role": Role})
EVALUATION = Columns(Evaluation, {}, without=("answers", "reason"))
ANSWER = Columns(
    Answer,
    {"value": AnswerValue, "rule_ids": tuple, "is_weak": bool},
    names={"value": "answer"},
    without=("reason",),
)


def reason_cells(reason: Reason) -> Row:
    """The cells of a reason."""
    return {
        "reason_code": str(reason.code),
        "reason_values": _json(reason),
        "why": reason.english,
    }


def reason_of(row: Row) -> Reason:
    """The reason of a row with `reason_cells`; older rows have only the English text."""
    return _reason(row["reason_code"], row["reason_values"], row["why"])


def note_cells(notes: Sequence[Reason]) -> Row:
    """The cells of a recording's notes."""
    return {
        "notes": [note.english for note in notes],
        "note_codes": [str(note.code) for note in notes],
        "note_values": [_json(note) for note in notes],
    }


def notes_of(row: Row) -> tuple[Reason, ...]:
    """The notes of a row with `note_cells`; older rows have only the English text."""
    texts = row["notes"]
    unknown = [None] * len(texts)
    codes, values = row["note_codes"] or unknown, row["note_values"] or unknown
    return tuple(map(_reason, codes, values, texts))


def _json(reason: Reason) -> str:
    return json.dumps(reason.plain_values, ensure_ascii=False)


def _reason(code: str | None, values: str | None, english: str) -> Reason:
    """The reason; its English text if the code is missing or unknown to this version."""
    if code is None or values is None:
        return as_written(english)
    try:
        return reason_from(code, json.loads(values))
    except (KeyError, ValueError):
        return as_written(english)
