"""Coaching sessions, as their supervisor and their agent see them."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from flows.desk.access.allowed import Coached, Supervisor
from flows.desk.desk import Desk
from flows.desk.person import Person, Role
from flows.desk.reading.coaching import agents_of, material_for
from flows.desk.records.coaching_sessions.tables import OPEN, AgendaItem, CoachingRecord
from flows.desk.records.coaching_sessions.work import (
    commit,
    session_before,
    session_of,
    sessions_of,
    settle,
    sign,
    start,
)
from flows.desk.records.keeping import FasterError
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.pages import page
from flows.desk.web.typed import day_of, fault_in, status_of
from flows.governance.audit import Act, record

router = APIRouter()


@router.get("/coaching")
def sessions(request: Request, desk: TheDesk, person: Coached) -> HTMLResponse:
    """The sessions of a supervisor or an agent, and the open commitments of both sides."""
    with desk.database.reading() as session:
        rows = sessions_of(session, person)
    agents = agents_of(desk.calls, person) if person.role == Role.SUPERVISOR else {}
    waiting = [(row, one) for row in rows for one in row.commitments if one.status == OPEN]
    waiting.sort(key=lambda pair: (pair[1].due_on or date.max, pair[0].session_id))
    return page(
        request,
        "coaching_sessions.html",
        sessions=rows,
        waiting=waiting,
        agents=agents,
        today=desk.today(),
    )


@router.get("/coaching/new/{agent_id}")
def new_session(request: Request, desk: TheDesk, person: Supervisor, agent_id: str) -> HTMLResponse:
    """Passages to choose from, strengths first."""
    name = _agent(desk, person, agent_id)
    material = material_for(desk.calls, person, agent_id)
    return page(request, "new_coaching.html", agent_id=agent_id, agent_name=name, material=material)


@router.post("/coaching/new/{agent_id}")
def start_session(
    desk: TheDesk,
    person: Supervisor,
    agent_id: str,
    item: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Start a session with the chosen passages."""
    name = _agent(desk, person, agent_id)
    material = material_for(desk.calls, person, agent_id)
    chosen = [material[key] for key in item or () if key in material]
    columns = ("is_strength", "title", "call_id", "call_date", "start_s")
    items = [AgendaItem(**{column: row[column] for column in columns}) for row in chosen]
    with desk.database.writing() as session:
        row = start(session, person, agent_id, name, items)
        _audit(desk, row, "started")
    return RedirectResponse(f"{desk.settings.root_path}/coaching/{row.session_id}", 303)


@router.get("/coaching/{session_id}")
def one_session(request: Request, desk: TheDesk, person: Coached, session_id: str) -> HTMLResponse:
    """A session of their own."""
    return _page(request, desk, person, session_id)


@router.post("/coaching/{session_id}/commitments")
def add_commitment(  # noqa: PLR0913, PLR0917  fields of the form
    request: Request,
    desk: TheDesk,
    person: Coached,
    session_id: str,
    seen: Annotated[int, Form(ge=0)],
    promise: Annotated[str, Form(max_length=4000)] = "",
    due_on: Annotated[str, Form(max_length=10)] = "",
    made_by: Annotated[Literal["agent", "supervisor"], Form()] = "agent",
) -> Response:
    """Add a commitment; an agent commits themselves alone."""
    due, fault = day_of(due_on), fault_in(promise)
    if due is None:
        fault = fault or "incomplete"
    elif due < desk.today():
        fault = fault or "past"
    by = made_by if person.role == Role.SUPERVISOR else "agent"
    with_fault = {"about": "commitment", "promise": promise, "due_on": due_on, "made_by": by}
    try:
        with desk.database.writing() as session:
            row = _own(session, person, session_id)
            if fault is None and due is not None:
                commit(session, row, seen, by, promise, due)
                _audit(desk, row, "committed")
    except FasterError:
        fault = "faster"
    return _done(request, desk, person, session_id, with_fault, fault)


@router.post("/coaching/{session_id}/signature")
def sign_session(
    request: Request,
    desk: TheDesk,
    person: Coached,
    session_id: str,
    seen: Annotated[int, Form(ge=0)],
) -> Response:
    """Sign it."""
    fault = None
    try:
        with desk.database.writing() as session:
            row = _own(session, person, session_id)
            sign(session, person, row, seen)
            _audit(desk, row, "signed")
    except FasterError:
        fault = "faster"
    return _done(request, desk, person, session_id, {"about": "signature"}, fault)


@router.post("/coaching/{session_id}/commitments/{number}")
def settle_commitment(
    request: Request,
    desk: TheDesk,
    person: Supervisor,
    session_id: str,
    number: int,
    status: Annotated[Literal["kept", "broken"], Form()],
) -> Response:
    """Say whether a commitment of a session that was held was kept."""
    fault = None
    try:
        with desk.database.writing() as session:
            row = _own(session, person, session_id)
            settle(session, row, number, status)
            _audit(desk, row, status)
    except FasterError:
        fault = "faster"
    return _done(request, desk, person, session_id, {"about": f"settled-{number}"}, fault)


def _agent(desk: Desk, person: Person, agent_id: str) -> str:
    """The name of an agent of a supervisor."""
    name = agents_of(desk.calls, person).get(agent_id)
    if name is None:
        raise HTTPException(404)
    return name


def _own(session: Session, person: Person, session_id: str) -> CoachingRecord:
    row = session_of(session, person, session_id)
    if row is None:
        raise HTTPException(404)
    return row


def _audit(desk: Desk, row: CoachingRecord, what: str) -> None:
    record(
        desk.home, Act.COACHED, agents=[row.agent_id], supervisors=[row.supervisor_id], what=what
    )


def _done(
    request: Request,
    desk: Desk,
    person: Person,
    session_id: str,
    typed: dict[str, str],
    fault: str | None,
) -> Response:
    if fault is not None:
        return _page(request, desk, person, session_id, typed, fault)
    return RedirectResponse(f"{desk.settings.root_path}/coaching/{session_id}", 303)


def _page(
    request: Request,
    desk: Desk,
    person: Person,
    session_id: str,
    typed: dict[str, str] | None = None,
    fault: str | None = None,
) -> HTMLResponse:
    with desk.database.reading() as session:
        row = _own(session, person, session_id)
        before = session_before(session, row)
    empty = {"about": "", "promise": "", "due_on": "", "made_by": "agent"}
    return page(
        request,
        "coaching_session.html",
        status=status_of(fault),
        session=row,
        before=before,
        today=desk.today(),
        typed=empty | (typed or {}),
        fault=fault,
    )
