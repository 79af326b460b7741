"""A roster says who an agent was on the day of a call, and never overrides the metadata."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from flows.errors import FlowsError
from flows.settings.centre import Settings
from flows.sources.centre.roster import Roster, read_roster
from flows.sources.metadata import call_of
from models.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from pathlib import Path

    from models.call import Call

ROSTER = """agent_id,from,until,name,team,supervisor_id,supervisor_name,aliases
ag-7,2026-01-01,,Nora Vidal,Billing,sv-1,Pau Serra,1042 nvidal
ag-7,2026-03-11,,Nora Vidal,Retention,sv-2,Ines Roca,1042 nvidal
ag-9,2026-01-01,2026-03-10,Luca Conti,Sales,sv-1,,1050
ag-8,2026-03-11,,Marta Gil,Sales,sv-1,,1050
"""


@pytest.fixture
def roster(tmp_path: Path) -> Roster:
    """The roster above, in a centre in Madrid."""
    return roster_from(tmp_path, ROSTER)


def roster_from(folder: Path, text: str) -> Roster:
    """A roster of that text."""
    path = folder / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return Roster(read_roster(path, DEFAULT_LIMITS), ZoneInfo("Europe/Madrid"))


def call(agent_id: str, at: datetime, **given: str) -> Call:
    """A call of which the metadata give only that."""
    fields = {"call_id": "c", "started_at": at.isoformat(), "queue": "q", "direction": "inbound"}
    return call_of(fields | {"agent_id": agent_id} | given, "c.json")


def who(call: Call) -> tuple[str, str, str, str, str]:
    """What a roster may complete."""
    return (
        call.agent_id,
        call.agent_name,
        call.team,
        call.supervisor_id,
        call.supervisor_name,
    )


BEFORE = ("ag-7", "Nora Vidal", "Billing", "sv-1", "Pau Serra")
AFTER = ("ag-7", "Nora Vidal", "Retention", "sv-2", "Ines Roca")


@pytest.mark.parametrize("agent", ["ag-7", "AG-7", "1042", "NVidal"])
def test_an_alias_is_the_agent(roster: Roster, agent: str) -> None:
    """Extension, user name and another case of the id become the agent's id."""
    assert who(roster.completed(call(agent, datetime(2026, 3, 10, 9, tzinfo=UTC)))) == BEFORE


def test_the_day_is_that_of_the_centre(roster: Roster) -> None:
    """At 23:30 in UTC it is the next day in Madrid, on which the agent has another team."""
    late = datetime(2026, 3, 10, 22, 59, tzinfo=UTC)
    assert who(roster.completed(call("ag-7", late))) == BEFORE
    assert who(roster.completed(call("ag-7", late.replace(hour=23)))) == AFTER


def test_an_extension_changes_hands(roster: Roster) -> None:
    """The last day is included; a supervisor without a name is shown by id."""
    first = roster.completed(call("1050", datetime(2026, 3, 10, 9, tzinfo=UTC)))
    second = roster.completed(call("1050", datetime(2026, 3, 11, 9, tzinfo=UTC)))
    assert who(first) == ("ag-9", "Luca Conti", "Sales", "sv-1", "sv-1")
    assert who(second) == ("ag-8", "Marta Gil", "Sales", "sv-1", "sv-1")


def test_metadata_count_more(roster: Roster) -> None:
    """What metadata say stays; another supervisor does not get the name of the roster's."""
    at = datetime(2026, 3, 10, 9, tzinfo=UTC)
    given = call("ag-7", at, agent_name="N. Vidal", team="Night", supervisor_id="sv-9")
    assert who(roster.completed(given)) == ("ag-7", "N. Vidal", "Night", "sv-9", "sv-9")
    half = call("ag-7", at, supervisor_id="sv-1")
    assert roster.completed(half).supervisor_name == "Pau Serra"


def test_an_unknown_agent_or_day_changes_nothing(roster: Roster) -> None:
    """A call before the roster begins, and one of an agent who is not in it."""
    for one in (
        call("ag-7", datetime(2025, 12, 31, 9, tzinfo=UTC)),
        call("ag-1", datetime(2026, 3, 10, 9, tzinfo=UTC)),
    ):
        assert roster.completed(one) == one


def test_columns_may_be_few_and_of_a_spreadsheet(tmp_path: Path) -> None:
    """Semicolons, other order, no dates: the line always holds."""
    roster = roster_from(tmp_path, "Name;Agent_ID\nNora Vidal;ag-7\n")
    assert roster.completed(call("ag-7", datetime(1999, 1, 1, tzinfo=UTC))).agent_name == (
        "Nora Vidal"
    )


def test_every_error_names_line_and_column_and_no_value(tmp_path: Path) -> None:
    """All at once: no date, an empty id, days that overlap, an extension of two agents."""
    text = (
        "agent_id,from,until,aliases,phone\n"
        "ag-1,10/03/2026,,,\n"
        ",2026-03-01,,,\n"
        "ag-2,2026-03-10,2026-03-01,,\n"
        "ag-3,2026-03-01,2026-03-31,1042,\n"
        "ag-3,2026-03-15,,,\n"
        "ag-4,2026-03-20,,1042,\n"
    )
    with pytest.raises(FlowsError) as raised:
        roster_from(tmp_path, text)
    told = [line.partition("; ")[0] for line in str(raised.value).splitlines()]
    assert told == [
        "roster.csv:1: column `phone` is not known",
        "roster.csv:2: column `from` is no date",
        "roster.csv:3: column `agent_id` is empty",
        "roster.csv:4: column `until` is before `from`",
        "roster.csv:6: column `from`: the days overlap with those of line 5",
        "roster.csv:7: column `aliases`: line 5 has the same id or alias on the same days",
    ]
    assert "10/03" not in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run does not begin without the roster that its settings name."""
    monkeypatch.setenv("CALLQA_ROSTER", str(tmp_path / "none.csv"))
    with pytest.raises(FlowsError, match="CALLQA_ROSTER"):
        Settings.with_overrides()


def test_lines_may_be_short_and_not_long(tmp_path: Path) -> None:
    """Empty cells at the end may be left out; more cells than columns have slipped."""
    roster = roster_from(tmp_path, "name,team,agent_id,aliases\nNora Vidal,Billing,ag-7\n")
    at = datetime(2026, 3, 10, 9, tzinfo=UTC)
    assert roster.completed(call("ag-7", at)).team == "Billing"
    with pytest.raises(FlowsError) as raised:
        roster_from(tmp_path, "name,agent_id\nVidal\nVidal, Nora,ag-7\n")
    told = str(raised.value).splitlines()
    assert [line.split(":")[1] for line in told] == ["2", "3"]
    assert "`agent_id` is empty" in told[0]
    assert "Vidal" not in str(raised.value)


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    """Where they say different things; a copy of a column does no harm."""
    with pytest.raises(FlowsError, match="several columns `team`"):
        roster_from(tmp_path, "agent_id,team,Team\nag-7,Billing,Sales\n")
    roster = roster_from(tmp_path, "agent_id,team,Team\nag-7,Billing,Billing\n")
    at = datetime(2026, 3, 10, 9, tzinfo=UTC)
    assert roster.completed(call("ag-7", at)).team == "Billing"
