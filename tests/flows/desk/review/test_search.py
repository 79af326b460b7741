"""Search at the desk: phrases and metadata, over the calls that somebody may see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from flows.desk.person import Role
from warehouse.query.reader import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser


def calls_on(page: str) -> set[str]:
    """The calls of a page."""
    return set(re.findall(r'<a data-item href="/calls/([^"#]+)', page))


@pytest.fixture
def turn(desk: Desk) -> dict[str, Any]:
    """A turn of five words or more, and whose call it is in."""
    with open_snapshot(desk.centre.warehouse) as snapshot:
        rows = snapshot.ask(
            "select call_id, supervisor_id, agent_id, queue, language, text, role"
            " from mart.call_search where regexp_full_match(text, '(\\p{L}+,? ){4,}\\p{L}+.*')"
            " order by call_id, turn limit 1"
        )
        [row] = rows.rows
    return dict(zip(rows.columns, row, strict=True))


def test_a_phrase_is_found_as_it_is_written(
    turn: dict[str, Any], as_person: Callable[..., Browser]
) -> None:
    """In any case; with its words in another order it is none."""
    browser = as_person(Role.SUPERVISOR, turn["supervisor_id"])
    first, second, third = turn["text"].split()[:3]

    page = browser.get("/search", params={"words": f'"{first} {second.upper()} {third}"'}).text
    assert turn["call_id"] in calls_on(page)
    page = browser.get("/search", params={"words": f'"{third} {second} {first}"'}).text
    assert turn["call_id"] not in calls_on(page)
    page = browser.get("/search", params={"words": f"{third} {first}"}).text
    assert turn["call_id"] in calls_on(page)


def test_nobody_finds_what_they_may_not_see(
    turn: dict[str, Any], as_person: Callable[..., Browser]
) -> None:
    """Neither by words nor by metadata; an analyst finds it."""
    params = {"words": " ".join(turn["text"].split()[:3]).replace(",", "")}
    stranger = as_person(Role.SUPERVISOR, "somebody-else")
    analyst = as_person(Role.ANALYST, "an-1")

    for asked in (params, {"queue": turn["queue"]}, {}):
        page = stranger.get("/search", params=asked).text
        assert calls_on(page) == set()
        assert turn["queue"] not in page.replace(f'value="{turn["queue"]}"', "")
        assert turn["call_id"] in calls_on(analyst.get("/search", params=asked).text)


@pytest.mark.parametrize("name", ["agent", "queue", "language"])
def test_metadata_alone_lists_calls(
    name: str, desk: Desk, turn: dict[str, Any], as_person: Callable[..., Browser]
) -> None:
    """All calls with it that are the person's, and no others."""
    column = {"agent": "agent_id"}.get(name, name)
    browser = as_person(Role.SUPERVISOR, turn["supervisor_id"])
    with open_snapshot(desk.centre.warehouse) as snapshot:
        sql = f"select call_id from core.call where {column} = $value and supervisor_id = $own"
        rows = snapshot.ask(sql, {"value": turn[column], "own": turn["supervisor_id"]}).rows
        expected = {call_id for (call_id,) in rows}

    assert calls_on(browser.get("/search", params={name: turn[column]}).text) == expected
    assert calls_on(browser.get("/search", params={"last": "1999-12-31"}).text) == set()


@pytest.mark.parametrize("words", ["a " * 30, '"', "$words", "\0", "'; drop table x"])
def test_odd_words_are_no_error_of_the_server(
    words: str, turn: dict[str, Any], as_person: Callable[..., Browser]
) -> None:
    """Whatever somebody types."""
    browser = as_person(Role.SUPERVISOR, turn["supervisor_id"])

    assert browser.get("/search", params={"words": words, "first": "soon"}).status_code in {
        200,
        422,
    }
