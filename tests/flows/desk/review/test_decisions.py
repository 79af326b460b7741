"""Decisions at the desk: answers that people override, and what two people see of each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from flows.desk.person import Role
from flows.governance.audit import entries
from tests.flows.desk.conftest import csrf_of
from warehouse.query.reader import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser

HTMX = {"HX-Request": "true"}


def rows_of(desk: Desk, sql: str) -> list[dict[str, Any]]:
    """Rows of the snapshot."""
    with open_snapshot(desk.centre.warehouse) as snapshot:
        rows = snapshot.ask(sql)
        return [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]


@pytest.fixture
def answer(desk: Desk) -> dict[str, Any]:
    """An answer of the machine, and whose call it is."""
    return rows_of(
        desk,
        "select call_id, scorecard_id, question, answer, supervisor_id from core.answer"
        " inner join core.call using (call_id) where answer = 'no' order by all limit 1",
    )[0]


@pytest.fixture
def flag(desk: Desk) -> dict[str, Any]:
    """The most urgent open flag of a failed rule."""
    return rows_of(
        desk,
        "select call_id, rule_id, supervisor_id from mart.flag_list where outcome = 'fail'"
        " and flag_id in (select flag_id from mart.open_flag) order by priority desc limit 1",
    )[0]


def path_of(answer: dict[str, Any]) -> str:
    """The address of the decisions on an answer or a flag."""
    if "rule_id" in answer:
        return f"/decisions/{answer['rule_id']}/{quote(answer['call_id'], safe='')}"
    parts = (answer["scorecard_id"], answer["question"], answer["call_id"])
    return "/answers/" + "/".join(quote(part, safe="") for part in parts)


def seen_in(page: str) -> str:
    """The number of the last decision that a form has seen."""
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_both_values_of_an_answer_stay(
    answer: dict[str, Any], as_person: Callable[..., Browser]
) -> None:
    """The call page leads to the answer; the reviewer's and the machine's are both shown."""
    browser = as_person(Role.SUPERVISOR, answer["supervisor_id"])
    assert f'hx-get="{path_of(answer)}"' in browser.get(f"/calls/{answer['call_id']}").text

    form = {"seen": "0", "value": "yes", "reason": "He says it, only later."}
    page = browser.post(path_of(answer), data=form, headers=csrf_of(browser) | HTMX).text

    [decided] = re.findall(r'<p class="judged">(.*?)</p>', page, re.DOTALL)
    assert "<strong>yes</strong>" in decided
    assert "He says it, only later." in decided
    assert "automatic result: no" in decided
    assert seen_in(page) == "1"


@pytest.mark.parametrize("value", ["fail", "partly", ""])
def test_an_answer_takes_no_other_value(
    value: str, answer: dict[str, Any], as_person: Callable[..., Browser]
) -> None:
    """Such as an outcome of a rule."""
    browser = as_person(Role.SUPERVISOR, answer["supervisor_id"])
    form = {"seen": "0", "value": value, "reason": "So it is."}

    assert browser.post(path_of(answer), data=form, headers=csrf_of(browser)).status_code == 422


def test_what_is_right_needs_no_reason(
    desk: Desk, flag: dict[str, Any], as_person: Callable[..., Browser]
) -> None:
    """As on the static pages; what is wrong does. The act is in the audit trail once."""
    browser = as_person(Role.SUPERVISOR, flag["supervisor_id"])
    before = sum(one.act == "decided" for one in entries(desk.home))

    wrong = browser.post(
        path_of(flag), data={"seen": "0", "value": "pass", "reason": ""}, headers=csrf_of(browser)
    )
    right = browser.post(
        path_of(flag), data={"seen": "0", "value": "fail", "reason": ""}, headers=csrf_of(browser)
    )

    assert (wrong.status_code, right.status_code) == (422, 200)
    assert ": Right" in right.text
    assert sum(one.act == "decided" for one in entries(desk.home)) == before + 1


def test_the_other_one_sees_the_decision(
    flag: dict[str, Any], as_person: Callable[..., Browser]
) -> None:
    """What the page asks for again and again puts it in its place, with its number."""
    first = as_person(Role.SUPERVISOR, flag["supervisor_id"])
    second = as_person(Role.ANALYST, "an-1")
    poll = f"/calls/{quote(flag['call_id'], safe='')}/decisions"
    assert f'hx-get="{poll}"' in second.get(f"/calls/{flag['call_id']}").text
    form = second.get(path_of(flag), headers=HTMX).text
    assert "<html" not in form
    assert "judged" not in second.get(poll).text

    first.post(
        path_of(flag),
        data={"seen": seen_in(form), "value": "pass", "reason": "It is there."},
        headers=csrf_of(first),
    )
    told = second.get(poll).text

    [place] = re.findall(r'id="(taken-\w+)"', form)
    assert f'id="{place}" aria-live="polite" hx-swap-oob="true"' in told
    assert "It is there." in told
    assert seen_in(told) == "1"


def test_the_way_from_flag_to_flag(
    desk: Desk, flag: dict[str, Any], as_person: Callable[..., Browser]
) -> None:
    """By urgency, within the filters, and also from a flag that is decided by now."""
    browser = as_person(Role.SUPERVISOR, flag["supervisor_id"])
    own = [
        row
        for row in rows_of(
            desk,
            "select flag_id, call_id, rule_id, supervisor_id from mart.flag_list where flag_id in"
            " (select flag_id from mart.open_flag) order by machine_priority desc, flag_id",
        )
        if row["supervisor_id"] == flag["supervisor_id"]
    ]
    assert len(own) > 2

    def around(row: dict[str, Any], query: str = "") -> dict[str, str]:
        page = browser.get(f"/calls/{row['call_id']}?flag={row['rule_id']}{query}").text
        found = re.findall(r'<a rel="(\w+)" href="/calls/([^?]+)\?flag=([^#&]+)', page)
        return {rel: f"{call}/{rule}" for rel, call, rule in found}

    expected = {"prev": own[0]["flag_id"], "next": own[2]["flag_id"]}
    assert around(own[1]) == expected
    assert around(own[0]) == {"next": own[1]["flag_id"]}
    same = [row["flag_id"] for row in own if row["rule_id"] == own[0]["rule_id"]][1:2]
    assert list(around(own[0], f"&rule={own[0]['rule_id']}").values()) == same

    form = {"seen": "0", "value": "cannot_tell", "reason": "Too quiet."}
    assert browser.post(path_of(own[1]), data=form, headers=csrf_of(browser)).status_code == 200
    assert around(own[1]) == expected


def test_answers_of_another_supervisor_are_not_there(
    answer: dict[str, Any], as_person: Callable[..., Browser]
) -> None:
    """Neither to read nor to decide, nor what others decided."""
    browser = as_person(Role.SUPERVISOR, "somebody-else")
    form = {"seen": "0", "value": "yes", "reason": "So it is."}

    assert browser.get(path_of(answer)).status_code == 404
    assert browser.get(f"/calls/{answer['call_id']}/decisions").status_code == 404
    answered = browser.post(path_of(answer), data=form, headers=csrf_of(browser))
    assert answered.status_code == 404


def test_a_part_of_a_recording_is_no_way_around_the_trail(
    desk: Desk, flag: dict[str, Any], as_person: Callable[..., Browser]
) -> None:
    """Whoever asks for all but the first byte has listened, too."""
    browser = as_person(Role.SUPERVISOR, flag["supervisor_id"])
    before = sum(one.act == "listened" for one in entries(desk.home))

    part = browser.get(f"/calls/{flag['call_id']}/audio", headers={"Range": "bytes=1-"})

    assert part.status_code == 206
    assert sum(one.act == "listened" for one in entries(desk.home)) == before + 1
