"""Who may use which route: every route names its roles, and lets nobody else in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from fastapi.routing import APIRoute

from flows.desk.access.allowed import roles_of
from flows.desk.app import PARTS
from flows.desk.person import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from tests.flows.desk.conftest import Browser

PUBLIC = {
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/login/provider"),
    ("GET", "/login/provider/back"),
    ("GET", "/static/{name}"),
}


def routes() -> list[tuple[str, str, frozenset[Role] | None]]:
    """Method, path and roles of every route; roles are None where none are asked for."""
    return [
        (method, route.path, roles_of(route.dependant.dependencies))
        for part in PARTS
        for route in part.router.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods or ())
    ]


def test_every_route_names_its_roles(app: FastAPI) -> None:
    """A route that forgot to ask would be open to the whole network."""
    open_to_all = {(method, path) for method, path, roles in routes() if roles is None}

    assert open_to_all == PUBLIC
    assert all(isinstance(route, APIRoute) for part in PARTS for route in part.router.routes)
    assert len(app.routes) == len(PARTS)


@pytest.mark.parametrize("role", Role)
def test_a_route_refuses_other_roles(role: Role, as_person: Callable[..., Browser]) -> None:
    """Whatever the method, and whatever the path is about."""
    browser = as_person(role, "nobody")
    token = re.search(r'data-csrf="([^"]+)"', browser.get("/no-such-page").text)
    assert token is not None
    refused = 0
    for method, path, roles in routes():
        if roles is None or role in roles:
            continue
        url = re.sub(r"\{[^}]+\}", "1", path)
        answer = browser.request(method, url, headers={"X-CSRF-Token": token[1]})
        assert answer.status_code == 403, (method, path)
        refused += 1
    assert refused or role == Role.SUPERVISOR


def test_nobody_without_a_session_gets_anywhere(as_person: Callable[..., Browser]) -> None:
    """The way leads to the log-in."""
    browser = as_person(Role.SUPERVISOR, "nobody")
    browser.cookies.clear()
    for method, path, roles in routes():
        if roles is not None:
            url = re.sub(r"\{[^}]+\}", "1", path)
            answer = browser.request(method, url, follow_redirects=False)
            assert (answer.status_code, answer.headers["location"].split("?")[0]) == (
                303,
                "/login",
            ), (method, path)
