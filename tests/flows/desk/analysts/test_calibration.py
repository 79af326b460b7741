"""Calibration sessions at the desk: blind until they are closed, then compared with the expert."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from sqlalchemy import select

from flows.desk.person import Role
from flows.desk.records.accounts import Account
from flows.desk.records.calibration.sessions import (
    BlindError,
    CalibrationRating,
    CalibrationSession,
    ratings_of_all,
    uploads,
)
from flows.desk.records.hand_over import hand_over
from flows.governance.audit import Act, entries
from tests.flows.desk.access.test_routes import routes
from tests.flows.desk.conftest import csrf_of
from tests.flows.governance.governed_home import governed_home
from warehouse.lake.lake import Lake
from warehouse.lake.upload_records import Calibration
from warehouse.query.reader import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from httpx2 import Response

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser

CALLS = ("lt-0001", "lt-0002")
RULE = "rule:script-greeting"


class Room(NamedTuple):
    """A session and those who take part in it."""

    session_id: str
    analyst: Browser
    expert: Browser
    rater: Browser


def account_id(desk: Desk, subject: str) -> int:
    """The account of a subject."""
    with desk.database.reading() as session:
        return session.scalars(select(Account).where(Account.subject == subject)).one().account_id


def form_of(desk: Desk, **changes: Any) -> dict[str, Any]:
    """A form that is right but for the changes."""
    return {
        "name": "Greeting in March",
        "ends_at": f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%dT%H:%M}",
        "expert": str(account_id(desk, "expert")),
        "rater": str(account_id(desk, "rater")),
        "call": list(CALLS),
        "subject": RULE,
    } | changes


@pytest.fixture
def people(as_person: Callable[..., Browser]) -> tuple[Browser, Browser, Browser]:
    """An analyst who rates nothing, an expert, and a supervisor of other agents who rates."""
    return (
        as_person(Role.ANALYST, "analyst"),
        as_person(Role.ANALYST, "expert"),
        as_person(Role.SUPERVISOR, "rater"),
    )


@pytest.fixture
def room(desk: Desk, people: tuple[Browser, Browser, Browser]) -> Room:
    """A session of two items."""
    analyst, expert, rater = people
    answer = analyst.post("/calibration", data=form_of(desk), headers=csrf_of(analyst))
    assert answer.status_code == 200, answer.text
    return Room(str(answer.url).rpartition("/")[2], analyst, expert, rater)


def rate(room: Room, browser: Browser, position: int, **form: Any) -> Response:
    """Rate an item."""
    path = f"/calibration/{room.session_id}/items/{position}"
    return browser.post(path, data={"seen": 0} | form, headers=csrf_of(browser, path))


def every_page(room: Room, browser: Browser) -> str:
    """What every route that somebody may read gives them of a session."""
    paths = {
        re.sub(r"\{[^}]+\}", "1", path.replace("{session_id}", room.session_id))
        for method, path, _ in routes()
        if method == "GET"
    }
    assert f"/calibration/{room.session_id}/items/1" in paths
    return "".join(browser.get(path).text for path in sorted(paths))


def test_nobody_sees_the_ratings_of_others_before_the_end(desk: Desk, room: Room) -> None:
    """Neither raters nor the expert nor the analyst who set it up, on any page of theirs."""
    rate(room, room.rater, 1, value="fail", reason="words of the rater")
    rate(room, room.expert, 1, value="pass", reason="words of the expert")

    assert "words of the rater" in every_page(room, room.rater)
    assert "words of the expert" not in every_page(room, room.rater)
    assert "words of the rater" not in every_page(room, room.expert)
    assert "words of the" not in every_page(room, room.analyst)
    assert (
        'value="fail" required checked'
        not in room.expert.get(f"/calibration/{room.session_id}/items/1").text
    )
    # An answer that refuses shows what was typed, and still nothing of others.
    refused = rate(room, room.expert, 1, value="nonsense", seen=1).text
    assert "words of the rater" not in refused
    with desk.database.reading() as session, pytest.raises(BlindError):
        ratings_of_all(session, session.get_one(CalibrationSession, room.session_id))
    with desk.database.reading() as session:
        assert list(uploads(session)) == []


def test_the_end_shows_deviation_and_agreement(desk: Desk, room: Room) -> None:
    """One of two agrees, and the other is stricter; both comments are there."""
    rate(room, room.rater, 1, value="fail", reason="words of the rater")
    rate(room, room.rater, 2, value="pass")
    rate(room, room.expert, 1, value="pass", reason="words of the expert")
    rate(room, room.expert, 2, value="pass")
    room.analyst.post(
        f"/calibration/{room.session_id}/close", headers=csrf_of(room.analyst, "/calibration")
    )

    for browser in (room.analyst, room.expert, room.rater):
        text = browser.get(f"/calibration/{room.session_id}").text
        assert re.search(r"50%\s*<span class=\"small\">1/2</span>", text)
        assert "words of the rater" in text
        assert "words of the expert" in text
    with desk.database.reading() as session:
        kept = [one for make in uploads(session) if isinstance(one := make(), Calibration)]
    assert sorted((one.call_id, one.rater_id, one.is_expert, one.human_value) for one in kept) == [
        ("lt-0001", "expert", True, "pass"),
        ("lt-0001", "rater", False, "fail"),
        ("lt-0002", "expert", True, "pass"),
        ("lt-0002", "rater", False, "pass"),
    ]
    assert {one.session_id for one in kept} == {room.session_id}


def test_the_next_run_takes_closed_sessions_alone(desk: Desk, room: Room, tmp_path: Path) -> None:
    """Ratings of an open session are in no mart, where analysts could look them up."""
    home, _ = governed_home(tmp_path)
    lake = Lake(home / "lake", desk.centre.time_zone)
    rate(room, room.rater, 1, value="fail")
    rate(room, room.rater, 1, value="pass", seen=1)
    assert hand_over(desk.database, lake).kept == {}

    room.analyst.post(
        f"/calibration/{room.session_id}/close", headers=csrf_of(room.analyst, "/calibration")
    )
    assert hand_over(desk.database, lake).kept["calibrations"].new == 1
    assert lake.uploads.frame("calibration")["human_value"].to_list() == ["pass"]
    assert hand_over(desk.database, lake).kept == {}


def test_nothing_is_rated_after_the_end(desk: Desk, room: Room) -> None:
    """What was typed stays on the page, and is not kept."""
    with desk.database.writing() as session:
        calibration = session.get_one(CalibrationSession, room.session_id)
        calibration.ends_at = datetime.now(UTC) - timedelta(seconds=1)

    headers = csrf_of(room.rater, "/calibration")
    path = f"/calibration/{room.session_id}/items/1"
    answer = room.rater.post(path, data={"value": "fail", "reason": "too late"}, headers=headers)

    assert answer.status_code == 409
    assert "too late" in answer.text
    with desk.database.reading() as session:
        assert session.scalars(select(CalibrationRating)).all() == []


def test_two_windows_of_a_rater_lose_nothing(desk: Desk, room: Room) -> None:
    """The later one hears of the earlier one, and may replace it."""
    rate(room, room.rater, 1, value="fail", reason="first window")
    refused = rate(room, room.rater, 1, value="pass", reason="second window")
    assert refused.status_code == 409
    assert "first window" in refused.text
    assert "second window" in refused.text
    assert 'name="seen" value="1"' in refused.text

    assert (
        rate(room, room.rater, 1, value="pass", reason="second window", seen=1).status_code == 200
    )
    with desk.database.reading() as session:
        kept = session.scalars(select(CalibrationRating)).all()
    assert [(one.number, one.value) for one in kept] == [(1, "fail"), (2, "pass")]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "card 4111 1111 1111 1111"}),
        ("ends_at", {"ends_at": "2020-01-01T10:00"}),
        ("ends_at", {"ends_at": "soon"}),
        ("expert", {"expert": []}),
        ("rater", {"rater": []}),
        ("rater", {"rater": "999"}),
        ("call", {"call": []}),
        ("call", {"call": ["lt-0001", "no-such-call"]}),
        ("subject", {"subject": []}),
        ("subject", {"subject": "rule:no-such-rule"}),
    ],
)
def test_a_wrong_form_says_what_and_keeps_the_rest(
    desk: Desk, people: tuple[Browser, Browser, Browser], field: str, change: dict[str, Any]
) -> None:
    """By the field."""
    analyst = people[0]
    answer = analyst.post("/calibration", data=form_of(desk, **change), headers=csrf_of(analyst))

    assert answer.status_code == 422
    assert re.findall(r'id="(\w+)-error"', answer.text) == [field]
    if field != "name":
        assert "Greeting in March" in answer.text
    with desk.database.reading() as session:
        assert session.scalars(select(CalibrationSession)).all() == []


def test_a_session_has_one_expert(
    desk: Desk, people: tuple[Browser, Browser, Browser], as_person: Callable[..., Browser]
) -> None:
    """A second one is refused, and the expert among the raters, and a second account of theirs."""
    analyst = people[0]
    as_person(Role.SUPERVISOR, "second")
    two = [str(account_id(desk, name)) for name in ("expert", "second")]
    for change in ({"expert": two}, {"rater": [*two]}):
        answer = analyst.post(
            "/calibration", data=form_of(desk, **change), headers=csrf_of(analyst)
        )
        assert answer.status_code == 422, change
    same_person = form_of(desk, rater=two[1])
    with desk.database.writing() as session:
        session.get_one(Account, int(two[1])).subject = "expert"
    answer = analyst.post("/calibration", data=same_person, headers=csrf_of(analyst))
    assert answer.status_code == 422
    with desk.database.reading() as session:
        assert session.scalars(select(CalibrationSession)).all() == []


def test_a_session_is_nobody_elses_business(room: Room, as_person: Callable[..., Browser]) -> None:
    """A supervisor who does not rate finds no session, and an analyst who does not, no form."""
    stranger = as_person(Role.SUPERVISOR, "stranger")
    headers = csrf_of(stranger)
    path = f"/calibration/{room.session_id}"
    assert room.session_id not in stranger.get("/calibration").text
    assert stranger.get(path).status_code == 404
    assert stranger.get(f"{path}/items/1").status_code == 404
    assert (
        stranger.post(f"{path}/items/1", data={"value": "pass"}, headers=headers).status_code == 404
    )
    assert stranger.post(f"{path}/close", headers=headers).status_code == 403
    assert room.analyst.get(f"{path}/items/1").status_code == 404
    assert room.analyst.get(f"{path}/items/1/audio").status_code == 404
    assert stranger.get(f"{path}/items/1/audio").status_code == 404
    assert room.rater.get(f"{path}/items/1/audio").headers["content-type"] == "audio/ogg"
    assert room.rater.get(f"{path}/items/3").status_code == 404


def test_no_rater_listens_unseen(desk: Desk, room: Room) -> None:
    """Whichever part of the recording is asked for first."""
    before = sum(one.act == Act.LISTENED for one in entries(desk.home))
    path = f"/calibration/{room.session_id}/items/1/audio"
    part = room.rater.get(path, headers={"Range": "bytes=1-"})
    assert part.status_code == 206
    assert sum(one.act == Act.LISTENED for one in entries(desk.home)) == before + 1


def test_calibration_changes_no_score_and_is_in_the_trail(desk: Desk, room: Room) -> None:
    """The published answers stay, and every act is an entry."""
    before = len(list(entries(desk.home)))
    rate(room, room.rater, 1, value="fail")
    added = list(entries(desk.home))[before:]
    assert [(one.act, one.facts["what"]) for one in added] == [
        (Act.CALIBRATED, "calibration_rated")
    ]
    desk.calls.close()  # DuckDB opens a file once in a process
    with open_snapshot(desk.centre.warehouse) as snapshot:
        (count,) = next(snapshot.ask("select count(*) from core.review").rows)
    assert count == 0
