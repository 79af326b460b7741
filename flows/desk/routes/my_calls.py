"""An agent's own calls: what was found in them, and the agent's answer to it."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from flows.desk.access.allowed import Agent
from flows.desk.desk import Desk
from flows.desk.person import Person
from flows.desk.reading.own_calls import own_calls, own_weeks, subject_of, subjects
from flows.desk.records.acknowledgements import acknowledge, acknowledged
from flows.desk.records.disputes import VALUES, dispute, disputes
from flows.desk.records.keeping import FasterError
from flows.desk.records.reviews import decided_calls
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.one_call import content_for, result_for
from flows.desk.web.pages import page
from flows.desk.web.review.listening import heard
from flows.desk.web.typed import fault_in, status_of
from flows.governance.audit import Act, record
from qa_rules.results import CallResult

router = APIRouter()


@router.get("/my-calls")
def my_calls(request: Request, desk: TheDesk, person: Agent) -> HTMLResponse:
    """The calls that an agent may see, and their trend."""
    with desk.database.reading() as session:
        answered = acknowledged(session, person.subject)
        raised = disputes(session, person.subject)
    return page(
        request,
        "my_calls.html",
        calls=own_calls(desk.calls, person, _reviewed(desk)),
        reviewed_only=desk.settings.agents_see == "reviewed",
        weeks=own_weeks(desk.calls, person),
        acknowledged=answered,
        disputes=raised,
    )


@router.get("/my-calls/{call_id}")
def my_call(request: Request, desk: TheDesk, person: Agent, call_id: str) -> HTMLResponse:
    """One of them."""
    return _call(request, desk, person, call_id)


@router.get("/my-calls/{call_id}/audio")
def audio(request: Request, desk: TheDesk, person: Agent, call_id: str) -> Response:
    """Its redacted copy, or the part of it that a player asks for."""
    call = _own(desk, person, call_id).call
    return heard(request, desk, person, call, agents=[person.subject])


@router.post("/my-calls/{call_id}/acknowledgement")
def acknowledge_call(
    request: Request,
    desk: TheDesk,
    person: Agent,
    call_id: str,
    comment: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Keep that the agent has seen the evaluation."""
    _own(desk, person, call_id)
    fault = fault_in(comment, needed=False)
    if fault is None:
        try:
            with desk.database.writing() as session:
                acknowledge(session, person, call_id, comment)
                record(desk.home, Act.ACKNOWLEDGED, calls=[call_id], agents=[person.subject])
        except FasterError:
            fault = "faster"
    typed = {"about": "acknowledgement", "proposed": "", "reason": comment}
    return _answered(request, desk, person, call_id, typed, fault)


@router.post("/my-calls/{call_id}/disputes")
def dispute_subject(  # noqa: PLR0913, PLR0917  fields of the form
    request: Request,
    desk: TheDesk,
    person: Agent,
    call_id: str,
    about: Annotated[str, Form(max_length=900)],
    proposed: Annotated[str, Form(max_length=20)] = "",
    reason: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Object to a finding or an answer."""
    _own(desk, person, call_id)
    row = subjects(desk.calls, person, [call_id]).get(about)
    if row is None:
        raise HTTPException(404)
    choices = {*VALUES[row["rule_id"] is not None]} - {row["current_value"]}
    fault = fault_in(reason) if proposed in choices else "incomplete"
    if fault is None:
        try:
            with desk.database.writing() as session:
                dispute(session, person, subject_of(row), row["machine_value"], proposed, reason)
                record(
                    desk.home,
                    Act.DISPUTED,
                    calls=[call_id],
                    agents=[person.subject],
                    what="raised",
                )
        except FasterError:
            fault = "faster"
    typed = {"about": about, "proposed": proposed, "reason": reason}
    return _answered(request, desk, person, call_id, typed, fault)


def _reviewed(desk: Desk) -> set[str] | None:
    """Calls decided at the desk, where agents see reviewed calls only."""
    return decided_calls(desk.database) if desk.settings.agents_see == "reviewed" else None


def _own(desk: Desk, person: Person, call_id: str) -> CallResult:
    result = result_for(desk, person, call_id)
    reviewed = _reviewed(desk)
    if result is None or (
        reviewed is not None
        and call_id not in {row["call_id"] for row in own_calls(desk.calls, person, reviewed)}
    ):
        raise HTTPException(404)
    return result


def _answered(
    request: Request,
    desk: Desk,
    person: Person,
    call_id: str,
    typed: dict[str, str],
    fault: str | None,
) -> Response:
    if fault is not None:
        return _call(request, desk, person, call_id, typed, fault)
    return RedirectResponse(f"{desk.settings.root_path}/my-calls/{call_id}#answering", 303)


def _call(
    request: Request,
    desk: Desk,
    person: Person,
    call_id: str,
    typed: dict[str, str] | None = None,
    fault: str | None = None,
) -> HTMLResponse:
    result = _own(desk, person, call_id)
    content = content_for(desk, person, result)
    root, frame = desk.settings.root_path, content["frame"]
    audio_link = f"{root}/my-calls/{call_id}/audio" if frame.audio_link else None
    # Without an index there are no fields for decisions, which are the supervisor's.
    content["frame"] = replace(frame, index_link=None, list_link=None, audio_link=audio_link)
    with desk.database.reading() as session:
        answer = acknowledged(session, person.subject).get(call_id)
        raised = {one.subject: one for one in disputes(session, person.subject)}
    return page(
        request,
        "my_call.html",
        status=status_of(fault),
        **content,
        subjects=subjects(desk.calls, person, [call_id]),
        values=VALUES,
        acknowledgement=answer,
        disputed=raised,
        typed=typed or {"about": "", "proposed": "", "reason": ""},
        fault=fault,
    )
