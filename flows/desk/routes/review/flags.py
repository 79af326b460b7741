"""A supervisor's flags: open and decided, filtered, in saved views."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from flows.desk.access.allowed import Supervisor
from flows.desk.desk import Desk
from flows.desk.person import Person
from flows.desk.reading.flags import FlagFilter, choices_in, flags_for
from flows.desk.records.views import remove_view, save_view, views_of
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.navigation import N_
from flows.desk.web.pages import page
from flows.desk.web.review.flag_query import DAYS, AskedFlags
from flows.desk.web.typed import why_refused

router = APIRouter()

_PAGE = 50
_LAST_PAGE = 10_000


@router.get("/flags")
def flags(
    request: Request,
    desk: TheDesk,
    person: Supervisor,
    asked: AskedFlags,
    at: Annotated[int, Query(ge=1, le=_LAST_PAGE)] = 1,
) -> HTMLResponse:
    """The flags that nobody has decided, the most urgent first, or those that are decided."""
    return _list(request, desk, person, asked, at=at)


@router.post("/flags/views")
def save(
    request: Request,
    desk: TheDesk,
    person: Supervisor,
    asked: AskedFlags,
    name: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Name the filters of the address, to come back to them."""
    name = name.strip()
    fault = why_refused(name)
    if not name or not name.isprintable():
        fault = N_("Please give the view a name.")
    if fault:
        return _list(request, desk, person, asked, typed=name, fault=fault)
    save_view(desk.database, person, name, asked.query)
    return RedirectResponse(f"{desk.settings.root_path}/flags?{asked.query}", 303)


@router.post("/flags/views/{view_id}/removal")
def remove(
    desk: TheDesk,
    person: Supervisor,
    view_id: Annotated[int, Path(ge=1, lt=2**31)],
) -> RedirectResponse:
    """Forget a view of one's own; that of somebody else stays."""
    remove_view(desk.database, person, view_id)
    return RedirectResponse(f"{desk.settings.root_path}/flags", 303)


def _list(  # noqa: PLR0913  what the page shows
    request: Request,
    desk: Desk,
    person: Person,
    asked: FlagFilter,
    *,
    at: int = 1,
    typed: str = "",
    fault: str | None = None,
) -> HTMLResponse:
    every = flags_for(desk.calls, desk.database, person, decided=asked.decided)
    found = asked.of(every)
    pages = max(1, -(-len(found) // _PAGE))
    at = min(at, pages)
    return page(
        request,
        "review/flags.html",
        status=422 if fault else 200,
        flags=found[(at - 1) * _PAGE : at * _PAGE],
        count=len(found),
        at=at,
        pages=pages,
        asked=asked,
        choices=choices_in(every),
        spans=DAYS,
        views=views_of(desk.database, person),
        typed=typed,
        fault=fault,
    )
