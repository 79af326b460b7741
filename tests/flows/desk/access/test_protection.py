"""Attacks on log-in, forms and sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from flows.desk.access.sessions import COOKIE
from flows.desk.app import create_app
from flows.desk.desk import Desk
from flows.desk.person import Role
from flows.errors import FlowsError
from flows.settings.desk import DeskSettings
from tests.flows.desk.conftest import PASSWORD, csrf_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from tests.flows.desk.conftest import Browser

FORM = {"login": "supervisor-1", "password": PASSWORD}


@pytest.fixture
def browser(as_person: Callable[..., Browser]) -> Browser:
    """A supervisor who is logged in, and follows nothing by themselves."""
    browser = as_person(Role.SUPERVISOR, "s1")
    browser.follow_redirects = False
    return browser


def language(browser: Browser, **headers: str) -> int:
    """Send a form; returns the status."""
    answer = browser.post("/account/language", data={"language": "es"}, headers=headers)
    return answer.status_code


def test_a_form_needs_the_token_of_its_session(
    browser: Browser, as_person: Callable[..., Browser]
) -> None:
    """In a header or a field; that of somebody else does not do."""
    own, other = csrf_of(browser, "/account"), csrf_of(as_person(Role.AGENT, "a"), "/account")
    assert language(browser) == 403
    assert language(browser, **{"X-CSRF-Token": ""}) == 403
    assert language(browser, **other) == 403
    assert language(browser, **own) == 303
    strange = {"language": "it", "csrf": "ä"}
    assert browser.post("/account/language", data=strange).status_code == 403
    form = {"language": "it", "csrf": own["X-CSRF-Token"]}
    assert browser.post("/account/language", data=form).status_code == 303
    files = {"csrf": ("x", own["X-CSRF-Token"])}
    assert (
        browser.post("/account/language", data={"language": "es"}, files=files).status_code == 403
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "https://desk.example.evil.example"},
        {"Origin": "http://desk.example"},
        {"Origin": "https://desk.example:8443"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_another_site_sends_nothing(browser: Browser, headers: dict[str, str]) -> None:
    """Even with the right token, and no log-in either."""
    token = csrf_of(browser, "/account")
    assert language(browser, **token, **headers) == 403
    browser.cookies.clear()
    assert browser.post("/login", data=FORM, headers=headers).status_code == 403


def test_our_own_site_does(browser: Browser) -> None:
    """As browsers send it; also the log-in form of a second tab."""
    headers = {"Origin": "https://desk.example", "Sec-Fetch-Site": "same-origin"}
    assert language(browser, **csrf_of(browser, "/account"), **headers) == 303
    assert browser.post("/login", data=FORM, headers=headers).status_code == 303


@pytest.mark.parametrize(
    "then",
    [
        "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
        "/\t/evil.example",
        "javascript:alert(1)", "evil.example", "/\r\nSet-Cookie: a=b", "", "/\n/evil.example",
    ],
)  # fmt: skip
def test_a_log_in_leads_nowhere_else(browser: Browser, then: str) -> None:
    """Nor does it write headers."""
    answer = browser.post("/login", data=FORM | {"then": then})
    assert answer.headers["location"] == "/"
    assert "a=b" not in str(answer.headers)
    assert browser.get("/login", params={"then": then}).headers["location"] == "/"
    browser.cookies.clear()
    assert 'name="then" value="/"' in browser.get("/login", params={"then": then}).text


def test_the_way_back_is_whole_and_harmless(browser: Browser) -> None:
    """With its filters, in any script, and as nothing but a path."""
    browser.cookies.clear()
    where = browser.get("/flags?rule=a&day=2026-03-01").headers["location"]
    assert where == "/login?then=/flags%3Frule%3Da%26day%3D2026-03-01"
    assert browser.get("/account?%E2%82%AC").headers["location"].startswith("/login?then=/account")
    part = {"HX-Request": "true", "HX-Current-URL": "https://desk.example/flags"}
    assert browser.get("/account", headers=part).headers["HX-Redirect"] == "/login?then=/flags"


def test_a_session_cannot_be_planted(app: FastAPI, browser: Browser) -> None:
    """A log-in draws a cookie of its own and ends the session that the browser had."""
    before = browser.cookies[COOKIE]
    answer = browser.post("/login", data=FORM, headers={"Origin": "https://desk.example"})
    after = answer.cookies[COOKIE]
    assert after != before
    other = TestClient(app, base_url="https://desk.example", follow_redirects=False)
    other.cookies.set(COOKIE, before)
    assert other.get("/account").status_code == 303
    other.cookies.clear()
    other.cookies.set(COOKIE, "planted")
    assert other.post("/login", data=FORM).cookies[COOKIE] != "planted"


def test_a_log_out_ends_the_session(app: FastAPI, browser: Browser) -> None:
    """Also for whoever copied the cookie."""
    before = browser.cookies[COOKIE]
    browser.post("/logout", headers=csrf_of(browser, "/account"))
    other = TestClient(app, base_url="https://desk.example", follow_redirects=False)
    other.cookies.set(COOKIE, before)
    assert other.get("/account").status_code == 303


def test_the_cookie_is_for_us_alone(desk: Desk, browser: Browser) -> None:
    """No script reads it; it goes to no other site or path, and behind TLS nowhere in the clear."""
    flags = browser.post("/login", data=FORM).headers["set-cookie"].split("; ")[1:]
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(flags)
    assert not any(flag.startswith("Domain") for flag in flags)

    local = TestClient(create_app(desk), base_url="http://127.0.0.1:8400", follow_redirects=False)
    assert "Secure" not in local.post("/login", data=FORM).headers["set-cookie"]
    behind = desk.settings.model_copy(update={"behind_proxy": True, "root_path": "/qa"})
    app = create_app(Desk(desk.centre, behind))
    proxied = TestClient(app, base_url="http://desk.example", follow_redirects=False)
    cookie = proxied.post("/qa/login", data=FORM).headers["set-cookie"]
    assert "Secure" in cookie
    assert "Path=/qa" in cookie


@pytest.mark.parametrize("path", ["/login", "/account", "/no-such-page", "/static/style.css"])
def test_every_answer_has_the_headers(browser: Browser, path: str) -> None:
    """No script but ours, no frame around us, nothing kept by a shared machine."""
    headers = browser.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert ("no-store" in headers["cache-control"]) == (not path.startswith("/static/"))


@pytest.mark.parametrize(
    "host", ["evil.example", "desk.example.evil.example", "", "desk.example@evil.example"]
)
def test_an_unknown_host_gets_nothing(browser: Browser, host: str) -> None:
    """A name that an attacker points here would read pages as its own."""
    answer = browser.get("/login", headers={"Host": host})
    assert answer.status_code == 400
    assert "form" not in answer.text


@pytest.mark.parametrize(
    "host", ["desk.example", "DESK.example:443", "127.0.0.1:8400", "[::1]:8400"]
)
def test_known_hosts_are_served(browser: Browser, host: str) -> None:
    """The names of the settings and this machine, at any port."""
    browser.cookies.clear()
    assert browser.get("/login", headers={"Host": host}).status_code == 200


def test_a_desk_behind_a_proxy_has_a_name() -> None:
    """Else every name would do."""
    with pytest.raises(FlowsError, match="CALLQA_DESK_NAMES"):
        DeskSettings.read(behind_proxy=True)
