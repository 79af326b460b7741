"""Flag lists as CSV, protected against formula injection."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from warehouse.reports.site.reasons import reason_in
from warehouse.spreadsheets import write_csv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.reports.flags.records import SupervisorNight
    from warehouse.reports.site.translation import Language

_COLUMNS = (
    "list",
    "rank",
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
    "rule_title_failed",
    "rule_tags",
    "severity",
    "outcome",
    "confidence",
    "quote",
    "reason_code",
    "why",
    "rule_why",
    "priority",
    "listed_before",
)


def flag_csv(night: SupervisorNight, locale: Language) -> bytes:
    """The flags and the sample, as UTF-8 with a byte order mark for Excel.

    Args:
        night: The content of the supervisor's list.
        locale: The reader's language, for the reasons.
    """
    text = io.StringIO()
    rows = ([row.get(name, "") for name in _COLUMNS] for row in _rows(night, locale))
    write_csv(text, _COLUMNS, rows)
    return text.getvalue().encode("utf-8-sig")


def _rows(night: SupervisorNight, locale: Language) -> Iterator[dict[str, Any]]:
    for flag in night.flags:
        shown = {name: getattr(flag, name) for name in _COLUMNS if hasattr(flag, name)}
        started = flag.started_local.isoformat(" ")
        at = flag.start_minutes_seconds
        exact = {"confidence": round(flag.confidence, 2), "priority": round(flag.priority, 2)}
        reason = {"reason_code": str(flag.reason.code), "why": reason_in(locale, flag.reason)}
        told = {"list": "flagged", "started_local": started, "at": at}
        yield {**shown, **exact, **reason, **told, "rule_tags": " ".join(flag.rule_tags)}
    for call in night.sample:
        shown = {name: getattr(call, name) for name in _COLUMNS if hasattr(call, name)}
        yield {**shown, "list": "sample", "started_local": call.started_local.isoformat(" ")}
