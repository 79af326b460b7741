"""A desk that is killed in the middle of decisions has every one that it acknowledged."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from typing import TYPE_CHECKING

import httpx
import pytest
from sqlalchemy import select

from flows.desk.access.accounts import add_account
from flows.desk.desk import open_database
from flows.desk.person import Role
from flows.desk.records.reviews import Decision
from flows.settings.desk import DeskSettings
from tests.flows.governance.governed_home import governed_home
from warehouse.query.reader import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "a long password of nobody"
CLIENTS, MOST, ENOUGH = 4, 50, 60
"""People, decisions of each, and acknowledged decisions after which the desk is killed."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder after a run, with an account per person."""
    home = governed_home(tmp_path)[0]
    database = open_database(home, DeskSettings.read())
    for number in range(CLIENTS):
        add_account(
            database,
            login=f"ada-{number}",
            subject=f"ada-{number}",
            name="Ada",
            role=Role.ANALYST,
            language="en",
            password=PASSWORD,
        )
    database.close()
    return home


@pytest.fixture
def desk(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A desk in a process of its own, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = [str(Path(sys.executable).with_name("callqa")), "desk", "serve", "--home", str(home)]
    environment = {**os.environ, "CALLQA_DESK_PORT": str(port)}
    server = subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    while True:
        assert server.poll() is None, "the desk ended"
        try:
            httpx.get(f"{address}/login")
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            break
    yield server, address
    server.kill()
    server.wait()


def flags(home: Path) -> list[tuple[str, str]]:
    """A flag per person: the call and the rule."""
    sql = "select call_id, rule_id from mart.open_flag where outcome = 'fail' order by flag_id"
    with open_snapshot(home / "warehouse") as snapshot:
        return [(call_id, rule_id) for call_id, rule_id in snapshot.ask(sql).rows][:CLIENTS]


class Deciding:
    """People who decide, each on one flag, and what was acknowledged."""

    def __init__(self, address: str, found: list[tuple[str, str]]) -> None:
        self.address, self.found = address, found
        self.ready, self.enough = Barrier(CLIENTS), Event()
        self.kept: list[str] = []

    def decide(self, number: int) -> None:
        """All decisions of a person, until the desk is gone."""
        call_id, rule_id = self.found[number % len(self.found)]
        path = f"/decisions/{rule_id}/{call_id}"
        with httpx.Client(base_url=self.address, timeout=30) as client:
            client.post("/login", data={"login": f"ada-{number}", "password": PASSWORD})
            token = re.search(r'data-csrf="([^"]+)"', client.get("/calibration").text)
            assert token is not None
            self.ready.wait()
            for turn in range(MOST):
                seen = re.search(r'name="seen" value="(\d+)"', client.get(path).text)
                assert seen is not None
                reason = f"Heard by {number} at turn {turn}."
                form = {"seen": seen[1], "value": "pass", "reason": reason}
                answer = client.post(path, data=form, headers={"X-CSRF-Token": token[1]})
                if answer.status_code == 200:
                    self.kept.append(reason)
                if len(self.kept) >= ENOUGH:
                    self.enough.set()


def test_every_acknowledged_decision_is_there(
    home: Path, desk: tuple[subprocess.Popen[bytes], str]
) -> None:
    """Four people decide at once; the process is killed, with no time to write anything."""
    server, address = desk
    people = Deciding(address, flags(home))

    with ThreadPoolExecutor(CLIENTS) as pool:
        asking = [pool.submit(people.decide, number) for number in range(CLIENTS)]
        people.enough.wait(timeout=120)
        os.kill(server.pid, signal.SIGKILL)
        errors = [one.exception() for one in asking]

    assert len(people.kept) >= ENOUGH
    assert all(isinstance(error, httpx.TransportError) for error in errors), errors
    with sqlite3.connect(home / "desk" / "desk.db") as file:
        assert file.execute("pragma integrity_check").fetchall() == [("ok",)]
    database = open_database(home, DeskSettings.read())
    with database.reading() as session:
        stored = list(session.scalars(select(Decision.reason)))
    database.close()
    assert len(stored) == len(set(stored))
    assert set(people.kept) <= set(stored)
