"""The random sample at the desk: quotas, the draw, and what is kept of reviews."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from flows.desk.person import Role
from flows.desk.records.reviews import calls_of_occasion, decisions_in
from flows.desk.records.samples import seed_of
from flows.desk.web.review.samples import in_order
from tests.flows.desk.conftest import csrf_of
from warehouse.query.reader import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser


@pytest.fixture
def calls(desk: Desk) -> list[dict[str, Any]]:
    """The calls with answers of the supervisor and week that have most of them."""
    with open_snapshot(desk.centre.warehouse) as snapshot:
        rows = snapshot.ask(
            "select call_id, agent_id, supervisor_id, date_trunc('week', call_date)::date as week,"
            " count(*) over (partition by supervisor_id, week) as many from core.call"
            " semi join core.answer using (call_id)"
            " order by many desc, supervisor_id, week, call_id"
        )
        found = [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]
    first = found[0]
    return [one for one in found if (one["supervisor_id"], one["week"]) == _whose(first)]


def _whose(call: dict[str, Any]) -> tuple[str, date]:
    return call["supervisor_id"], call["week"]


def drawn_on(page: str) -> list[str]:
    """The calls of a page, in its order."""
    return re.findall(r'<a data-item href="/calls/([^"]+)"', page)


def expected(desk: Desk, calls: list[dict[str, Any]]) -> set[str]:
    """What a week's seed draws of its calls."""
    order = in_order(calls, seed_of(desk.database, calls[0]["week"]))
    agents = {call["agent_id"] for call in calls}
    quota = desk.settings.sample_calls
    return {
        call["call_id"]
        for agent in agents
        for call in [one for one in order if one["agent_id"] == agent][:quota]
    }


def test_the_seed_alone_draws_the_quota_of_each_agent(
    desk: Desk, calls: list[dict[str, Any]], as_person: Callable[..., Browser]
) -> None:
    """The same for everybody who asks, and as often as they ask."""
    path = f"/sample?week={calls[0]['week']}"
    first, second = (as_person(Role.SUPERVISOR, calls[0]["supervisor_id"]) for _ in range(2))

    assert set(drawn_on(first.get(path).text)) == expected(desk, calls)
    assert first.get(path).text.count("0 of ") == len({call["agent_id"] for call in calls})
    assert drawn_on(second.get(path).text) == drawn_on(first.get(path).text)


def test_another_seed_gives_another_order() -> None:
    """And none of them follows the ids."""
    calls = [{"call_id": f"c{number}"} for number in range(50)]

    orders = [[one["call_id"] for one in in_order(calls, seed)] for seed in ("one", "two")]

    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1]) == sorted(one["call_id"] for one in calls)


def test_a_confirmed_call_fills_the_quota(
    desk: Desk, calls: list[dict[str, Any]], as_person: Callable[..., Browser]
) -> None:
    """All its answers are reviews of a sample, and what was judged before stays."""
    browser = as_person(Role.SUPERVISOR, calls[0]["supervisor_id"])
    path = f"/sample?week={calls[0]['week']}"
    call_id = drawn_on(browser.get(path).text)[0]
    page = browser.get(f"/calls/{call_id}").text
    assert f'action="/sample/{call_id}"' in page
    answers = re.findall(r'hx-get="(/answers/[^"]+)"', page)
    form = {"seen": "0", "value": "unknown", "reason": "Too quiet to say."}
    assert browser.post(answers[0], data=form, headers=csrf_of(browser)).status_code == 200

    after = browser.post(f"/sample/{quote(call_id)}", headers=csrf_of(browser)).text

    kept = decisions_in(desk.database, call_id)
    assert len(kept) == len(answers)
    assert {one.occasion for _, taken in kept for one in taken} == {"sample"}
    assert [taken[0].human_value for _, taken in kept].count("unknown") >= 1
    assert calls_of_occasion(desk.database, "sample") == {call_id}
    assert set(drawn_on(after)) == set(drawn_on(browser.get(path).text))
    assert "1 of " in after


def test_a_call_that_is_not_drawn_cannot_be_confirmed(
    desk: Desk, calls: list[dict[str, Any]], as_person: Callable[..., Browser]
) -> None:
    """Nor one of another supervisor."""
    stranger = as_person(Role.SUPERVISOR, "somebody-else")
    owner = as_person(Role.SUPERVISOR, calls[0]["supervisor_id"])
    others = {call["call_id"] for call in calls} - expected(desk, calls)

    for browser, call_id in [(stranger, calls[0]["call_id"]), *((owner, one) for one in others)]:
        answer = browser.post(f"/sample/{quote(call_id)}", headers=csrf_of(browser))
        assert answer.status_code == 404
    assert drawn_on(stranger.get("/sample").text) == []
