"""Disputes at the desk: the supervisor of the call's agent decides each, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from flows.desk.person import Role
from flows.desk.records.disputes import dispute, disputes, resolve
from flows.desk.records.hand_over import SOURCES
from flows.desk.records.keeping import FasterError
from flows.desk.records.reviews import Subject, decisions_on
from tests.flows.desk.agents.desk_people import AGENT, SUPERVISOR
from tests.flows.desk.agents.test_my_calls import CALL, raised, send
from warehouse.lake.upload_records import Dispute, Review

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser

IDENTITY = Subject(CALL, "script-identity-check")
PROMISE = Subject(CALL, "conduct-forbidden-promise")


def raise_dispute(desk: Desk, subject: Subject = IDENTITY) -> str:
    """An agent's dispute; returns its id."""
    with desk.database.writing() as session:
        return dispute(session, AGENT, subject, "fail", "pass", "I asked her.").dispute_id


@pytest.fixture
def supervisor(as_person: Callable[..., Browser]) -> Browser:
    """The supervisor of the agent."""
    return as_person(Role.SUPERVISOR, "sv-2")


def test_an_upheld_dispute_is_a_review_too(
    desk: Desk, supervisor: Browser, as_person: Callable[..., Browser]
) -> None:
    """With the agent's answer, which replaces the machine's; the agent sees the outcome."""
    path = f"/disputes/{raise_dispute(desk)}"
    status, text = send(supervisor, path, status="upheld", resolution="Heard at 0:40.")
    assert (status, "Heard at 0:40." in text) == (200, True)

    with desk.database.reading() as session:
        [settled] = (make() for make in SOURCES["disputes"](session))
        [review] = (make() for make in SOURCES["reviews"](session))
    assert isinstance(settled, Dispute)
    assert (settled.status, settled.resolved_by, settled.resolution) == (
        "upheld",
        "sv-2",
        "Heard at 0:40.",
    )
    assert isinstance(review, Review)
    assert (review.occasion, review.machine_value, review.human_value) == (
        "dispute",
        "fail",
        "pass",
    )
    agent = as_person(Role.AGENT, "ag-102")
    assert "Heard at 0:40." in agent.get(f"/my-calls/{CALL}").text
    assert "disputed: upheld" in agent.get("/my-calls").text


def test_a_rejected_dispute_changes_no_answer(desk: Desk, supervisor: Browser) -> None:
    """It has a resolution all the same."""
    path = f"/disputes/{raise_dispute(desk)}"
    send(supervisor, path, status="rejected", resolution="She was not asked.")
    assert [(row.status, row.resolution) for row in raised(desk)] == [
        ("rejected", "She was not asked.")
    ]
    assert decisions_on(desk.database, IDENTITY) == []


def test_disputes_of_other_teams_do_not_exist(
    desk: Desk, as_person: Callable[..., Browser]
) -> None:
    """Neither on the page nor by address."""
    dispute_id = raise_dispute(desk)
    other = as_person(Role.SUPERVISOR, "sv-1")
    assert dispute_id not in other.get("/disputes").text
    path = f"/disputes/{dispute_id}"
    assert send(other, path, status="upheld", resolution="Mine?")[0] == 404
    assert [row.status for row in raised(desk)] == ["open"]


def test_the_second_decision_sees_the_first(desk: Desk, supervisor: Browser) -> None:
    """What the second one typed stays on the page."""
    path = f"/disputes/{raise_dispute(desk)}"
    send(supervisor, path, status="rejected", resolution="The first reason.")
    status, text = send(supervisor, path, status="upheld", resolution="The second reason.")
    assert status == 409
    assert "The first reason." in text
    assert "The second reason." in text
    assert [row.status for row in raised(desk)] == ["rejected"]
    assert decisions_on(desk.database, IDENTITY) == []


def test_two_who_decide_at_once_do_not_both_succeed(desk: Desk) -> None:
    """The state that one of them read is checked where it is written."""
    dispute_id = raise_dispute(desk)
    with desk.database.reading() as session:
        stale = disputes(session)[0]
    with desk.database.writing() as session:
        resolve(session, SUPERVISOR, dispute_id, "rejected", "The first reason.")
    with desk.database.writing() as session:
        session.add(stale)  # what the other one had read before
        with pytest.raises(FasterError):
            resolve(session, SUPERVISOR, dispute_id, "upheld", "The second reason.")
        session.rollback()
    assert [row.resolution for row in raised(desk)] == ["The first reason."]


@pytest.mark.parametrize("form", [{"resolution": "x"}, {"status": "upheld", "resolution": " "}])
def test_a_decision_needs_a_resolution(
    desk: Desk, supervisor: Browser, form: dict[str, str]
) -> None:
    """Nothing is kept without both."""
    assert send(supervisor, f"/disputes/{raise_dispute(desk)}", **form)[0] == 422
    assert [row.status for row in raised(desk)] == ["open"]


def test_the_overdue_come_first_and_the_decided_last(desk: Desk, supervisor: Browser) -> None:
    """The deadline is the setting's, in days of the centre."""
    late, new = raise_dispute(desk), raise_dispute(desk, PROMISE)
    done = raise_dispute(desk, Subject("lt-0004", "conduct-supervisor-request"))
    with desk.database.writing() as session:
        for row in disputes(session):
            if row.dispute_id != new:
                row.raised_at = datetime.now(UTC) - timedelta(days=9)
        session.flush()
        resolve(session, SUPERVISOR, done, "rejected", "No.")

    text = supervisor.get("/disputes").text
    assert text.index(late) < text.index(new) < text.index(done)
    assert text.count(">overdue<") == 1
