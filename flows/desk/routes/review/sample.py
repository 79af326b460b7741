"""The random sample: calls to review whatever rules found in them."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from contextlib import suppress
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from flows.desk.access.allowed import Supervisor
from flows.desk.records.keeping import FasterError
from flows.desk.records.reviews import SAMPLE, decisions_on
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.pages import page
from flows.desk.web.review.judging import answers_of, default_reason, judge
from flows.desk.web.review.samples import is_drawn, sample_of, week_of, weeks_of

router = APIRouter()


@router.get("/sample")
def sample(
    request: Request,
    desk: TheDesk,
    person: Supervisor,
    week: Annotated[str, Query(max_length=10)] = "",
) -> HTMLResponse:
    """What is drawn of each agent's calls in a week: the newest one, or the one asked for."""
    weeks = weeks_of(desk, person)
    shown = next((one for one in weeks if one.isoformat() == week), weeks[0] if weeks else None)
    agents = sample_of(desk, person, shown) if shown else []
    return page(request, "review/sample.html", agents=agents, weeks=weeks, shown=shown)


@router.post("/sample/{call_id}")
def confirm(desk: TheDesk, person: Supervisor, call_id: str) -> RedirectResponse:
    """Say that all answers of a drawn call are right that nobody has judged otherwise."""
    seen = desk.calls.ask(person, "seen_call", call_id=call_id)
    if not seen or not is_drawn(desk, person, call_id, seen[0]["call_date"]):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    for judged in answers_of(desk, person, call_id):
        if not decisions_on(desk.database, judged.subject):
            with suppress(FasterError):  # somebody judged it in the meantime, which stays
                value, reason = judged.machine_value, default_reason(person)
                judge(desk, person, judged, seen=0, value=value, reason=reason, occasion=SAMPLE)
    week = week_of(seen[0]["call_date"])
    return RedirectResponse(f"{desk.settings.root_path}/sample?week={week}", 303)
