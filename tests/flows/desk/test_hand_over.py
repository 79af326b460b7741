"""What people did at the desk is in the warehouse after the next run, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from flows.desk.desk import open_database
from flows.desk.nightly import take_from_desk
from flows.desk.person import Person, Role
from flows.desk.records.reviews import Decision, Subject, decide
from flows.settings.centre import Settings
from flows.settings.desk import DeskSettings
from tests.flows.governance.governed_home import RENDERING, governed_home
from tests.night.recognitions.recorded_night import run_night
from warehouse.lake.lake import Lake
from warehouse.query.reader import open_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from flows.desk.records.database import Database

PERSON = Person(account_id=1, subject="sv-9", name="Ada", role=Role.SUPERVISOR, language="en")
FLAGS = "select call_id, rule_id from mart.open_flag where outcome = 'fail' order by flag_id"
REVIEWS = "select call_id, rule_id, human_value, reviewer_id, occasion from core.review"


@pytest.fixture
def centre(tmp_path: Path) -> Settings:
    """A home folder after a run, with its source."""
    home, source = governed_home(tmp_path)
    return Settings.with_overrides(home=home, source=source)


def ask(centre: Settings, sql: str) -> list[tuple[object, ...]]:
    """Rows of what is published."""
    with open_snapshot(centre.warehouse) as snapshot:
        return list(snapshot.ask(sql).rows)


def decided(centre: Settings, subject: Subject, value: str = "pass") -> Database:
    """The desk after a decision."""
    database = open_database(centre.home, DeskSettings.read())
    decide(
        database,
        PERSON,
        subject,
        seen=0,
        machine_value="fail",
        human_value=value,
        reason="It is said at 0:12.",
    )
    return database


def test_a_decision_is_in_the_warehouse_after_the_next_run(centre: Settings) -> None:
    """The flag is decided there, too, and a run after that adds nothing."""
    call_id, rule_id = ask(centre, FLAGS)[0]
    decided(centre, Subject(str(call_id), str(rule_id))).close()

    summary = run_night(centre.home, RENDERING, centre.source)

    assert summary.review_faults == ()
    assert ask(centre, REVIEWS) == [(call_id, rule_id, "pass", "sv-9", "flag")]
    assert (call_id, rule_id) not in ask(centre, FLAGS)
    uploads = Lake(centre.lake, centre.time_zone).uploads.manifest()
    assert take_from_desk(centre, Lake(centre.lake, centre.time_zone)) == []
    assert Lake(centre.lake, centre.time_zone).uploads.manifest() == uploads


def test_a_call_that_is_gone_does_not_come_back(centre: Settings) -> None:
    """Such as one that was erased: a decision on it stays out of the lake."""
    decided(centre, Subject("erased-1", "script-greeting")).close()

    assert take_from_desk(centre, Lake(centre.lake, centre.time_zone)) == []
    assert Lake(centre.lake, centre.time_zone).uploads.frame("review").is_empty()


def test_a_database_out_of_reach_costs_no_list(
    centre: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run says what to look at, without the content or the password."""
    secret = SecretStr("sqlite:////nowhere/hidden/desk.db")
    monkeypatch.setenv("CALLQA_DESK_DATABASE", secret.get_secret_value())

    [fault] = take_from_desk(centre, Lake(centre.lake, centre.time_zone))

    assert "database of the desk cannot be read" in fault
    assert "hidden" not in fault


def test_a_row_that_cannot_be_kept_costs_no_other(centre: Settings) -> None:
    """The run is told the kind and the number of such rows, never their text."""
    first, second = ask(centre, FLAGS)[:2]
    database = decided(centre, Subject(*map(str, first)))
    decided(centre, Subject(*map(str, second))).close()
    with database.writing() as session:
        session.execute(
            update(Decision)
            .where(Decision.call_id == first[0], Decision.rule_id == first[1])
            .values(reason="He reads 4111 1111 1111 1111.")
        )
    database.close()
    lake = Lake(centre.lake, centre.time_zone)

    [fault] = take_from_desk(centre, lake)

    assert "1 of the desk's reviews" in fault
    assert "4111" not in fault
    assert lake.uploads.frame("review").select("call_id", "rule_id").rows() == [second]
