"""Log-in by an identity provider, which creates nobody."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr

from flows.desk.access.accounts import add_account, all_accounts, set_disabled
from flows.desk.app import create_app
from flows.desk.desk import Desk
from flows.desk.person import Role
from flows.desk.records.database import sqlite_url
from flows.errors import FlowsError
from flows.governance.audit import Outcome, entries
from flows.settings.centre import Settings
from flows.settings.desk import DeskSettings
from tests.flows.desk.access.local_provider import CLIENT, SECRET, LocalProvider, local_provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx2 import Response

LOGIN = "Eva.Lund@bank.example"


@pytest.fixture(scope="module")
def running() -> Iterator[LocalProvider]:
    """A provider."""
    with local_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: LocalProvider) -> LocalProvider:
    """A provider that says the truth of Eva."""
    running.claims = {"email": LOGIN, "email_verified": True}
    running.metadata, running.signs_with = {}, running.key
    running.header = {"alg": "RS256", "kid": "1"}
    return running


@pytest.fixture
def desk(home: Path, tmp_path: Path, provider: LocalProvider) -> Iterator[Desk]:
    """A desk with the provider and one account."""
    settings = DeskSettings.read(
        database=SecretStr(sqlite_url(tmp_path / "desk.db")),
        names="desk.example",
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
    )
    desk = Desk(Settings.with_overrides(home=home), settings)
    add_account(
        desk.database, login=LOGIN, subject="s1", name="Eva", role=Role.SUPERVISOR,
        language="en", password=None,
    )  # fmt: skip
    yield desk
    desk.close()


@pytest.fixture
def browser(desk: Desk) -> TestClient:
    """Somebody who is not logged in."""
    return TestClient(create_app(desk), base_url="https://desk.example", follow_redirects=False)


def come_back(
    browser: TestClient, provider: LocalProvider, then: str = "/", **changed: str
) -> Response:
    """Go to the provider, log in there, and come back."""
    there = browser.get("/login/provider", params={"then": then}).headers["location"]
    answer = provider.grant(there) | changed
    return browser.get("/login/provider/back", params=answer)


def test_an_account_is_let_in(desk: Desk, browser: TestClient, provider: LocalProvider) -> None:
    """Whatever the case of the address; they go on to where they wanted."""
    assert 'href="/login/provider?then=/flags"' in browser.get("/login?then=/flags").text
    answer = come_back(browser, provider, "/account")

    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert browser.get("/account").status_code == 200
    *_, last = entries(desk.home)
    assert (last.facts["what"], last.facts["supervisors"]) == ("provider", ["s1"])


def test_nobody_is_created(desk: Desk, browser: TestClient, provider: LocalProvider) -> None:
    """Whoever has no account, or a disabled one, stays outside."""
    provider.claims["email"] = "somebody@else.example"
    assert come_back(browser, provider).status_code == 403
    assert len(all_accounts(desk.database)) == 1
    *_, last = entries(desk.home)
    assert (last.facts["outcome"], last.facts["why"]) == (Outcome.REFUSED, ["no_account"])
    assert "somebody" not in str(last)

    provider.claims["email"] = LOGIN
    set_disabled(desk.database, LOGIN, disabled=True)
    assert come_back(browser, provider).status_code == 403
    assert browser.get("/account").status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another log-in"},
        {"aud": "another client"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "http://127.0.0.1:1"},
        {"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200},
        {"email_verified": False},
        {"email": None},
        {"email": [LOGIN]},
    ],
    ids=str,
)
def test_a_wrong_token_is_refused(
    browser: TestClient, provider: LocalProvider, claims: dict[str, Any]
) -> None:
    """Signed by the provider, yet not for this log-in."""
    provider.claims |= claims
    assert come_back(browser, provider).status_code == 403
    assert browser.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (RSAKey.generate_key(2048, {"kid": "1"}), "RS256"),
        (OctKey.import_key(SECRET.ljust(32)), "HS256"),
        (OctKey.import_key("nothing that signs"), "none"),
    ],
    ids=["another key", "the client's secret", "unsigned"],
)
def test_a_forged_token_is_refused(
    browser: TestClient, provider: LocalProvider, key: object, algorithm: str
) -> None:
    """Only the provider's published keys sign."""
    provider.signs_with, provider.header = key, {"alg": algorithm, "kid": "1"}
    assert come_back(browser, provider).status_code == 403


def test_an_answer_is_for_the_browser_that_asked(
    browser: TestClient, provider: LocalProvider
) -> None:
    """The state of another one, a code of another one, or the same answer twice."""
    other = TestClient(browser.app, base_url="https://desk.example", follow_redirects=False)
    answer = provider.grant(other.get("/login/provider").headers["location"])
    assert browser.get("/login/provider/back", params=answer).status_code == 403
    assert come_back(browser, provider, code=answer["code"]).status_code == 403
    assert come_back(browser, provider, state="").status_code == 403
    assert come_back(browser, provider, state="ä").status_code == 403
    assert browser.get("/login/provider/back").status_code == 403

    assert other.get("/login/provider/back", params=answer).status_code == 403  # the code is spent
    again = provider.grant(other.get("/login/provider").headers["location"])
    assert other.get("/login/provider/back", params=again).status_code == 303
    assert other.get("/login/provider/back", params=again).status_code == 403


def test_it_leads_nowhere_else(browser: TestClient, provider: LocalProvider) -> None:
    """Neither before nor after."""
    assert come_back(browser, provider, "//evil.example").headers["location"] == "/"


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"}],
    ids=str,
)
def test_another_provider_is_not_asked(
    browser: TestClient, provider: LocalProvider, metadata: dict[str, str]
) -> None:
    """What it says of itself is what is configured, and encrypted."""
    provider.metadata = metadata
    answer = browser.get("/login/provider")
    assert answer.status_code == 502
    assert "could not be logged in" in answer.text


def test_half_a_provider_is_an_error() -> None:
    """Also one that is not encrypted."""
    with pytest.raises(FlowsError, match="CALLQA_DESK_OIDC_CLIENT_ID"):
        DeskSettings.read(oidc_issuer="https://id.example")
    with pytest.raises(FlowsError, match="CALLQA_DESK_OIDC_ISSUER"):
        DeskSettings.read(
            oidc_issuer="http://id.example",
            oidc_client_id=CLIENT,
            oidc_client_secret=SecretStr(SECRET),
        )
