"""Reasons as columns: the code, the values as JSON, and the English text for readers of SQL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from models.reasons.reason import Reason, as_written, reason_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warehouse.lake.columns import Row


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
