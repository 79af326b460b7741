"""Legal holds: what stops erasure and retention."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from flows.desk.access.allowed import Officer
from flows.desk.desk import Desk
from flows.desk.routes.looking import looked
from flows.desk.routes.officer.tickets import SCOPE_NAMES
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.navigation import N_
from flows.desk.web.pages import page
from flows.desk.web.typed import why_refused
from flows.errors import FlowsError
from flows.governance.audit import Act, record
from flows.governance.holds import Scope, facts_of, holds_of
from flows.stores.home_copy import written

router = APIRouter()


@router.get("/holds")
def holds(request: Request, desk: TheDesk, person: Officer) -> HTMLResponse:
    """The holds in force."""
    looked(desk, person, "holds")
    return _page(request, desk)


@router.post("/holds")
def add_hold(
    request: Request,
    desk: TheDesk,
    person: Officer,
    scope: Annotated[str, Form()] = "",
    ref: Annotated[str, Form(max_length=200)] = "",
    reason: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Hold a customer, an agent, a call, or everything."""
    typed = {"scope": scope, "ref": ref, "reason": reason}
    if fault := _fault(scope, ref, reason):
        return _page(request, desk, status=422, typed=typed, fault=fault)
    with written(desk.home):
        hold = holds_of(desk.centre).add(Scope(scope), ref, reason)
        record(desk.home, Act.HELD, supervisors=[person.subject], **facts_of(hold))
    return RedirectResponse(f"{desk.settings.root_path}/holds", 303)


@router.post("/holds/{hold_id}/release")
def release_hold(
    request: Request,
    desk: TheDesk,
    person: Officer,
    hold_id: str,
    reason: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """End a hold."""
    typed = {"released": hold_id, "reason_of_release": reason}
    fault = why_refused(reason) if reason.strip() else N_("Please give a reason.")
    if fault:
        return _page(request, desk, status=422, typed=typed, fault_of_release=fault)
    try:
        with written(desk.home):
            hold = holds_of(desk.centre).release(hold_id, reason)
            record(desk.home, Act.RELEASED, supervisors=[person.subject], **facts_of(hold))
    except FlowsError:
        gone = N_("This hold is not in force any more.")
        return _page(request, desk, status=409, typed=typed, fault_of_release=gone)
    return RedirectResponse(f"{desk.settings.root_path}/holds", 303)


def _fault(scope: str, ref: str, reason: str) -> str | None:
    """What is wrong with the form."""
    if scope not in set(Scope) or not reason.strip() or (scope != Scope.ALL and not ref.strip()):
        return N_("Please say what is held, and give a reason.")
    if scope == Scope.CUSTOMER and ref.strip().casefold() in reason.casefold():
        return N_("Please leave the reference out of the reason, which is kept as it is.")
    return why_refused(reason)


def _page(
    request: Request,
    desk: Desk,
    *,
    status: int = HTTPStatus.OK,
    typed: dict[str, str] | None = None,
    fault: str | None = None,
    fault_of_release: str | None = None,
) -> HTMLResponse:
    empty = {"scope": "", "ref": "", "reason": "", "released": "", "reason_of_release": ""}
    return page(
        request,
        "officer/holds.html",
        status=status,
        holds=holds_of(desk.centre).in_force(),
        scope_names=SCOPE_NAMES,
        typed=empty | (typed or {}),
        fault=fault,
        fault_of_release=fault_of_release,
    )
