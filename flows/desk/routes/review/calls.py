"""Call pages: transcript, findings, recording, and the way from flag to flag."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from flows.desk.access.allowed import Reviewer
from flows.desk.desk import Desk
from flows.desk.person import Person, Role
from flows.desk.reading.flags import Flag, FlagFilter, flags_for, neighbours
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.one_call import content_for, result_for
from flows.desk.web.pages import page
from flows.desk.web.review.flag_query import AskedFlags
from flows.desk.web.review.listening import heard
from flows.desk.web.review.samples import is_drawn
from qa_rules.results import CallResult

router = APIRouter()


@router.get("/calls/{call_id}")
def call_page(
    request: Request,
    desk: TheDesk,
    person: Reviewer,
    call_id: str,
    asked: AskedFlags,
    flag: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """A call that somebody may see."""
    result = _result(desk, person, call_id)
    content = content_for(desk, person, result)
    content["is_drawn"] = person.role == Role.SUPERVISOR and is_drawn(
        desk, person, call_id, _day_of(desk, person, call_id)
    )
    before, after = _around(desk, person, asked, f"{call_id}/{flag}") if flag else (None, None)
    return page(request, "review/call.html", **content, asked=asked, before=before, after=after)


@router.get("/calls/{call_id}/audio")
def audio(request: Request, desk: TheDesk, person: Reviewer, call_id: str) -> Response:
    """Its redacted copy, or the part of it that a player asks for."""
    call = _result(desk, person, call_id).call
    return heard(request, desk, person, call, supervisors=[person.subject])


def _result(desk: Desk, person: Person, call_id: str) -> CallResult:
    result = result_for(desk, person, call_id)
    if result is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return result


def _day_of(desk: Desk, person: Person, call_id: str) -> date:
    day: date
    [day] = {row["call_date"] for row in desk.calls.ask(person, "seen_call", call_id=call_id)}
    return day


def _around(
    desk: Desk, person: Person, asked: FlagFilter, flag_id: str
) -> tuple[Flag | None, Flag | None]:
    """The open flags before and after one in its list, also if it is decided by now."""
    if person.role != Role.SUPERVISOR:
        return None, None
    flags = flags_for(desk.calls, desk.database, person)
    here = next((one for one in flags if one["flag_id"] == flag_id), None)
    if here is None:
        decided = flags_for(desk.calls, desk.database, person, decided=True)
        here = next((one for one in decided if one["flag_id"] == flag_id), None)
    return neighbours(asked.of(flags), here) if here else (None, None)
