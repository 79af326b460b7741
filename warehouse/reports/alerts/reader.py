"""What the queries of a centre's alerts say of the published warehouse."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qa_rules.errors import RuleFilesError
from qa_rules.strict_yaml import read_located
from warehouse.errors import QueryError
from warehouse.reports.alerts.records import AlertFile, Answer

if TYPE_CHECKING:
    from pathlib import Path

    from qa_rules.strict_yaml import Located
    from warehouse.query.reader import Snapshot

LONGEST_S = 60.0
"""How long a query may take: a run waits for all of them."""


def read_alerts(path: Path) -> Located[AlertFile]:
    """Read a centre's alerts.

    Raises:
        RuleFilesError: The file is missing or invalid; lists all errors with their lines.
    """
    try:
        return read_located(path, AlertFile)
    except OSError as error:
        what = f"{error.strerror}; expected a file of alerts"
        raise RuleFilesError([f"{path}:1: {what}"]) from None


def ask_alerts(
    file: Located[AlertFile], snapshot: Snapshot, longest_s: float = LONGEST_S
) -> list[Answer]:
    """Ask every query; one that fails costs no other its answer."""
    return [_ask(file, number, snapshot, longest_s) for number in range(len(file.record.alerts))]


def _ask(file: Located[AlertFile], number: int, snapshot: Snapshot, longest_s: float) -> Answer:
    alert = file.record.alerts[number]
    try:
        value = snapshot.number(alert.query, longest_s)
    except QueryError as error:
        what = f"the query of {alert.id} fails: {error}; expected one number"
        return Answer(alert, None, file.fault(("alerts", number, "query"), what))
    return Answer(alert, value if value is not None and math.isfinite(value) else None)
