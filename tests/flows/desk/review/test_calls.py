"""A call at the desk: its page, its recording, and decisions on its flags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
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

REASON = "She says it at 0:12."


@pytest.fixture
def flag(desk: Desk) -> dict[str, str]:
    """An open flag of a failed rule, and whose it is."""
    with open_snapshot(desk.centre.warehouse) as snapshot:
        columns = "call_id, rule_id, supervisor_id, outcome"
        rows = snapshot.ask(
            f"select {columns} from mart.open_flag where outcome = 'fail' order by flag_id limit 1"
        )
        [row] = rows.rows
    return dict(zip(rows.columns, row, strict=True))


def path_of(flag: dict[str, str]) -> str:
    """The address of the decisions on a flag."""
    return f"/decisions/{flag['rule_id']}/{quote(flag['call_id'], safe='')}"


def test_a_call_of_their_own(flag: dict[str, str], as_person: Callable[..., Browser]) -> None:
    """With transcript, player and the place of decisions, and nothing inline that runs."""
    answer = as_person(Role.SUPERVISOR, flag["supervisor_id"]).get(f"/calls/{flag['call_id']}")

    assert answer.status_code == 200
    assert f'src="/calls/{flag["call_id"]}/audio"' in answer.text
    assert f'hx-get="{path_of(flag)}"' in answer.text
    assert "<script>" not in answer.text
    assert "<style" not in answer.text
    assert " style=" not in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/calls/{call_id}", "/calls/{call_id}/audio", "decisions"])
def test_the_call_of_another_supervisor_is_not_there(
    path: str, flag: dict[str, str], as_person: Callable[..., Browser]
) -> None:
    """Nothing says that the call exists, nor can it be decided."""
    browser = as_person(Role.SUPERVISOR, "somebody-else")
    address = path_of(flag) if path == "decisions" else path.format(**flag)

    assert browser.get(address).status_code == 404
    form = {"seen": "0", "value": "pass", "reason": REASON}
    assert browser.post(path_of(flag), data=form, headers=csrf_of(browser)).status_code == 404


def test_a_player_gets_the_part_that_it_asks_for(
    desk: Desk, flag: dict[str, str], as_person: Callable[..., Browser]
) -> None:
    """As RFC 9110 has it; that somebody listens is in the audit trail once."""
    browser, path = (
        as_person(Role.SUPERVISOR, flag["supervisor_id"]),
        f"/calls/{flag['call_id']}/audio",
    )
    before = sum(one.act == "listened" for one in entries(desk.home))

    whole = browser.get(path)
    part = browser.get(path, headers={"Range": "bytes=100-199"})
    end = browser.get(path, headers={"Range": "bytes=-50"})
    beyond = browser.get(path, headers={"Range": "bytes=99999999-"})

    assert whole.content[:4] == b"OggS"
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    assert end.content == whole.content[-50:]
    assert beyond.status_code == 416
    assert sum(one.act == "listened" for one in entries(desk.home)) == before + 1


def test_of_two_decisions_the_second_is_told_of_the_first(
    flag: dict[str, str], as_person: Callable[..., Browser]
) -> None:
    """Nothing is overwritten, and what the second one typed is still there."""
    first, second = (as_person(Role.SUPERVISOR, flag["supervisor_id"]) for _ in range(2))
    seen = re.search(r'name="seen" value="(\d+)"', first.get(path_of(flag)).text)
    assert seen is not None

    kept = first.post(
        path_of(flag),
        data={"seen": seen[1], "value": "pass", "reason": REASON},
        headers=csrf_of(first),
    )
    refused = second.post(
        path_of(flag),
        data={"seen": seen[1], "value": "fail", "reason": "I heard nothing."},
        headers=csrf_of(second),
    )
    again = second.post(
        path_of(flag),
        data={"seen": "1", "value": "fail", "reason": "I heard nothing."},
        headers=csrf_of(second),
    )

    assert (kept.status_code, refused.status_code, again.status_code) == (200, 409, 200)
    assert REASON in refused.text
    assert 'value="I heard nothing."' in refused.text
    assert again.text.index("I heard nothing.") < again.text.index(REASON)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"value": "pass", "reason": " "}, "give a reason"),
        ({"value": "yes", "reason": REASON}, "choose one"),
        ({"value": "pass", "reason": "He reads 4111 1111 1111 1111."}, "numbers as long"),
    ],
)
def test_what_cannot_be_kept_says_why(
    form: dict[str, str], said: str, flag: dict[str, str], as_person: Callable[..., Browser]
) -> None:
    """Nothing is kept of it, and nothing of what was typed is lost."""
    browser = as_person(Role.SUPERVISOR, flag["supervisor_id"])

    answer = browser.post(path_of(flag), data={"seen": "0", **form}, headers=csrf_of(browser))

    assert answer.status_code == 422
    assert said in answer.text
    assert 'name="seen" value="0"' in answer.text
    assert form["reason"] in answer.text
