"""Calibration sessions: an analyst sets them up and closes them, raters see what came of it."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from flows.desk.access.allowed import Analyst, Reviewer
from flows.desk.desk import Desk
from flows.desk.person import Person, Role
from flows.desk.reading.analysts import ask_unrestricted
from flows.desk.records.accounts import reviewers
from flows.desk.records.calibration.acting import close, set_up
from flows.desk.records.calibration.sessions import (
    CalibrationSession,
    own_ratings,
    progress_of,
    ratings_of_all,
    sessions_of,
    upload_of,
)
from flows.desk.web.calibration_form import CalibrationForm, plan_of
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.pages import page
from warehouse.query.calibration import agreement_of

router = APIRouter()

_SHOWN_CALLS = 40
_USUAL_DAYS = 7


@router.get("/calibration")
def sessions(request: Request, desk: TheDesk, person: Reviewer) -> Response:
    """The sessions that somebody rates in; of an analyst, all."""
    with desk.database.reading() as session:
        own = None if person.role == Role.ANALYST else person.account_id
        rows = [
            (one, one.has_rater(person.account_id), progress_of(session, one))
            for one in sessions_of(session, own)
        ]
        return page(request, "calibrations.html", sessions=rows, zone=_zone(desk))


@router.get("/calibration/new")
def new(request: Request, desk: TheDesk, person: Analyst) -> Response:
    """The form of a session."""
    ends_at = datetime.now(_zone(desk)) + timedelta(days=_USUAL_DAYS)
    form = CalibrationForm(ends_at=f"{ends_at:%Y-%m-%dT18:00}")
    return _form(request, desk, person, form, {})


@router.post("/calibration")
def begin(
    request: Request, desk: TheDesk, person: Analyst, form: Annotated[CalibrationForm, Form()]
) -> Response:
    """Set up a session."""
    with desk.database.reading() as session:
        accounts = {str(one.account_id): one for one in reviewers(session)}
    calls = ask_unrestricted(desk.calls, person, "chosen_calls", call_ids=form.call_ids)
    plan = plan_of(form, accounts, calls, _subjects(desk, person), _zone(desk))
    if isinstance(plan, dict):
        return _form(request, desk, person, form, plan, status=422)
    session_id = set_up(desk.database, desk.home, person, plan)
    return RedirectResponse(f"{desk.settings.root_path}/calibration/{session_id}", 303)


@router.get("/calibration/{session_id}")
def one(request: Request, desk: TheDesk, person: Reviewer, session_id: str) -> Response:
    """A session: before it is closed one's own ratings alone, afterwards everybody's."""
    with desk.database.reading() as session:
        calibration = session.get(CalibrationSession, session_id)
        if calibration is None or not may_see(person, calibration):
            raise HTTPException(404)
        content: dict[str, Any] = {
            "calibration": calibration,
            "rates": calibration.has_rater(person.account_id),
            "progress": progress_of(session, calibration),
            "zone": _zone(desk),
        }
        if not calibration.is_closed:
            own = own_ratings(session, session_id, person.account_id)
            return page(request, "calibration.html", own=own, **content)
        ratings = ratings_of_all(session, calibration)
        found = agreement_of(
            [upload_of(one, calibration) for one in ratings], desk.centre.warehouse
        )
        by_item = {
            item.item_id: {one.account_id: one for one in ratings if one.item_id == item.item_id}
            for item in calibration.items
        }
        names = {rater.account.subject: rater.account.name for rater in calibration.raters}
        return page(
            request,
            "calibration_result.html",
            agreement=found,
            differing=_differing(calibration, by_item),
            names=names,
            **content,
        )


@router.post("/calibration/{session_id}/close")
def end(desk: TheDesk, person: Analyst, session_id: str) -> Response:
    """Close a session, so that everybody who took part sees all ratings."""
    del person
    with desk.database.reading() as session:
        if session.get(CalibrationSession, session_id) is None:
            raise HTTPException(404)
    close(desk.database, desk.home, session_id)
    return RedirectResponse(f"{desk.settings.root_path}/calibration/{session_id}", 303)


def may_see(person: Person, calibration: CalibrationSession) -> bool:
    """Whether a session is somebody's business: they rate in it, or are an analyst."""
    return person.role == Role.ANALYST or calibration.has_rater(person.account_id)


def _differing(calibration: CalibrationSession, by_item: dict[int, dict[int, Any]]) -> list[Any]:
    """The items about which not everybody who rated them agrees, with all their ratings."""
    return [
        (item, by_item[item.item_id])
        for item in calibration.items
        if len({one.value for one in by_item[item.item_id].values()}) > 1
    ]


def _form(
    request: Request,
    desk: Desk,
    person: Person,
    form: CalibrationForm,
    errors: dict[str, str],
    *,
    status: int = 200,
) -> Response:
    with desk.database.reading() as session:
        accounts = reviewers(session)
    return page(
        request,
        "new_calibration.html",
        status=status,
        form=form,
        errors=errors,
        accounts=accounts,
        calls=ask_unrestricted(desk.calls, person, "recent_calls", most=_SHOWN_CALLS),
        subjects=sorted(
            _subjects(desk, person).values(),
            key=lambda row: (row["rule_id"] is not None, row["section"], row["position"]),
        ),
        zone=_zone(desk),
    )


def _subjects(desk: Desk, person: Person) -> dict[str, dict[str, Any]]:
    rows = ask_unrestricted(desk.calls, person, "rateable_subjects", language=person.language)
    return {row["key"]: row for row in rows}


def _zone(desk: Desk) -> ZoneInfo:
    return ZoneInfo(desk.centre.time_zone)
