"""A flag list as CSV, for a spreadsheet that must not take any text for a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.reports.night import SupervisorNight

_COLUMNS = (
    "list",
    "call_id",
    "started_local",
    "at",
    "start_s",
    "agent_id",
    "agent_name",
    "team",
    "queue",
    "language",
    "rule_id",
    "rule_title",
    "severity",
    "outcome",
    "confidence",
    "quote",
    "why",
    "rule_why",
    "priority",
)

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")

Cell = str | float | None


def flag_csv(night: SupervisorNight) -> bytes:
    """The flags and the sample, in UTF-8 with the mark by which Excel knows it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, restval="")
    writer.writeheader()
    for row in _rows(night):
        writer.writerow({name: _harmless(cell) for name, cell in row.items()})
    return text.getvalue().encode("utf-8-sig")


def _rows(night: SupervisorNight) -> Iterator[dict[str, Cell]]:
    for flag in night.flags:
        shown = {name: getattr(flag, name) for name in _COLUMNS if hasattr(flag, name)}
        started = flag.started_local.isoformat(" ")
        at = flag.start_minutes_seconds
        exact = {"confidence": round(flag.confidence, 2), "priority": round(flag.priority, 2)}
        yield {**shown, **exact, "list": "flagged", "started_local": started, "at": at}
    for call in night.sample:
        shown = {name: getattr(call, name) for name in _COLUMNS if hasattr(call, name)}
        yield {**shown, "list": "sample", "started_local": call.started_local.isoformat(" ")}


def _harmless(cell: Cell) -> Cell:
    """A quote mark in front keeps a spreadsheet from computing a text."""
    if isinstance(cell, str) and cell.lstrip().startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell
