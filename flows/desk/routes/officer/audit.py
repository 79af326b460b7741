"""The audit trail: who did what, and whether it is whole."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from flows.desk.access.allowed import Officer
from flows.desk.reading.trail import PER_PAGE, Wanted, facts_told, found_in
from flows.desk.routes.looking import looked
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.pages import page
from flows.governance.audit import Act, verify

router = APIRouter()


@router.get("/audit")
def audit(  # noqa: PLR0913, PLR0917  filters
    request: Request,
    desk: TheDesk,
    person: Officer,
    act: Annotated[str, Query(max_length=60)] = "",
    day: Annotated[str, Query(max_length=10)] = "",
    who: Annotated[str, Query(max_length=200)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=1_000_000)] = 1,
) -> HTMLResponse:
    """The entries of an act, a day and a person, a page at a time."""
    looked(desk, person, "audit")
    wanted = Wanted(act if act in set(Act) else "", day.strip(), who.strip())
    shown, count = found_in(desk.home, wanted, number)
    filters = urlencode({name: value for name, value in wanted._asdict().items() if value})
    return page(
        request,
        "officer/audit.html",
        listed=[(entry, facts_told(entry)) for entry in shown],
        count=count,
        number=number,
        last_page=max(-(-count // PER_PAGE), 1),
        filters=f"&{filters}" if filters else "",
        wanted=wanted,
        acts=sorted(Act),
        faults=verify(desk.home),
    )
