"""The desk's statement of open flags, which is quicker than the mart's, says the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.desk.person import Person, Role
from warehouse.query.reader import open_snapshot

if TYPE_CHECKING:
    from flows.desk.desk import Desk

_COLUMNS = ("flag_id", "call_date", "agent_name", "severity", "start_s", "open_days")


def test_they_are_those_of_the_mart(desk: Desk) -> None:
    """Of every supervisor, with severity, place and age."""
    with open_snapshot(desk.centre.warehouse) as snapshot:
        sql = f"select supervisor_id, {', '.join(_COLUMNS)} from mart.open_flag"
        rows = [tuple(row) for row in snapshot.ask(sql).rows]
    supervisors = {row[0] for row in rows}
    assert len(rows) > len(supervisors) > 0

    for subject in supervisors:
        person = Person(account_id=1, subject=subject, name="", role=Role.SUPERVISOR, language="en")
        found = desk.calls.ask(person, "open_flags", language="en")
        theirs = {row[1:] for row in rows if row[0] == subject}
        assert {tuple(one[name] for name in _COLUMNS) for one in found} == theirs
