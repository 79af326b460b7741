"""The limit on attempts to log in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from flows.desk.access import accounts
from flows.desk.access.attempts import PER_ADDRESS, PER_LOGIN, Attempt
from flows.desk.person import Role
from flows.desk.records.accounts import FailedLogin
from flows.desk.records.database import Database, sqlite_url
from flows.governance.audit import Act, Outcome, entries
from tests.flows.desk.conftest import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from httpx2 import Response

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """An empty database."""
    database = Database(sqlite_url(tmp_path / "limits.db"))
    database.migrate()
    return database


def log_in(browser: Browser, login: str, password: str) -> Response:
    """Send the form of the log-in."""
    form = {"login": login, "password": password}
    return browser.post("/login", data=form, follow_redirects=False)


def test_a_login_waits_after_its_last_attempt(database: Database) -> None:
    """Another one does not, and time ends it."""
    for _ in range(PER_LOGIN):
        assert Attempt(database, "Anna ", "10.0.0.1").wait_min() == 0

    assert Attempt(database, "anna", "10.0.0.2").wait_min() == 15
    assert Attempt(database, "berta", "10.0.0.1").wait_min() == 0
    with database.writing() as session:
        session.execute(update(FailedLogin).values(at=datetime.now(UTC) - timedelta(minutes=11)))
    assert Attempt(database, "anna", "10.0.0.1").wait_min() == 4
    with database.writing() as session:
        session.execute(update(FailedLogin).values(at=datetime.now(UTC) - timedelta(minutes=16)))
    assert Attempt(database, "anna", "10.0.0.1").wait_min() == 0


def test_an_address_waits_whatever_logins_it_tries(database: Database) -> None:
    """All of a network of IPv6 is one address; success of one login frees no address."""
    for number in range(PER_ADDRESS):
        attempt = Attempt(database, f"login {number}", f"2001:db8::{number:x}")
        assert attempt.wait_min() == 0
    assert Attempt(database, "another", "2001:db8::ffff").wait_min() == 15
    assert Attempt(database, "another", "2001:db8:0:1::1").wait_min() == 0


def test_success_forgets_the_login_only(database: Database) -> None:
    """Its own attempt is counted nowhere any more; the slips before stay with the address."""
    attempts = [Attempt(database, "anna", "10.0.0.1") for _ in range(3)]
    assert not any(attempt.wait_min() for attempt in attempts)
    attempts[-1].succeeded()

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(FailedLogin)) == 2
    assert not any(Attempt(database, "anna", "10.0.0.2").wait_min() for _ in range(PER_LOGIN))


def test_many_at_once_are_not_let_through(database: Database) -> None:
    """Each is counted before any password is looked at."""
    with ThreadPoolExecutor(12) as pool:
        waits = list(
            pool.map(lambda _: Attempt(database, "anna", "10.0.0.1").wait_min(), range(36))
        )

    assert waits.count(0) <= PER_LOGIN


def test_a_blocked_login_reveals_nothing(
    as_person: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right, wrong and of nobody look alike, and no password is looked at."""
    browser = as_person(Role.SUPERVISOR, "s1")
    browser.cookies.clear()
    for login in ("supervisor-1", "nobody"):
        for _ in range(PER_LOGIN):
            assert log_in(browser, login, "a wrong password").status_code == 422
    looked_at: list[str] = []
    monkeypatch.setattr(accounts, "is_right", lambda password, _: looked_at.append(password))

    answers = [
        log_in(browser, login, password)
        for login in ("supervisor-1", "SUPERVISOR-1 ", "nobody")
        for password in (PASSWORD, "a wrong password")
    ]

    assert {answer.status_code for answer in answers} == {429}
    assert len({answer.text for answer in answers}) == 1
    assert "Try again in 15 minutes." in answers[0].text
    assert answers[0].headers["retry-after"] == "900"
    assert not looked_at
    assert not browser.cookies


def test_every_log_in_is_in_the_audit_trail(desk: Desk, as_person: Callable[..., Browser]) -> None:
    """A refused one by the keyed hash of what was typed, which may be a password by mistake."""
    before = len(list(entries(desk.home)))
    browser = as_person(Role.SUPERVISOR, "s1")
    log_in(browser, "my secret typed in the wrong field", "x")

    done, refused = list(entries(desk.home))[before:]

    assert (done.act, done.facts["what"], done.facts["supervisors"]) == (
        Act.DESK_LOGIN, "password", ["s1"],
    )  # fmt: skip
    assert refused.facts["outcome"] == Outcome.REFUSED
    assert refused.facts["why"] == ["login_or_password"]
    assert "secret" not in str(refused)
