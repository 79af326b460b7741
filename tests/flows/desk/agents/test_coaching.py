"""Coaching sessions at the desk: agenda, commitments, signatures."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from flows.desk.person import Role
from flows.desk.records.coaching_sessions.work import session_of, sign
from flows.desk.records.hand_over import SOURCES
from flows.desk.records.keeping import FasterError
from tests.flows.desk.agents.desk_people import SUPERVISOR
from tests.flows.desk.agents.test_my_calls import send
from warehouse.lake.upload_records import CoachingSession, Commitment

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.desk.desk import Desk
    from flows.desk.records.coaching_sessions.tables import CoachingRecord
    from tests.flows.desk.conftest import Browser


@pytest.fixture
def supervisor(as_person: Callable[..., Browser]) -> Browser:
    """The supervisor of ag-102."""
    return as_person(Role.SUPERVISOR, "sv-2")


@pytest.fixture
def agent(as_person: Callable[..., Browser]) -> Browser:
    """Their agent."""
    return as_person(Role.AGENT, "ag-102")


def started(browser: Browser, items: slice = slice(None)) -> str:
    """A new session with some of the offered passages; returns its path."""
    offered = re.findall(r'name="item" value="([^"]+)"', browser.get("/coaching/new/ag-102").text)
    token = re.search(r'data-csrf="([^"]+)"', browser.get("/coaching").text)
    assert token is not None
    answer = browser.post(
        "/coaching/new/ag-102",
        data={"item": offered[::-1][items]},
        headers={"X-CSRF-Token": token[1]},
    )
    assert answer.status_code == 200
    return answer.url.path


def promise(desk: Desk, browser: Browser, path: str, **form: str) -> int:
    """Add a commitment that is due tomorrow; returns the status."""
    tomorrow = (desk.today() + timedelta(days=1)).isoformat()
    form = {"seen": "0", "promise": "I ask for the postcode.", "due_on": tomorrow} | form
    return send(browser, f"{path}/commitments", **form)[0]


def row_of(desk: Desk, path: str) -> CoachingRecord:
    """A session as it is kept."""
    with desk.database.reading() as session:
        row = session_of(session, SUPERVISOR, path.rsplit("/", 1)[1])
    assert row is not None
    return row


def test_strengths_come_first(desk: Desk, supervisor: Browser) -> None:
    """Whatever the order in which they were sent, and only passages of the agent's own calls."""
    agenda = row_of(desk, started(supervisor)).agenda
    kinds = [item.is_strength for item in agenda]
    assert kinds == sorted(kinds, reverse=True)
    assert set(kinds) == {True, False}
    assert {item.call_id for item in agenda} == {"lt-0002", "lt-0004", "lt-0006"}


def test_a_session_from_commitments_to_the_next_one(
    desk: Desk, supervisor: Browser, agent: Browser
) -> None:
    """Both commit and sign; in the next session the supervisor says what was kept."""
    path = started(supervisor, slice(2))
    assert promise(desk, supervisor, path, made_by="supervisor", promise="I listen in.") == 200
    assert promise(desk, agent, path, seen="1") == 200
    with desk.database.reading() as session:
        assert [*SOURCES["sessions"](session), *SOURCES["commitments"](session)] == []
    for browser in (agent, supervisor):
        assert send(browser, f"{path}/signature", seen="2")[0] == 200
    assert "I listen in." in agent.get("/coaching").text
    with desk.database.reading() as session:
        [held] = (make() for make in SOURCES["sessions"](session))
    assert isinstance(held, CoachingSession)
    assert held.agent_signed_at is not None
    assert held.supervisor_signed_at is not None
    assert held.held_at == held.agent_signed_at < held.supervisor_signed_at

    following = started(supervisor, slice(0))
    assert f'action="{path}/commitments/2"' in supervisor.get(following).text
    assert f'action="{path}/commitments/2"' not in agent.get(following).text
    assert send(agent, f"{path}/commitments/2", status="kept")[0] == 403
    assert send(supervisor, f"{path}/commitments/2", status="kept")[0] == 200
    assert send(supervisor, f"{path}/commitments/2", status="broken")[0] == 409
    with desk.database.reading() as session:
        kept = [make() for make in SOURCES["commitments"](session)]
    assert [
        (one.made_by, one.status, one.settled_at is not None)
        for one in kept
        if isinstance(one, Commitment)
    ] == [("supervisor", "open", False), ("agent", "kept", True)]


def test_sessions_of_others_do_not_exist(
    desk: Desk, supervisor: Browser, as_person: Callable[..., Browser]
) -> None:
    """Neither for another agent nor for another supervisor, and nobody coaches others' agents."""
    path = started(supervisor, slice(1))
    for other in (as_person(Role.AGENT, "ag-101"), as_person(Role.SUPERVISOR, "sv-1")):
        assert path not in other.get("/coaching").text
        assert other.get(path).status_code == 404
        assert promise(desk, other, path) == 404
        assert send(other, f"{path}/signature", seen="0")[0] == 404
    assert send(other, f"{path}/commitments/1", status="kept")[0] == 404
    assert other.get("/coaching/new/ag-102").status_code == 404
    assert send(other, "/coaching/new/ag-102")[0] == 404
    assert row_of(desk, path).changes == 0


def test_an_agent_commits_themselves_alone(desk: Desk, supervisor: Browser, agent: Browser) -> None:
    """Whatever the form says."""
    path = started(supervisor, slice(1))
    assert promise(desk, agent, path, made_by="supervisor") == 200
    assert [one.made_by for one in row_of(desk, path).commitments] == ["agent"]


def test_sign_once_and_what_was_seen(desk: Desk, supervisor: Browser, agent: Browser) -> None:
    """Nobody signs commitments that were added after they looked; nothing is added afterwards."""
    path = started(supervisor, slice(1))
    assert promise(desk, supervisor, path) == 200
    assert send(agent, f"{path}/signature", seen="0")[0] == 409
    assert row_of(desk, path).agent_signed_at is None
    assert send(agent, f"{path}/signature", seen="1")[0] == 200
    signed_at = row_of(desk, path).agent_signed_at
    assert send(agent, f"{path}/signature", seen="1")[0] == 409
    assert row_of(desk, path).agent_signed_at == signed_at
    assert promise(desk, supervisor, path, seen="1") == 409
    assert row_of(desk, path).changes == 1


def test_two_who_commit_at_once(desk: Desk, supervisor: Browser, agent: Browser) -> None:
    """The second one is told, and what they typed stays."""
    path = started(supervisor, slice(1))
    stale = row_of(desk, path)
    assert promise(desk, supervisor, path) == 200
    form = {"seen": "0", "promise": "My own words.", "due_on": desk.today().isoformat()}
    status, text = send(agent, f"{path}/commitments", **form)
    assert status == 409
    assert "My own words." in text
    assert "I ask for the postcode." in text
    with desk.database.writing() as session:
        session.add(stale)  # read before the first one was added
        with pytest.raises(FasterError):
            sign(session, SUPERVISOR, stale, 0)
        session.rollback()
    assert row_of(desk, path).changes == 1


@pytest.mark.parametrize(
    "form",
    [
        {"promise": " "},
        {"promise": "Card 4111 1111 1111 1111."},
        {"due_on": "2020-01-01"},
        {"due_on": "soon"},
    ],
)
def test_a_commitment_needs_words_and_a_day_to_come(
    desk: Desk, supervisor: Browser, form: dict[str, str]
) -> None:
    """Nothing else is kept."""
    path = started(supervisor, slice(1))
    assert promise(desk, supervisor, path, **form) == 422
    assert row_of(desk, path).commitments == []
