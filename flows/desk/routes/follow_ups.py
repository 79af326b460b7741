"""Follow-ups: assigned from a flag, and closed by whoever has to do them or assigned them."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from flows.desk.access.allowed import Reviewer
from flows.desk.desk import Desk
from flows.desk.person import Person
from flows.desk.reading.own_calls import Row, subjects
from flows.desk.records.follow_ups import assign, close, follow_up_on, follow_ups_of, owners
from flows.desk.records.keeping import FasterError
from flows.desk.records.reviews import Subject
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.pages import page
from flows.desk.web.typed import day_of, fault_in, status_of
from flows.governance.audit import Act, record

router = APIRouter()


@router.get("/follow-ups")
def follow_ups(request: Request, desk: TheDesk, person: Reviewer) -> HTMLResponse:
    """What somebody has to do or has assigned, overdue first."""
    return _list(request, desk, person)


@router.get("/follow-ups/new/{rule_id}/{call_id}")
def new_follow_up(
    request: Request, desk: TheDesk, person: Reviewer, rule_id: str, call_id: str
) -> HTMLResponse:
    """Fields for a follow-up of a flag."""
    return _form(request, desk, person, _flag(desk, person, call_id, rule_id))


@router.post("/follow-ups/new/{rule_id}/{call_id}")
def assign_follow_up(  # noqa: PLR0913, PLR0917  fields of the form
    request: Request,
    desk: TheDesk,
    person: Reviewer,
    rule_id: str,
    call_id: str,
    owner: Annotated[str, Form(max_length=200)] = "",
    action: Annotated[str, Form(max_length=4000)] = "",
    due_on: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Assign it."""
    flag = _flag(desk, person, call_id, rule_id)
    name, due = _owners(desk, person, call_id).get(owner), day_of(due_on)
    fault = fault_in(action) if name and due else "incomplete"
    if fault is None and due is not None and due < desk.today():
        fault = "past"
    if fault is None and name is not None and due is not None:
        try:
            with desk.database.writing() as session:
                assign(
                    session,
                    person,
                    call_id=call_id,
                    rule_id=rule_id,
                    owner=(owner, name),
                    action=action,
                    today=desk.today(),
                    due_on=due,
                )
                record(desk.home, Act.FOLLOWED_UP, calls=[call_id], what="assigned")
        except FasterError:
            fault = "faster"
    if fault is None:
        return RedirectResponse(f"{desk.settings.root_path}/follow-ups", 303)
    typed = {"owner": owner, "action": action, "due_on": due_on}
    return _form(request, desk, person, flag, typed, fault)


@router.post("/follow-ups/{follow_up_id}/close")
def close_follow_up(
    request: Request, desk: TheDesk, person: Reviewer, follow_up_id: str
) -> Response:
    """Say that it is done."""
    try:
        with desk.database.writing() as session:
            rows = {row.follow_up_id: row for row in follow_ups_of(session, person)}
            row = rows.get(follow_up_id)
            if row is None:
                raise HTTPException(404)
            close(session, row, desk.today())
            record(desk.home, Act.FOLLOWED_UP, calls=[row.call_id], what="closed")
    except FasterError:
        return _list(request, desk, person, "faster")
    return RedirectResponse(f"{desk.settings.root_path}/follow-ups", 303)


def _flag(desk: Desk, person: Person, call_id: str, rule_id: str) -> Row:
    """A flag of a call that the person may see."""
    flagged = {
        row["rule_id"]
        for row in desk.calls.ask(person, "findings_of_call", call_id=call_id)
        if row["flagged"]
    }
    row = subjects(desk.calls, person, [call_id]).get(Subject(call_id, rule_id).key)
    if row is None or rule_id not in flagged:
        raise HTTPException(404)
    return row


def _owners(desk: Desk, person: Person, call_id: str) -> dict[str, str]:
    [call] = desk.calls.ask(person, "seen_call", call_id=call_id)
    with desk.database.reading() as session:
        return owners(session, restricted=call["restricted"])


def _form(
    request: Request,
    desk: Desk,
    person: Person,
    flag: Row,
    typed: dict[str, str] | None = None,
    fault: str | None = None,
) -> HTMLResponse:
    with desk.database.reading() as session:
        there = follow_up_on(session, flag["call_id"], flag["rule_id"])
    return page(
        request,
        "new_follow_up.html",
        status=status_of(fault),
        flag=flag,
        there=there,
        owners=_owners(desk, person, flag["call_id"]),
        today=desk.today(),
        typed=typed or {"owner": person.subject, "action": "", "due_on": ""},
        fault=fault,
    )


def _list(request: Request, desk: Desk, person: Person, fault: str | None = None) -> HTMLResponse:
    with desk.database.reading() as session:
        rows = follow_ups_of(session, person)
    seen = subjects(desk.calls, person, {row.call_id for row in rows})
    found: list[tuple[Any, Row | None]] = [
        (row, seen.get(Subject(row.call_id, row.rule_id).key)) for row in rows
    ]
    return page(
        request,
        "follow_ups.html",
        status=status_of(fault),
        follow_ups=found,
        today=desk.today(),
        fault=fault,
    )
