"""Disputes of a supervisor's agents."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from datetime import date, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from flows.desk.access.allowed import Supervisor
from flows.desk.desk import Desk
from flows.desk.person import Person
from flows.desk.reading.own_calls import subjects
from flows.desk.records.disputes import OPEN, DisputeRecord, disputes, resolve
from flows.desk.records.keeping import FasterError
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.pages import page
from flows.desk.web.typed import fault_in, status_of
from flows.governance.audit import Act, record

router = APIRouter()


@router.get("/disputes")
def disputes_page(request: Request, desk: TheDesk, person: Supervisor) -> HTMLResponse:
    """Those to decide, overdue ones first, and then the decided ones."""
    return _page(request, desk, person)


@router.post("/disputes/{dispute_id}")
def decide_dispute(
    request: Request,
    desk: TheDesk,
    person: Supervisor,
    dispute_id: str,
    status: Annotated[Literal["upheld", "rejected", ""], Form()] = "",
    resolution: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Uphold or reject a dispute."""
    known = {one["row"].dispute_id: one["row"] for one in _disputes(desk, person)}
    row = known.get(dispute_id)
    if row is None:
        raise HTTPException(404)
    fault = fault_in(resolution) if status else "incomplete"
    if fault is None:
        try:
            with desk.database.writing() as session:
                resolve(session, person, dispute_id, status, resolution)
                record(
                    desk.home,
                    Act.DISPUTED,
                    calls=[row.call_id],
                    agents=[row.agent_id],
                    supervisors=[person.subject],
                    what=status,
                )
        except FasterError:
            fault = "faster"
    if fault is None:
        return RedirectResponse(f"{desk.settings.root_path}/disputes#{dispute_id}", 303)
    typed = {"about": dispute_id, "status": status, "reason": resolution}
    return _page(request, desk, person, typed, fault)


def _page(
    request: Request,
    desk: Desk,
    person: Person,
    typed: dict[str, str] | None = None,
    fault: str | None = None,
) -> HTMLResponse:
    return page(
        request,
        "disputes.html",
        status=status_of(fault),
        disputes=_disputes(desk, person),
        typed=typed or {"about": "", "status": "", "reason": ""},
        fault=fault,
    )


def _disputes(desk: Desk, person: Person) -> list[dict[str, Any]]:
    """The disputes in calls that a supervisor may see; open ones first, by deadline."""
    with desk.database.reading() as session:
        rows = disputes(session)
    seen = subjects(desk.calls, person, {row.call_id for row in rows})
    zone = ZoneInfo(desk.centre.time_zone)
    today = desk.today()
    found = []
    for row in rows:
        if row.subject in seen:
            due_on = _due_on(row, desk.settings.dispute_days, zone)
            is_overdue = row.status == OPEN and due_on < today
            found.append(
                {"row": row, "about": seen[row.subject], "due_on": due_on, "is_overdue": is_overdue}
            )
    return sorted(found, key=lambda one: (one["row"].status != OPEN, one["due_on"]))


def _due_on(row: DisputeRecord, days: int, zone: ZoneInfo) -> date:
    return row.raised_at.astimezone(zone).date() + timedelta(days=days)
