"""A supervisor's open flags."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from flows.desk.access.allowed import Supervisor
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.pages import page

router = APIRouter()


@router.get("/flags")
def flags(request: Request, desk: TheDesk, person: Supervisor) -> HTMLResponse:
    """The flags that nobody has decided, the most urgent first."""
    rows = desk.calls.ask(person, "open_flags", language=person.language)
    rows.sort(key=lambda row: (-row["machine_priority"], row["flag_id"]))
    return page(request, "flags.html", flags=rows)
