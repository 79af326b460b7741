"""Erasure: what is held is shown first, and erased after a second confirmation."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from flows.desk.access.allowed import Officer
from flows.desk.desk import Desk
from flows.desk.erasing.alone import BusyError
from flows.desk.person import Person
from flows.desk.records.erasures import Asked, ErasureRequest, State, request_of, requests
from flows.desk.routes.looking import looked
from flows.desk.routes.officer.tickets import SCOPE_NAMES, fault_of_request
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.navigation import N_
from flows.desk.web.pages import page
from flows.governance.audit import Act, Outcome, record
from flows.governance.erasure.erasing import Plan, plan_erasure
from flows.governance.erasure.receipt import receipt_file
from flows.governance.erasure.subject import Subject
from flows.governance.erasure.suppression import suppressions_of
from flows.governance.holds import Scope

router = APIRouter()

_SCOPES = (Scope.CUSTOMER, Scope.AGENT, Scope.CALL)
_Text = Annotated[str, Form(max_length=200)]


@router.get("/erasure")
def erasures(request: Request, desk: TheDesk, person: Officer) -> HTMLResponse:
    """The requests, and the fields of another one."""
    looked(desk, person, "erasure")
    return _page(request, desk)


@router.post("/erasure")
def plan(
    request: Request,
    desk: TheDesk,
    person: Officer,
    scope: _Text = "",
    ref: _Text = "",
    ticket: _Text = "",
) -> HTMLResponse:
    """Show what there is of somebody, and what stops its erasure; nothing is changed."""
    typed = {"scope": scope, "ref": ref, "ticket": ticket}
    if fault := fault_of_request(scope, ref, ticket):
        return _page(request, desk, status=422, typed=typed, fault=fault)
    planned = plan_erasure(desk.centre, Subject(Scope(scope), ref))
    hashed = _hash(desk, planned.subject)
    _tell(desk, person, planned, hashed, ticket, Outcome.PLANNED)
    return _planned(request, planned, hashed, ticket)


@router.post("/erasure/confirm")
def confirm(  # noqa: PLR0913, PLR0917  fields of the form
    request: Request,
    desk: TheDesk,
    person: Officer,
    scope: _Text = "",
    ref: _Text = "",
    ticket: _Text = "",
    subject: _Text = "",
    call_count: Annotated[int, Form(ge=0)] = 0,
) -> Response:
    """Erase, if the same reference is typed once more and nothing has changed."""
    typed = {"scope": scope, "ref": ref, "ticket": ticket}
    if fault := fault_of_request(scope, ref, ticket):
        return _page(request, desk, status=422, typed=typed, fault=fault)
    whom = Subject(Scope(scope), ref)
    planned = plan_erasure(desk.centre, whom)
    hashed, now_count = _hash(desk, whom), len(planned.owned.calls)
    refused = "other" if hashed != subject else "changed" if now_count != call_count else None
    if planned.holds or refused:
        _tell(desk, person, planned, hashed, ticket, Outcome.REFUSED)
        if refused == "other":
            return _page(request, desk, status=409, typed=typed, fault=_OTHER)
        return _planned(request, planned, hashed, ticket, status=409, is_changed=bool(refused))
    try:
        asked = Asked(hashed, scope, ticket.strip(), call_count, person)
        request_id = desk.erasures.begin(asked, whom)
    except BusyError:
        return _page(request, desk, status=409, typed=typed, fault=_BUSY)
    _tell(desk, person, planned, hashed, ticket, Outcome.PLANNED, why=("confirmed",))
    return RedirectResponse(f"{desk.settings.root_path}/erasure/{request_id}", 303)


@router.get("/erasure/{request_id}")
def one_erasure(request: Request, desk: TheDesk, person: Officer, request_id: int) -> HTMLResponse:
    """How far an erasure is."""
    found = _found(desk, request_id)
    looked(desk, person, "erasure_request")
    return page(
        request,
        "officer/one_erasure.html",
        one=found,
        state=_state(desk, found),
        scope_names=SCOPE_NAMES,
        state_names=_STATE_NAMES,
    )


@router.get("/erasure/{request_id}/receipt")
def receipt(desk: TheDesk, person: Officer, request_id: int) -> FileResponse:
    """The receipt of an erasure, with its proof."""
    found = _found(desk, request_id)
    path = receipt_file(desk.home, found.receipt or "")
    if not found.receipt or not path.is_file():
        raise HTTPException(HTTPStatus.NOT_FOUND)
    looked(desk, person, "erasure_receipt")
    return FileResponse(path, media_type="text/plain", filename=f"receipt-{found.ticket}.txt")


_OTHER = N_("This is not the reference that was shown. Nothing was erased.")
_BUSY = N_("Another erasure is under way. Try again when it has ended.")

_STATE_NAMES = {
    State.RUNNING: N_("Under way"),
    State.DONE: N_("Erased, and proven"),
    State.PARTLY: N_("Erased but for what the receipt names"),
    State.HELD: N_("Stopped by a legal hold"),
    State.BUSY: N_("Not begun, since a run was under way"),
    State.FAILED: N_("Failed before it was complete"),
    "interrupted": N_("Interrupted before it was complete"),
}


def _found(desk: Desk, request_id: int) -> ErasureRequest:
    found = request_of(desk.database, request_id)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


def _state(desk: Desk, one: ErasureRequest) -> str:
    """Its state; one that runs no more and never ended was interrupted, such as by a restart."""
    if one.state == State.RUNNING and not desk.erasures.is_running(one.erasure_request_id):
        fresh = _found(desk, one.erasure_request_id)  # it may have ended a moment ago
        return "interrupted" if fresh.state == State.RUNNING else fresh.state
    return one.state


def _hash(desk: Desk, subject: Subject) -> str:
    return suppressions_of(desk.centre).name_of(subject.scope, subject.ref.strip())


def _tell(  # noqa: PLR0913, PLR0917  what an entry has
    desk: Desk,
    person: Person,
    planned: Plan,
    hashed: str,
    ticket: str,
    outcome: Outcome,
    why: tuple[str, ...] = (),
) -> None:
    """Who asked, and with which ticket; the erasure has an entry of its own."""
    record(
        desk.home,
        Act.ERASED,
        outcome=outcome,
        what=str(planned.subject.scope),
        why=("desk", *why, *(("held",) if planned.holds else ())),
        customers=(hashed,),
        supervisors=[person.subject],
        ticket=ticket.strip(),
        counts={"calls": len(planned.owned.calls), "holds": len(planned.holds)},
    )


def _planned(
    request: Request,
    planned: Plan,
    hashed: str,
    ticket: str,
    *,
    status: int = 200,
    is_changed: bool = False,
) -> HTMLResponse:
    """What there is, without a word that names the subject."""
    return page(
        request,
        "officer/planned_erasure.html",
        status=status,
        scope=str(planned.subject.scope),
        scope_names=SCOPE_NAMES,
        ticket=ticket.strip(),
        subject=hashed,
        call_count=len(planned.owned.calls),
        original_count=len(planned.originals),
        holds=planned.holds,
        is_begun=planned.is_begun,
        is_changed=is_changed,
    )


def _page(
    request: Request,
    desk: Desk,
    *,
    status: int = HTTPStatus.OK,
    typed: dict[str, str] | None = None,
    fault: str | None = None,
) -> HTMLResponse:
    found = [(one, _state(desk, one)) for one in requests(desk.database)]
    return page(
        request,
        "officer/erasure.html",
        status=status,
        found=found,
        scopes=_SCOPES,
        scope_names=SCOPE_NAMES,
        state_names=_STATE_NAMES,
        typed=typed or {"scope": "customer", "ref": "", "ticket": ""},
        fault=fault,
    )
