"""The desk keeps its records in PostgreSQL as it does in a SQLite file."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import URL

from flows.desk.app import create_app
from flows.desk.desk import Desk
from flows.desk.person import Person, Role
from flows.desk.records.database import Database
from flows.desk.records.hand_over import hand_over
from flows.desk.records.keeping import FasterError
from flows.desk.records.reviews import Subject, decide, decisions_on
from flows.settings.centre import Settings
from flows.settings.desk import DeskSettings
from tests.flows.desk.conftest import csrf_of
from tests.flows.desk.killed_desk import (
    PASSWORD,
    add_reviewers,
    decide_after_restart,
    decide_until_killed,
    flags,
    stored,
)
from tests.flows.desk.test_migrations import differences
from tests.flows.governance.governed_home import governed_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.scale.servers import PostgresServer

pytestmark = pytest.mark.scale
PERSON = Person(account_id=1, subject="sv-9", name="Ada", role=Role.SUPERVISOR, language="en")
_WAITING = "select count(*) from pg_stat_activity where datname = '{}' and wait_event_type = 'Lock'"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder after a run."""
    return governed_home(tmp_path)[0]


@pytest.fixture
def url(postgres: PostgresServer, database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty database, which every desk of this process and its children uses."""
    url = URL.create(
        "postgresql+psycopg",
        username=postgres.owner,
        password=postgres.password,
        host="127.0.0.1",
        port=postgres.port,
        database=database,
    ).render_as_string(hide_password=False)
    monkeypatch.setenv("CALLQA_DESK_DATABASE", url)
    return url


@pytest.fixture
def records(url: str) -> Iterator[Database]:
    """Its tables."""
    records = Database(url)
    records.migrate()
    yield records
    records.close()


@pytest.fixture
def desk(home: Path, url: str) -> Iterator[Desk]:
    """A desk that keeps its records there."""
    assert url
    desk = Desk(Settings.with_overrides(home=home), DeskSettings.read(names="desk.example"))
    yield desk
    desk.close()


def act(
    records: Database, subject: Subject, reason: str, audited: Callable[[], None] = lambda: None
) -> bool:
    """Decide as the first one; whether nobody was faster."""
    try:
        decide(
            records,
            PERSON,
            subject,
            seen=0,
            machine_value="fail",
            human_value="pass",
            reason=reason,
            audited=audited,
        )
    except FasterError:
        return False
    return True


def test_migrations_lead_to_the_tables_of_the_code(url: str) -> None:
    """From nothing, and a second time nothing changes."""
    records = Database(url)
    assert differences(records)
    for _ in range(2):
        records.migrate()
        assert differences(records) == []
    records.close()


def test_a_decision_is_kept_and_a_late_one_refused(desk: Desk) -> None:
    """A person with an account logs in and decides; who has not seen that is told of it."""
    add_reviewers(desk.home)
    call_id, rule_id = flags(desk.home)[0]
    browser = TestClient(create_app(desk), base_url="https://desk.example")
    browser.post("/login", data={"login": "ada-0", "password": PASSWORD})
    headers = csrf_of(browser, "/calibration")
    form = {"seen": "0", "value": "pass", "reason": "It is said at 0:12."}

    answers = [
        browser.post(f"/decisions/{rule_id}/{call_id}", data=form, headers=headers)
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert stored(desk.home) == ["It is said at 0:12."]


def test_of_two_who_decide_at_once_one_wins(
    records: Database, postgres: PostgresServer, database: str
) -> None:
    """The second begins while the first is not yet kept, and waits for it in the server."""
    subject, begun = Subject("call-1", "script-greeting"), Event()

    def until_another_waits() -> None:
        begun.set()
        end = time.monotonic() + 60
        while postgres.run(_WAITING.format(database)).strip() == "0":
            assert time.monotonic() < end, "the other one does not wait"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(act, records, subject, "First.", until_another_waits)
        assert begun.wait(60)
        second = pool.submit(act, records, subject, "Second.")
        assert (first.result(), second.result()) == (True, False)

    assert [(one.number, one.reason) for one in decisions_on(records, subject)] == [(1, "First.")]


def test_decisions_are_handed_over_once(desk: Desk) -> None:
    """The lake has the same instants, so that nothing is new the second time."""
    call_id, rule_id = flags(desk.home)[0]
    assert act(desk.database, Subject(call_id, rule_id), "It is said at 0:12.")

    first, second = (hand_over(desk.database, desk.lake) for _ in range(2))

    assert (set(first.kept), first.refused) == ({"reviews"}, {})
    assert (second.kept, second.refused) == ({}, {})
    [row] = desk.lake.uploads.frame("review").to_dicts()
    [decision] = decisions_on(desk.database, Subject(call_id, rule_id))
    assert (row["call_id"], row["reviewed_at"]) == (call_id, decision.reviewed_at)


def test_a_killed_desk_has_every_acknowledged_decision(home: Path, url: str) -> None:
    """Exactly once, and it takes the next one when it is started again."""
    assert url
    add_reviewers(home)

    kept = decide_until_killed(home)

    before = stored(home)
    assert len(before) == len(set(before))
    assert set(kept) <= set(before)
    decide_after_restart(home, "Heard after the restart.")
    assert sorted(stored(home)) == sorted([*before, "Heard after the restart."])
    assert not (home / "desk" / "desk.db").exists()
