"""The desk reads the newest snapshot, whoever else in its process reads one, too."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from flows.desk.access.accounts import add_account
from flows.desk.app import create_app
from flows.desk.desk import Desk
from flows.desk.person import Person, Role
from flows.desk.reading.calls import Calls
from flows.settings.centre import Settings
from flows.settings.desk import DeskSettings
from tests.flows.desk.conftest import PASSWORD
from tests.flows.governance.governed_home import governed_home
from warehouse.lake.lake import Lake
from warehouse.query.reader import open_snapshot
from warehouse.snapshot.publish import current_snapshot, publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANAGER = Person(account_id=1, subject="m", name="", role=Role.MANAGER, language="en")


@pytest.fixture
def centre(tmp_path: Path) -> Settings:
    """A home folder after a run."""
    return Settings.with_overrides(home=governed_home(tmp_path)[0])


@pytest.fixture
def calls(centre: Settings) -> Iterator[Calls]:
    """Its published calls."""
    calls = Calls(centre)
    yield calls
    calls.close()


def seen(calls: Calls, call_id: str = "lt-0001") -> bool:
    """Whether a call is there."""
    return bool(calls.ask(MANAGER, "seen_call", call_id=call_id))


def test_a_snapshot_may_be_open_twice(centre: Settings, calls: Calls) -> None:
    """As for lists of originals, which other modules read."""
    assert seen(calls)
    with open_snapshot(centre.warehouse) as snapshot:
        assert [*snapshot.ask("select count(*) from core.call").rows] == [(6,)]
    assert seen(calls)


def test_what_an_erasure_published_under_the_same_name_is_read(
    centre: Settings, calls: Calls
) -> None:
    """Also by threads that ask all the time; nobody sees the erased call afterwards."""
    before = current_snapshot(centre.warehouse)
    assert seen(calls)
    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(lambda: [seen(calls) for _ in range(40)]) for _ in range(4)]
        shutil.rmtree(centre.lake)
        publish(Lake(centre.lake, centre.time_zone), centre.warehouse, anew=True)
        for one in asking:
            one.result()

    assert current_snapshot(centre.warehouse) == before
    assert not seen(calls)


def test_before_the_first_run_a_page_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who opens the desk of a new home reads when to come back."""
    monkeypatch.setenv("CALLQA_DESK_NAMES", "desk.example")
    desk = Desk(Settings.with_overrides(home=tmp_path), DeskSettings.read())
    add_account(
        desk.database,
        login="ada",
        subject="sv-1",
        name="Ada",
        role=Role.SUPERVISOR,
        language="en",
        password=PASSWORD,
    )
    browser = TestClient(create_app(desk), base_url="https://desk.example")
    browser.post("/login", data={"login": "ada", "password": PASSWORD}, follow_redirects=False)

    for path in ("/flags", "/sample", "/disputes", "/coaching"):
        answer = browser.get(path)
        assert answer.status_code == 503
        assert "Come back after the first run." in answer.text
    desk.close()
