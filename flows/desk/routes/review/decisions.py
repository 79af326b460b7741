"""Decisions on flags and answers, which stand beside them on the call page."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from flows.desk.access.allowed import Reviewer
from flows.desk.desk import Desk
from flows.desk.person import Person
from flows.desk.records.keeping import FasterError
from flows.desk.records.reviews import FLAG, SAMPLE, Subject, decisions_in, decisions_on
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.pages import page
from flows.desk.web.review.judging import (
    Judged,
    answers_of,
    default_reason,
    flag_of,
    judge,
    place_of,
)
from flows.desk.web.review.samples import is_drawn
from flows.desk.web.typed import status_of

router = APIRouter()

Seen = Annotated[int, Form(ge=0, lt=2**31)]
Value = Annotated[str, Form(max_length=20)]
Reason = Annotated[str, Form(max_length=4000)]


@router.get("/decisions/{rule_id}/{call_id}")
def decisions(
    request: Request, desk: TheDesk, person: Reviewer, rule_id: str, call_id: str
) -> HTMLResponse:
    """The decisions on a flag, and fields for another one."""
    return _decisions(request, desk, _found(flag_of(desk, person, call_id, rule_id)))


@router.post("/decisions/{rule_id}/{call_id}")
def decide_flag(  # noqa: PLR0913, PLR0917  fields of the form
    request: Request,
    desk: TheDesk,
    person: Reviewer,
    rule_id: str,
    call_id: str,
    seen: Seen,
    value: Value = "",
    reason: Reason = "",
) -> HTMLResponse:
    """Keep a decision; refused with 409 if somebody decided in the meantime."""
    judged = _found(flag_of(desk, person, call_id, rule_id))
    return _decide(request, desk, person, judged, seen, value, reason)


@router.get("/answers/{scorecard_id}/{question}/{call_id}")
def answer(
    request: Request,
    desk: TheDesk,
    person: Reviewer,
    scorecard_id: str,
    question: str,
    call_id: str,
) -> HTMLResponse:
    """The decisions on an answer, and fields for another one."""
    subject = Subject(call_id, None, scorecard_id, question)
    return _decisions(request, desk, _answer(desk, person, subject))


@router.post("/answers/{scorecard_id}/{question}/{call_id}")
def override(  # noqa: PLR0913, PLR0917  fields of the form
    request: Request,
    desk: TheDesk,
    person: Reviewer,
    scorecard_id: str,
    question: str,
    call_id: str,
    seen: Seen,
    value: Value = "",
    reason: Reason = "",
) -> HTMLResponse:
    """Keep another answer, or confirm it; the machine's stays beside it."""
    judged = _answer(desk, person, Subject(call_id, None, scorecard_id, question))
    return _decide(request, desk, person, judged, seen, value, reason)


@router.get("/calls/{call_id}/decisions")
def all_decisions(request: Request, desk: TheDesk, person: Reviewer, call_id: str) -> HTMLResponse:
    """Everything that is decided in a call, which its page asks for again and again."""
    if not desk.calls.ask(person, "seen_call", call_id=call_id):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    found = [(place_of(subject), taken) for subject, taken in decisions_in(desk.database, call_id)]
    return page(request, "review/all_decisions.html", found=found)


def _found(judged: Judged | None) -> Judged:
    if judged is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return judged


def _answer(desk: Desk, person: Person, subject: Subject) -> Judged:
    answers = answers_of(desk, person, subject.call_id)
    return _found(next((one for one in answers if one.subject == subject), None))


def _decide(  # noqa: PLR0913, PLR0917  fields of the form
    request: Request,
    desk: Desk,
    person: Person,
    judged: Judged,
    seen: int,
    value: str,
    reason: str,
) -> HTMLResponse:
    typed, call_id = {"value": value, "reason": reason}, judged.subject.call_id
    if value == judged.confirming and not reason.strip():
        reason = default_reason(person)
    if value not in judged.choices or not reason.strip():
        return _decisions(request, desk, judged, typed=typed, fault="incomplete")
    day = next(row["call_date"] for row in desk.calls.ask(person, "seen_call", call_id=call_id))
    occasion = SAMPLE if is_drawn(desk, person, call_id, day) else FLAG
    try:
        judge(desk, person, judged, seen=seen, value=value, reason=reason, occasion=occasion)
    except ValidationError:
        return _decisions(request, desk, judged, typed=typed, fault="long_number")
    except FasterError:
        return _decisions(request, desk, judged, typed=typed, fault="faster")
    return _decisions(request, desk, judged)


def _decisions(
    request: Request,
    desk: Desk,
    judged: Judged,
    *,
    typed: dict[str, str] | None = None,
    fault: str | None = None,
) -> HTMLResponse:
    """They alone for a part of the call page, else a page of its own."""
    is_part = "hx-request" in request.headers
    return page(
        request,
        "review/decisions.html" if is_part else "review/decisions_page.html",
        status=status_of(fault),
        judged=judged,
        place=place_of(judged.subject),
        taken=decisions_on(desk.database, judged.subject),
        typed=typed or {"value": "", "reason": ""},
        fault=fault,
    )
