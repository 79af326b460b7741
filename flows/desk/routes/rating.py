"""A rater's pages of a calibration session: the call's words, and their own rating alone."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from flows.desk.access.allowed import Reviewer
from flows.desk.desk import Desk
from flows.desk.person import Person
from flows.desk.reading.analysts import ask_unrestricted
from flows.desk.records.calibration.acting import ClosedError, Rated, RatedError, rate
from flows.desk.records.calibration.sessions import CalibrationItem, CalibrationSession, own_ratings
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.navigation import N_
from flows.desk.web.pages import page
from flows.desk.web.review.listening import heard
from flows.desk.web.typed import why_refused

router = APIRouter()


class Place(NamedTuple):
    """The path of an item: its session, and its place in it."""

    session_id: str
    position: int


def _place(session_id: str, position: int) -> Place:
    return Place(session_id, position)


class RatingForm(BaseModel):
    """A rating as it was sent.

    Attributes:
        seen: Number of one's own rating that the page showed; 0 for none.
    """

    value: str = ""
    reason: str = ""
    seen: Annotated[int, Field(ge=0)] = 0


@router.get("/calibration/{session_id}/items/{position}")
def item(
    request: Request, desk: TheDesk, person: Reviewer, place: Annotated[Place, Depends(_place)]
) -> Response:
    """The words of a call, and the form of one's own rating."""
    calibration, found = _item(desk, person, place)
    if calibration.is_closed:
        return _back(desk, place.session_id)
    with desk.database.reading() as session:
        own = own_ratings(session, place.session_id, person.account_id).get(found.item_id)
    typed = {"value": own.value, "reason": own.reason or "", "seen": own.number} if own else {}
    return _page(request, desk, person, calibration, found, typed)


@router.get("/calibration/{session_id}/items/{position}/audio")
def audio(
    request: Request, desk: TheDesk, person: Reviewer, place: Annotated[Place, Depends(_place)]
) -> Response:
    """The redacted copy of the call, for its raters, whoever's agent speaks there."""
    _, found = _item(desk, person, place)
    result = next(iter(desk.lake.results([found.call_id], {found.call_date})), None)
    if result is None or result.call.restricted:
        raise HTTPException(404)
    return heard(request, desk, person, result.call)


@router.post("/calibration/{session_id}/items/{position}")
def rated(
    request: Request,
    desk: TheDesk,
    person: Reviewer,
    place: Annotated[Place, Depends(_place)],
    form: Annotated[RatingForm, Form()],
) -> Response:
    """Keep one's rating, and go on to the next item that one has not rated."""
    calibration, found = _item(desk, person, place)
    typed: dict[str, Any] = form.model_dump()
    wrong = why_refused(form.reason)
    if form.value not in found.values:
        wrong = N_("Please choose one of the values.")
    if wrong:
        return _page(request, desk, person, calibration, found, typed, status=422, wrong=wrong)
    kept = Rated(value=form.value, reason=form.reason.strip() or None, seen=form.seen)
    try:
        rate(desk.database, desk.home, person, found, kept)
    except ClosedError:
        wrong = N_("The session was closed meanwhile, so this was not kept.")
    except RatedError as error:
        wrong = N_("You rated this in another window meanwhile. Save again to replace that.")
        typed |= {"seen": error.rating.number, "other": error.rating}
    if wrong:
        return _page(request, desk, person, calibration, found, typed, status=409, wrong=wrong)
    with desk.database.reading() as session:
        own = own_ratings(session, calibration.session_id, person.account_id)
    left = [one.position for one in calibration.items if one.item_id not in own]
    later = [one for one in left if one > place.position] or left
    return _back(desk, calibration.session_id, later[0] if later else None)


def _item(desk: Desk, person: Person, place: Place) -> tuple[CalibrationSession, CalibrationItem]:
    """An item of a session that somebody rates in; nobody else has a page of it."""
    with desk.database.reading() as session:
        calibration = session.get(CalibrationSession, place.session_id)
        if calibration is None or not calibration.has_rater(person.account_id):
            raise HTTPException(404)
        found = next((one for one in calibration.items if one.position == place.position), None)
        if found is None:
            raise HTTPException(404)
        return calibration, found


def _page(  # noqa: PLR0913
    request: Request,
    desk: Desk,
    person: Person,
    calibration: CalibrationSession,
    found: CalibrationItem,
    typed: dict[str, Any],
    *,
    status: int = 200,
    wrong: str | None = None,
) -> Response:
    return page(
        request,
        "rating.html",
        status=status,
        calibration=calibration,
        item=found,
        turns=ask_unrestricted(desk.calls, person, "words_of_call", call_id=found.call_id),
        typed={"value": "", "reason": "", "seen": 0, "other": None} | typed,
        wrong=wrong,
    )


def _back(desk: Desk, session_id: str, position: int | None = None) -> Response:
    path = f"{desk.settings.root_path}/calibration/{session_id}"
    return RedirectResponse(f"{path}/items/{position}" if position else path, 303)
