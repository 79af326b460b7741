"""The mapping between fields of records and columns of the lake, used in both directions."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from models.call import Call, Direction, Recording, Role
from models.metrics import Metric
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
    from collections.abc import Callable, Collection, Mapping

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
