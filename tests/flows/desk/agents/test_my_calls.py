"""An agent's own calls at the desk: seen, acknowledged and disputed."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from flows.desk.person import Role
from flows.desk.records.acknowledgements import acknowledged
from flows.desk.records.disputes import DisputeRecord, disputes
from flows.desk.records.reviews import Subject, decide
from flows.governance.audit import Act, entries
from tests.flows.desk.agents.desk_people import SUPERVISOR
from tests.flows.desk.conftest import csrf_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser

AGENT, CALL = "ag-102", "lt-0006"
OTHERS_CALL = "lt-0001"
ABOUT = f"{CALL}/script-identity-check"
DISPUTE = {"about": ABOUT, "proposed": "pass", "reason": "I asked for her postcode."}


@pytest.fixture
def agent(as_person: Callable[..., Browser]) -> Browser:
    """An agent with a failed check in one of their calls."""
    return as_person(Role.AGENT, AGENT)


def send(browser: Browser, path: str, **form: str) -> tuple[int, str]:
    """Send a form; returns the status and the page that follows."""
    answer = browser.post(path, data=form, headers=csrf_of(browser, "/"))
    return answer.status_code, unescape(answer.text)


def raised(desk: Desk) -> list[DisputeRecord]:
    """All disputes."""
    with desk.database.reading() as session:
        return disputes(session)


def test_an_agent_sees_their_own_calls_alone(agent: Browser) -> None:
    """Those of others are not listed, and their addresses say no more than unknown ones."""
    listed = set(re.findall(r'href="/my-calls/([^"]+)"', agent.get("/my-calls").text))
    assert listed == {"lt-0002", "lt-0004", "lt-0006"}

    assert agent.get(f"/my-calls/{CALL}").status_code == 200
    unknown = agent.get("/my-calls/no-such-call")
    for path in (f"/my-calls/{OTHERS_CALL}", f"/my-calls/{OTHERS_CALL}/audio"):
        assert agent.get(path).status_code == unknown.status_code == 404
    assert agent.get(f"/my-calls/{OTHERS_CALL}").text == unknown.text.replace(
        "no-such-call", OTHERS_CALL
    )


def test_an_agent_answers_no_call_of_another(desk: Desk, agent: Browser) -> None:
    """Neither by its address nor by naming its finding under a call of theirs."""
    about = f"{OTHERS_CALL}/script-greeting"
    for path in (f"/my-calls/{OTHERS_CALL}", f"/my-calls/{CALL}"):
        assert send(agent, f"{path}/disputes", **DISPUTE | {"about": about})[0] == 404
    assert send(agent, f"/my-calls/{OTHERS_CALL}/acknowledgement", comment="x")[0] == 404
    assert raised(desk) == []


def test_a_call_page_has_a_player_and_no_decisions_of_supervisors(agent: Browser) -> None:
    """The recording comes from an address that agents may use."""
    text = agent.get(f"/my-calls/{CALL}").text
    assert f'src="/my-calls/{CALL}/audio"' in text
    assert "/decisions/" not in text
    assert agent.get(f"/my-calls/{CALL}/audio").headers["content-type"] == "audio/ogg"


def test_where_the_centre_wants_it_only_reviewed_calls(
    desk: Desk, agent: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decision of a supervisor at the desk opens the call at once."""
    settings = desk.settings.model_copy(update={"agents_see": "reviewed"})
    monkeypatch.setitem(vars(desk), "settings", settings)
    assert f"/my-calls/{CALL}" not in agent.get("/my-calls").text
    assert agent.get(f"/my-calls/{CALL}").status_code == 404
    assert send(agent, f"/my-calls/{CALL}/acknowledgement", comment="")[0] == 404

    decide(
        desk.database,
        SUPERVISOR,
        Subject(CALL, "script-identity-check"),
        seen=0,
        machine_value="fail",
        human_value="fail",
        reason="Not asked.",
    )
    assert f"/my-calls/{CALL}" in agent.get("/my-calls").text
    assert agent.get(f"/my-calls/{CALL}").status_code == 200
    assert agent.get("/my-calls/lt-0002").status_code == 404


def test_the_own_trend(agent: Browser) -> None:
    """The week's mean score, as the mart has it: 100, 100 and 0."""
    text = agent.get("/my-calls").text
    assert re.search(r'aria-label="Mean score by week: [^"]* 67"', text)


def test_acknowledge_with_a_comment_once(desk: Desk, agent: Browser) -> None:
    """The second time changes nothing, and shows the first."""
    path = f"/my-calls/{CALL}/acknowledgement"
    assert "First comment." in send(agent, path, comment="First comment.")[1]
    status, text = send(agent, path, comment="Second comment.")
    assert status == 409
    assert "First comment." in text

    with desk.database.reading() as session:
        [kept] = acknowledged(session, AGENT).values()
    assert (kept.call_id, kept.agent_id, kept.comment) == (CALL, AGENT, "First comment.")
    assert [one.facts["calls"] for one in entries(desk.home) if one.act == Act.ACKNOWLEDGED][
        -1:
    ] == [[CALL]]


def test_dispute_once(desk: Desk, agent: Browser) -> None:
    """The second dispute is refused; what was typed is not lost."""
    before = sum(one.act == Act.DISPUTED for one in entries(desk.home))
    status, text = send(agent, f"/my-calls/{CALL}/disputes", **DISPUTE)
    assert (status, DISPUTE["reason"] in text) == (200, True)
    again = DISPUTE | {"reason": "Another reason."}
    status, text = send(agent, f"/my-calls/{CALL}/disputes", **again)
    assert status == 409
    assert DISPUTE["reason"] in text
    assert "Another reason." in text

    [row] = raised(desk)
    assert (row.status, row.machine_value, row.proposed_value) == ("open", "fail", "pass")
    assert sum(one.act == Act.DISPUTED for one in entries(desk.home)) == before + 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reason": "  "}, "fill in every field"),
        ({"proposed": ""}, "fill in every field"),
        ({"proposed": "fail"}, "fill in every field"),
        ({"proposed": "yes"}, "fill in every field"),
        ({"reason": "Card 4111 1111 1111 1111."}, "as long as a card number"),
        ({"reason": "x" * 2001}, "at most 2,000 characters"),
    ],
)
def test_a_dispute_needs_a_reason_and_another_answer(
    desk: Desk, agent: Browser, changed: dict[str, str], said: str
) -> None:
    """The page says what is wrong and keeps what was typed."""
    form = DISPUTE | changed
    status, text = send(agent, f"/my-calls/{CALL}/disputes", **form)
    assert status == 422
    assert said in text
    assert form["reason"] in text
    assert raised(desk) == []
