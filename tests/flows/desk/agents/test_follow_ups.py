"""Follow-ups at the desk: assigned from a flag, closed once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from flows.desk.person import Role
from flows.desk.records.follow_ups import follow_ups_of, upload_of
from flows.desk.records.hand_over import SOURCES
from tests.flows.desk.agents.desk_people import SUPERVISOR
from tests.flows.desk.agents.test_my_calls import send
from warehouse.lake.upload_records import FollowUp

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser

NEW = "/follow-ups/new/script-identity-check/lt-0006"
ACTION = "Call the customer back."


@pytest.fixture
def supervisor(as_person: Callable[..., Browser]) -> Browser:
    """The supervisor of the call."""
    return as_person(Role.SUPERVISOR, "sv-2")


@pytest.fixture
def analyst(as_person: Callable[..., Browser]) -> Browser:
    """Somebody else who may own a follow-up."""
    return as_person(Role.ANALYST, "an-1")


def form(desk: Desk, **changed: str) -> dict[str, str]:
    """A filled form."""
    return {"owner": "an-1", "action": ACTION, "due_on": desk.today().isoformat()} | changed


def kept(desk: Desk) -> list[FollowUp]:
    """Those that the supervisor owns or assigned."""
    with desk.database.reading() as session:
        return [upload_of(row) for row in follow_ups_of(session, SUPERVISOR)]


def test_assigned_seen_and_closed_once(
    desk: Desk, supervisor: Browser, analyst: Browser, as_person: Callable[..., Browser]
) -> None:
    """The owner and whoever assigned it see it, nobody else; the second closing is refused."""
    status, text = send(supervisor, NEW, **form(desk))
    assert (status, ACTION in text) == (200, True)
    assert ACTION in analyst.get("/follow-ups").text
    [one] = kept(desk)
    assert (one.call_id, one.rule_id, one.owner_id, one.action, one.opened_on, one.due_on) == (
        "lt-0006",
        "script-identity-check",
        "an-1",
        ACTION,
        desk.today(),
        desk.today(),
    )
    path = f"/follow-ups/{one.follow_up_id}/close"
    other = as_person(Role.SUPERVISOR, "sv-1")
    assert ACTION not in other.get("/follow-ups").text
    assert send(other, path)[0] == 404
    assert kept(desk)[0].closed_on is None
    assert send(analyst, path)[0] == 200
    assert send(supervisor, path)[0] == 409
    with desk.database.reading() as session:
        [handed] = (make() for make in SOURCES["follow-ups"](session))
    assert isinstance(handed, FollowUp)
    assert handed.closed_on == desk.today()


def test_a_flag_is_assigned_once(desk: Desk, supervisor: Browser, analyst: Browser) -> None:
    """The second one sees the first, and what they typed."""
    assert send(supervisor, NEW, **form(desk))[0] == 200
    status, text = send(analyst, NEW, **form(desk, action="Something else."))
    assert status == 409
    assert ACTION in text
    assert "Something else." in text
    assert [one.action for one in kept(desk)] == [ACTION]


def test_flags_that_somebody_may_not_see(desk: Desk, as_person: Callable[..., Browser]) -> None:
    """Flags of other teams, and findings that are no flags, are not there."""
    other = as_person(Role.SUPERVISOR, "sv-1")
    for path in (NEW, "/follow-ups/new/script-greeting/lt-0001"):
        assert other.get(path).status_code == 404
        assert send(other, path, **form(desk, owner="sv-1"))[0] == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"owner": "nobody"},
        {"action": " "},
        {"action": "Card 4111 1111 1111 1111."},
        {"due_on": "soon"},
        {"due_on": "2020-01-01"},
    ],
)
def test_a_follow_up_needs_an_owner_words_and_a_day(
    desk: Desk, supervisor: Browser, analyst: Browser, changed: dict[str, str]
) -> None:
    """Nothing else is kept, and what was typed stays."""
    assert analyst.get("/follow-ups").status_code == 200
    typed = form(desk, **changed)
    status, text = send(supervisor, NEW, **typed)
    assert status == 422
    assert typed["action"] in text
    assert kept(desk) == []


def test_the_overdue_are_marked_and_come_first(desk: Desk, supervisor: Browser) -> None:
    """By due date, open before closed."""
    later = (desk.today() + timedelta(days=3)).isoformat()
    own = form(desk, owner="sv-2", action="Due later.", due_on=later)
    send(supervisor, NEW, **own)
    second = "/follow-ups/new/conduct-forbidden-promise/lt-0006"
    send(supervisor, second, **form(desk, owner="sv-2", action="Due before."))
    with desk.database.writing() as session:
        row = follow_ups_of(session, SUPERVISOR)[0]
        row.opened_on = row.due_on = desk.today() - timedelta(days=2)

    text = supervisor.get("/follow-ups").text
    assert text.index("Due before.") < text.index("Due later.")
    assert text.count(">overdue<") == 1
