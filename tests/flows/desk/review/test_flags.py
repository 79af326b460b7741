"""A supervisor's flags at the desk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from flows.desk.person import Role
from tests.flows.desk.conftest import csrf_of
from warehouse.query.reader import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser

COLUMNS = "flag_id, call_id, rule_id, severity, agent_id, team, queue, language, outcome"


def open_flags(desk: Desk, columns: str = COLUMNS) -> list[dict[str, Any]]:
    """The open flags of the snapshot, the most urgent first."""
    with open_snapshot(desk.centre.warehouse) as snapshot:
        rows = snapshot.ask(
            f"select {columns}, supervisor_id from mart.flag_list where flag_id in"
            " (select flag_id from mart.open_flag) order by machine_priority desc, flag_id"
        )
        return [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]


def ids_on(page: str) -> list[str]:
    """The flags of a page, in its order."""
    return re.findall(r'<li id="([^"]+)" class="finding', page)


@pytest.fixture
def browser(desk: Desk, as_person: Callable[..., Browser]) -> Browser:
    """The supervisor of the most urgent flag."""
    return as_person(Role.SUPERVISOR, open_flags(desk)[0]["supervisor_id"])


@pytest.fixture
def own(desk: Desk) -> list[dict[str, Any]]:
    """Their open flags."""
    rows = open_flags(desk)
    return [row for row in rows if row["supervisor_id"] == rows[0]["supervisor_id"]]


def test_a_supervisor_sees_their_own_flags_alone(
    desk: Desk, as_person: Callable[..., Browser]
) -> None:
    """Flags of the same night that others receive are on nobody else's page; urgent ones first."""
    rows = open_flags(desk)
    assert rows

    for supervisor in {row["supervisor_id"] for row in rows}:
        page = as_person(Role.SUPERVISOR, supervisor).get("/flags").text
        theirs = [row["flag_id"] for row in rows if row["supervisor_id"] == supervisor]
        assert ids_on(page) == theirs[:50]


@pytest.mark.parametrize("name", ["rule", "severity", "agent", "team", "queue", "language"])
def test_a_filter_shows_what_has_its_value(
    name: str, browser: Browser, own: list[dict[str, Any]]
) -> None:
    """All of it, and nothing else."""
    column = {"rule": "rule_id", "agent": "agent_id"}.get(name, name)
    for value in {row[column] for row in own}:
        page = browser.get("/flags", params={name: value}).text
        assert ids_on(page) == [row["flag_id"] for row in own if row[column] == value][:50]
    assert ids_on(browser.get("/flags", params={name: "nothing-like-it"}).text) == []


def test_words_and_days_filter(browser: Browser, own: list[dict[str, Any]]) -> None:
    """Words of the call's id find its flags; the days count back from the newest flag."""
    call_id = own[0]["call_id"]

    found = ids_on(browser.get("/flags", params={"text": call_id.upper()}).text)

    assert found == [row["flag_id"] for row in own if call_id in row["call_id"]]
    assert own[0]["flag_id"] in ids_on(browser.get("/flags?days=91").text)
    assert browser.get("/flags?days=nonsense&at=9999").status_code == 200


def test_a_decision_moves_a_flag_at_once(browser: Browser, own: list[dict[str, Any]]) -> None:
    """Without a run in between, for both lists."""
    flag = own[0]
    path = f"/decisions/{flag['rule_id']}/{quote(flag['call_id'], safe='')}"
    form = {"seen": "0", "value": "cannot_tell", "reason": "The line is bad."}

    assert browser.post(path, data=form, headers=csrf_of(browser)).status_code == 200

    assert flag["flag_id"] not in ids_on(browser.get("/flags").text)
    decided = browser.get("/flags?decided=1").text
    assert ids_on(decided) == [flag["flag_id"]]
    assert "The line is bad." in decided


def test_a_view_is_kept_by_its_name(
    browser: Browser, own: list[dict[str, Any]], as_person: Callable[..., Browser]
) -> None:
    """For its owner alone; the same name takes the new filters."""
    other = as_person(Role.SUPERVISOR, own[0]["supervisor_id"])
    rule = own[0]["rule_id"]
    for severity in ("minor", own[0]["severity"]):
        path = f"/flags/views?rule={rule}&severity={severity}"
        page = browser.post(path, data={"name": "Mondays"}, headers=csrf_of(browser)).text

    views = re.findall(r'<a href="/flags\?([^"]+)"[^>]*>Mondays</a>', page)
    assert views == [f"rule={rule}&amp;severity={own[0]['severity']}"]
    assert "Mondays" not in other.get("/flags").text

    number = re.search(r"/flags/views/(\d+)/removal", page)
    assert number is not None
    other.post(f"/flags/views/{number[1]}/removal", headers=csrf_of(other))
    assert "Mondays" in browser.get("/flags").text
    browser.post(f"/flags/views/{number[1]}/removal", headers=csrf_of(browser))
    assert "Mondays" not in browser.get("/flags").text


@pytest.mark.parametrize("name", ["", "   ", "card 4111 1111 1111 1111", "a\0b"])
def test_a_view_needs_a_name_that_can_be_kept(name: str, browser: Browser) -> None:
    """What was typed is still there."""
    answer = browser.post("/flags/views?days=7", data={"name": name}, headers=csrf_of(browser))

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
