"""A desk in a process of its own, and people who decide there until it is killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Event
from typing import TYPE_CHECKING, NamedTuple

import httpx
from sqlalchemy import select

from flows.desk.access.accounts import add_account
from flows.desk.desk import open_database
from flows.desk.person import Role
from flows.desk.records.reviews import Decision
from flows.settings.desk import DeskSettings
from warehouse.query.reader import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "a long password of nobody"
CLIENTS, MOST, ENOUGH = 4, 50, 60
"""People, decisions of each, and acknowledged decisions after which the desk is killed."""


class Served(NamedTuple):
    """A desk that is served."""

    process: subprocess.Popen[bytes]
    address: str


class Reviewer:
    """A person at the desk who decides on one flag, again and again."""

    def __init__(self, client: httpx.Client, number: int, flag: tuple[str, str]) -> None:
        """Log in."""
        call_id, rule_id = flag
        self._client = client
        self._path = f"/decisions/{rule_id}/{call_id}"
        client.post("/login", data={"login": f"ada-{number}", "password": PASSWORD})
        self._token = _in_page(r'data-csrf="([^"]+)"', client.get("/calibration"))

    def decide(self, reason: str) -> bool:
        """Decide after all that is decided; whether the desk acknowledged it."""
        seen = _in_page(r'name="seen" value="(\d+)"', self._client.get(self._path))
        form = {"seen": seen, "value": "pass", "reason": reason}
        headers = {"X-CSRF-Token": self._token}
        return self._client.post(self._path, data=form, headers=headers).status_code == 200


def add_reviewers(home: Path) -> None:
    """Add an account per person to the desk of the environment."""
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


@contextmanager
def served(home: Path) -> Iterator[Served]:
    """The desk of the environment in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = [str(Path(sys.executable).with_name("callqa")), "desk", "serve", "--home", str(home)]
    environment = {**os.environ, "CALLQA_DESK_PORT": str(port)}
    process = subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            assert process.poll() is None, "the desk ended"
            try:
                httpx.get(f"{address}/login")
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                break
        yield Served(process, address)
    finally:
        process.kill()
        process.wait()


def flags(home: Path) -> list[tuple[str, str]]:
    """A flag per person, as far as there are so many: the call and the rule."""
    sql = "select call_id, rule_id from mart.open_flag where outcome = 'fail' order by flag_id"
    with open_snapshot(home / "warehouse") as snapshot:
        return [(call_id, rule_id) for call_id, rule_id in snapshot.ask(sql).rows][:CLIENTS]


def decide_until_killed(home: Path) -> list[str]:
    """Four people decide at once; the desk is killed, with no time to write anything.

    Returns:
        The reasons of the decisions that it acknowledged.
    """
    found, ready, enough = flags(home), Barrier(CLIENTS), Event()
    kept: list[str] = []

    def decide(address: str, number: int) -> None:
        with httpx.Client(base_url=address, timeout=30) as client:
            reviewer = Reviewer(client, number, found[number % len(found)])
            ready.wait(timeout=60)
            for turn in range(MOST):
                reason = f"Heard by {number} at turn {turn}."
                if reviewer.decide(reason):
                    kept.append(reason)
                if len(kept) >= ENOUGH:
                    enough.set()

    with served(home) as desk, ThreadPoolExecutor(CLIENTS) as pool:
        asking = [pool.submit(decide, desk.address, number) for number in range(CLIENTS)]
        enough.wait(timeout=120)
        os.kill(desk.process.pid, signal.SIGKILL)
        errors = [one.exception() for one in asking]
    assert len(kept) >= ENOUGH
    assert all(isinstance(error, httpx.TransportError) for error in errors), errors
    return kept


def decide_after_restart(home: Path, reason: str) -> None:
    """Serve the desk again; the first person logs in anew and decides."""
    with served(home) as desk, httpx.Client(base_url=desk.address, timeout=30) as client:
        assert Reviewer(client, 0, flags(home)[0]).decide(reason)


def stored(home: Path) -> list[str]:
    """The reasons of all decisions in the database of the environment."""
    database = open_database(home, DeskSettings.read())
    with database.reading() as session:
        reasons = list(session.scalars(select(Decision.reason)))
    database.close()
    return reasons


def _in_page(pattern: str, page: httpx.Response) -> str:
    found = re.search(pattern, page.text)
    assert found is not None
    return found[1]
