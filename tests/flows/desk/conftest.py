"""A desk over a few recorded calls, and people who are logged in there."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from flows.desk.access.accounts import add_account
from flows.desk.app import create_app
from flows.desk.desk import Desk
from flows.desk.records.database import sqlite_url
from flows.settings.centre import Settings
from flows.settings.desk import DeskSettings
from tests.flows.governance.governed_home import governed_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fastapi import FastAPI

    from flows.desk.person import Role

PASSWORD = "a long password of nobody"

Browser = TestClient
"""What a person uses; it keeps cookies."""


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder after a run, which tests only read."""
    return governed_home(tmp_path_factory.mktemp("desk"))[0]


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Iterator[Desk]:
    """A desk over it, with records of its own."""
    url = SecretStr(sqlite_url(tmp_path / "desk.db"))
    desk = Desk(
        Settings.with_overrides(home=home), DeskSettings.read(database=url, names="desk.example")
    )
    yield desk
    desk.close()


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    """The application of the desk."""
    return create_app(desk)


@pytest.fixture
def as_person(desk: Desk, app: FastAPI) -> Callable[..., Browser]:
    """Add an account and log in: `as_person(Role.SUPERVISOR, "s1")`."""
    numbers = itertools.count(1)

    def logged_in(role: Role, subject: str, **options: bool) -> Browser:
        login = f"{role}-{next(numbers)}"
        add_account(
            desk.database,
            login=login,
            subject=subject,
            name=login,
            role=role,
            language="en",
            password=PASSWORD,
            **options,
        )
        browser = TestClient(app, base_url="https://desk.example", follow_redirects=True)
        browser.post("/login", data={"login": login, "password": PASSWORD}, follow_redirects=False)
        return browser

    return logged_in


def csrf_of(browser: Browser, path: str = "/") -> dict[str, str]:
    """The header that a browser's scripts add to each request of a page."""
    text = browser.get(path).text
    return {"X-CSRF-Token": text.split('data-csrf="')[1].split('"')[0]}
