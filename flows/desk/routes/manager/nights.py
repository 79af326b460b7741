"""Alerts that runs have told, and what the last runs did."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from flows.desk.access.allowed import Manager
from flows.desk.reading.nights import nights_of
from flows.desk.routes.looking import looked
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.navigation import N_
from flows.desk.web.pages import page
from flows.operation.journal import Ending
from warehouse.reports.alerts.breaches import BreachLog

router = APIRouter()

_SHOWN = 30

_ENDINGS = {
    Ending.DONE: N_("Done"),
    Ending.ATTENTION: N_("Published, but something needs attention"),
    Ending.FAILED: N_("Failed"),
    Ending.INTERRUPTED: N_("Interrupted"),
    Ending.KILLED: N_("Killed before it ended"),
    Ending.RUNNING: N_("Running"),
}
"""What people read of how a run ended."""


@router.get("/alerts")
def alerts(request: Request, desk: TheDesk, person: Manager) -> HTMLResponse:
    """The alerts that are in breach, and those that runs have told, the latest first."""
    looked(desk, person, "alerts")
    log = BreachLog(desk.centre.site.alerts / "breaches.jsonl")
    told = [change for change in reversed(log.changes) if change.told][:_SHOWN]
    return page(request, "manager/alerts.html", told=told, breached=log.breached)


@router.get("/runs")
def runs(request: Request, desk: TheDesk, person: Manager) -> HTMLResponse:
    """The last runs: how they ended, and how many items are in quarantine, and why."""
    looked(desk, person, "runs")
    nights = nights_of(desk.centre, _SHOWN)
    return page(request, "manager/runs.html", nights=nights, endings=_ENDINGS)
