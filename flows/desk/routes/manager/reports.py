"""Management reports of weeks and months."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse

from flows.desk.access.allowed import Manager
from flows.desk.desk import Desk
from flows.desk.reading.reports import Inside, Kept, report_named, reports_of
from flows.desk.routes.looking import looked
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.pages import page

router = APIRouter()


@router.get("/reports")
def reports(request: Request, desk: TheDesk, person: Manager) -> HTMLResponse:
    """The reports that runs have written."""
    looked(desk, person, "reports")
    return page(request, "manager/reports.html", reports=reports_of(desk.centre.site))


@router.get("/reports/{name}")
def report(request: Request, desk: TheDesk, person: Manager, name: str) -> HTMLResponse:
    """A report as it was written; links to pages outside the desk are plain text."""
    kept = _kept(desk, name)
    looked(desk, person, f"report:{name}")
    inside = Inside(kept.page.read_text(encoding="utf-8"))
    return page(request, "manager/report.html", kept=kept, inside=inside)


@router.get("/reports/{name}/pdf")
def report_on_paper(desk: TheDesk, person: Manager, name: str) -> FileResponse:
    """The same as PDF."""
    kept = _kept(desk, name)
    if kept.pdf is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    looked(desk, person, f"report_pdf:{name}")
    return FileResponse(kept.pdf, media_type="application/pdf", filename=kept.pdf.name)


def _kept(desk: Desk, name: str) -> Kept:
    kept = report_named(desk.centre.site, name)
    if kept is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return kept
