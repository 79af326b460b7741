"""Call pages: transcript, findings, recording, and decisions on flags."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from flows.desk.access.allowed import Reviewer
from flows.desk.desk import Desk
from flows.desk.person import Person
from flows.desk.records.reviews import FasterError, Subject, decide, decisions_on
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.one_call import content_for, result_for
from flows.desk.web.pages import page
from flows.desk.web.ranges import part_of
from flows.errors import FlowsError
from flows.governance.audit import Act, record
from flows.governance.recordings import open_audio
from qa_rules.results import CallResult, Outcome
from warehouse.reports.calls.markup import RIGHT_OR_WRONG

router = APIRouter()


@router.get("/calls/{call_id}")
def call_page(request: Request, desk: TheDesk, person: Reviewer, call_id: str) -> HTMLResponse:
    """A call that somebody may see."""
    result = _result(desk, person, call_id)
    return page(request, "desk_call.html", **content_for(desk, person, result))


@router.get("/calls/{call_id}/audio")
def audio(request: Request, desk: TheDesk, person: Reviewer, call_id: str) -> Response:
    """Its redacted copy, or the part of it that a player asks for."""
    call = _result(desk, person, call_id).call
    try:
        content = open_audio(desk.centre, call)
    except FlowsError:
        raise HTTPException(HTTPStatus.NOT_FOUND) from None
    asked = request.headers.get("range")
    if asked is None or asked.startswith("bytes=0-"):  # a player's first question
        record(
            desk.home, Act.LISTENED, calls=[call_id], what=person.role, supervisors=[person.subject]
        )
    return part_of(content, asked, "audio/ogg")


@router.get("/decisions/{rule_id}/{call_id}")
def decisions(
    request: Request, desk: TheDesk, person: Reviewer, rule_id: str, call_id: str
) -> HTMLResponse:
    """The decisions on a flag, and fields for another one."""
    machine = _outcome(desk, person, call_id, rule_id)
    return _decisions(request, desk, Subject(call_id, rule_id), machine)


@router.post("/decisions/{rule_id}/{call_id}")
def decide_flag(  # noqa: PLR0913, PLR0917  fields of the form
    request: Request,
    desk: TheDesk,
    person: Reviewer,
    rule_id: str,
    call_id: str,
    seen: Annotated[int, Form(ge=0)],
    value: Annotated[str, Form(max_length=20)] = "",
    reason: Annotated[str, Form(max_length=4000)] = "",
) -> HTMLResponse:
    """Keep a decision; refused with 409 if somebody decided in the meantime."""
    machine, subject = _outcome(desk, person, call_id, rule_id), Subject(call_id, rule_id)
    typed = {"value": value, "reason": reason}
    if value not in {*RIGHT_OR_WRONG[machine], Outcome.CANNOT_TELL} or not reason.strip():
        return _decisions(request, desk, subject, machine, typed=typed, fault="incomplete")
    try:
        decide(
            desk.database,
            person,
            subject,
            seen=seen,
            machine_value=machine,
            human_value=value,
            reason=reason,
        )
    except ValidationError:
        return _decisions(request, desk, subject, machine, typed=typed, fault="long_number")
    except FasterError:
        return _decisions(request, desk, subject, machine, typed=typed, fault="faster")
    record(desk.home, Act.DECIDED, calls=[call_id], supervisors=[person.subject], what=value)
    return _decisions(request, desk, subject, machine)


def _result(desk: Desk, person: Person, call_id: str) -> CallResult:
    result = result_for(desk, person, call_id)
    if result is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return result


def _outcome(desk: Desk, person: Person, call_id: str, rule_id: str) -> Outcome:
    """What the machine found by a rule in a call that the person may see."""
    for row in desk.calls.ask(person, "findings_of_call", call_id=call_id):
        if row["rule_id"] == rule_id and row["flagged"]:
            return Outcome(row["outcome"])
    raise HTTPException(HTTPStatus.NOT_FOUND)


_STATUS = {"incomplete": 422, "long_number": 422, "faster": 409}


def _decisions(
    request: Request,
    desk: Desk,
    subject: Subject,
    machine: Outcome,
    *,
    typed: dict[str, str] | None = None,
    fault: str | None = None,
) -> HTMLResponse:
    right, wrong = RIGHT_OR_WRONG[machine]
    return page(
        request,
        "decisions.html",
        status=_STATUS[fault] if fault else HTTPStatus.OK,
        subject=subject,
        taken=decisions_on(desk.database, subject),
        choices={right: "Right", wrong: "Wrong", Outcome.CANNOT_TELL: "Not sure"},
        typed=typed or {"value": "", "reason": ""},
        fault=fault,
    )
