"""Accounts: by command, and one's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli.app import app as commands
from flows.desk.access.sessions import COOKIE
from flows.desk.person import Role
from flows.governance.audit import Act, entries
from tests.flows.desk.conftest import PASSWORD, csrf_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastapi import FastAPI

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser

NEW = "another long password"


@pytest.fixture
def command(home: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run `callqa desk …` on the records of the desk."""
    assert desk.settings.database
    monkeypatch.setenv("CALLQA_DESK_DATABASE", desk.settings.database.get_secret_value())

    def run(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(commands, ["desk", *words, "--home", str(home)])
        assert result.exit_code == code, result.output
        return result.output

    return run


def acts(desk: Desk) -> list[str]:
    """What was done to accounts."""
    return [entry.facts["what"] for entry in entries(desk.home) if entry.act == Act.DESK_ACCOUNT]


def is_in(browser: Browser) -> bool:
    """Whether a session lasts."""
    return browser.get("/account", follow_redirects=False).status_code == 200


def logs_in(browser: Browser, login: str, password: str) -> bool:
    """Whether a password is right."""
    form = {"login": login, "password": password}
    return browser.post("/login", data=form, follow_redirects=False).status_code == 303


def test_an_account_is_added_with_a_password_of_its_own(
    command: Callable[..., str], as_person: Callable[..., Browser]
) -> None:
    """No default; printed once; one whom the provider lets in has none."""
    browser = as_person(Role.MANAGER, "m")
    browser.cookies.clear()
    line = command("add-account", "Eva", "--subject", "e", "--name", "Eva", "--role", "dpo")
    command(
        "add-account",
        "ida@b.example",
        "--subject",
        "i",
        "--name",
        "I",
        "--role",
        "agent",
        "--provider",
    )

    password = line.split("Eva: ")[1].strip()
    assert len(password) == 20
    assert logs_in(browser, "eva", password)
    listed = command("list-accounts")
    assert "ida@b.example  agent  i  I  by the identity provider alone" in listed
    assert password not in listed
    assert not logs_in(browser, "ida@b.example", "")


def test_a_new_password_ends_sessions(
    desk: Desk, command: Callable[..., str], as_person: Callable[..., Browser]
) -> None:
    """The old one is no longer right."""
    browser = as_person(Role.SUPERVISOR, "s1")
    assert is_in(browser)
    password = command("set-password", "supervisor-1").split(": ")[1].strip()

    assert not is_in(browser)
    assert not logs_in(browser, "supervisor-1", PASSWORD)
    assert logs_in(browser, "supervisor-1", password)
    assert acts(desk)[-1] == "password"


def test_a_disabled_account_is_out_at_once(
    desk: Desk, command: Callable[..., str], as_person: Callable[..., Browser]
) -> None:
    """Enabled again, it logs in again: the old session stays ended."""
    browser = as_person(Role.SUPERVISOR, "s1")
    command("disable-account", "supervisor-1")
    assert not is_in(browser)
    assert not logs_in(browser, "supervisor-1", PASSWORD)
    assert "disabled since" in command("list-accounts")

    command("enable-account", "supervisor-1")
    assert not is_in(browser)
    assert logs_in(browser, "supervisor-1", PASSWORD)
    assert acts(desk)[-2:] == ["disabled", "enabled"]


def test_an_account_is_named_for_restricted_calls(
    desk: Desk, command: Callable[..., str], as_person: Callable[..., Browser]
) -> None:
    """And no longer."""
    as_person(Role.SUPERVISOR, "s1")
    command("name-restricted", "supervisor-1")
    assert "sees restricted calls" in command("list-accounts")
    command("name-restricted", "supervisor-1", "--no-longer")
    assert "sees restricted calls" not in command("list-accounts")
    assert acts(desk)[-2:] == ["restricted", "not_restricted"]


@pytest.mark.parametrize("name", ["set-password", "disable-account", "name-restricted"])
def test_an_unknown_login_is_said(command: Callable[..., str], name: str) -> None:
    """Nothing is made up."""
    command(name, "nobody", code=1)


def test_somebody_changes_their_language(as_person: Callable[..., Browser]) -> None:
    """From the next page on; an unknown one is refused."""
    browser = as_person(Role.AGENT, "a1")
    token = csrf_of(browser, "/account")
    browser.post("/account/language", data={"language": "es"}, headers=token)
    assert '<html lang="es">' in browser.get("/account").text
    assert (
        browser.post("/account/language", data={"language": "xx"}, headers=token).status_code == 422
    )


def test_somebody_changes_their_password(
    desk: Desk, app: FastAPI, as_person: Callable[..., Browser]
) -> None:
    """They stay where they are, with another session; elsewhere they are logged out."""
    here = as_person(Role.SUPERVISOR, "s1")
    there = type(here)(app, base_url="https://desk.example")
    assert logs_in(there, "supervisor-1", PASSWORD)
    before = here.cookies[COOKIE]

    def change(password: str, new: str) -> int:
        form = {"password": password, "new": new}
        return here.post(
            "/account/password", data=form, headers=csrf_of(here, "/account")
        ).status_code

    assert change("a wrong password", NEW) == 422
    assert change(PASSWORD, "short") == 422
    assert is_in(there)
    assert change(PASSWORD, NEW) == 200
    assert is_in(here)
    assert here.cookies[COOKIE] != before
    assert not is_in(there)
    assert not logs_in(there, "supervisor-1", PASSWORD)
    assert logs_in(there, "supervisor-1", NEW)
    assert acts(desk)[-1] == "own_password"


def test_guessing_the_present_password_is_limited(as_person: Callable[..., Browser]) -> None:
    """An unlocked screen gives no way to it."""
    browser = as_person(Role.SUPERVISOR, "s1")
    token = csrf_of(browser, "/account")
    form = {"password": "a wrong password", "new": NEW}
    codes = [
        browser.post("/account/password", data=form, headers=token).status_code for _ in range(6)
    ]
    assert codes == [422] * 5 + [429]
