"""Original recordings with card data: which are due, which are gone, and their deletion."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from collections import Counter
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from flows.desk.access.allowed import Officer
from flows.desk.desk import Desk
from flows.desk.erasing.alone import BusyError, alone
from flows.desk.person import Person
from flows.desk.routes.looking import looked
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.pages import page
from flows.governance.audit import Act, Outcome, record
from flows.governance.certificate import write_certificate
from flows.governance.originals import Candidate, State, candidates, delete, known_originals

router = APIRouter()

_SHOWN = 200
_TYPES = {"html": "text/html", "csv": "text/csv"}


@router.get("/originals")
def originals(request: Request, desk: TheDesk, person: Officer) -> HTMLResponse:
    """Originals with card data, those that are due first."""
    looked(desk, person, "originals")
    return _page(request, desk)


@router.post("/originals/count")
def count_originals(request: Request, desk: TheDesk, person: Officer) -> HTMLResponse:
    """How many may be deleted, found by reading them; nothing is deleted."""
    found = _states(candidates(desk.centre))
    _tell(desk, person, Outcome.PLANNED, found)
    return _page(request, desk, states=found)


@router.post("/originals/delete")
def delete_originals(
    request: Request, desk: TheDesk, person: Officer, number: Annotated[str, Form()] = ""
) -> HTMLResponse:
    """Delete those that may be, if exactly so many are confirmed."""
    try:
        with alone(desk.home):
            found = candidates(desk.centre)
            states = _states(found)
            if number.strip() != str(states[State.DELETABLE]) or not states[State.DELETABLE]:
                _tell(desk, person, Outcome.REFUSED, states)
                return _page(request, desk, status=409, states=states, fault="number")
            _tell(desk, person, Outcome.PLANNED, states)
            deleted = delete(desk.centre, found, why=("desk",))
    except BusyError:
        return _page(request, desk, status=409, fault="busy")
    return _page(request, desk, deleted=deleted)


@router.get("/originals/certificate/{kind}")
def certificate(desk: TheDesk, person: Officer, kind: str) -> Response:
    """The certificate of what is gone, as a page or a table."""
    if kind not in _TYPES:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    looked(desk, person, f"certificate:{kind}")
    with TemporaryDirectory() as folder:
        out = Path(folder) / "certificate.html"
        write_certificate(desk.centre, out)
        content = out.with_suffix(f".{kind}").read_bytes()
    name = f'attachment; filename="certificate.{kind}"'
    return Response(content, media_type=_TYPES[kind], headers={"Content-Disposition": name})


def _states(found: list[Candidate]) -> Counter[State]:
    return Counter(one.state for one in found)


def _tell(desk: Desk, person: Person, outcome: Outcome, states: Counter[State]) -> None:
    """Who asked; each deletion has entries of its own."""
    record(
        desk.home,
        Act.ORIGINALS_DELETED,
        outcome=outcome,
        why=("desk",),
        supervisors=[person.subject],
        counts={str(state): count for state, count in states.items()},
    )


def _page(
    request: Request, desk: Desk, *, status: int = HTTPStatus.OK, **content: Any
) -> HTMLResponse:
    found = [one for one in known_originals(desk.centre.warehouse) if one.has_card_data]
    found.sort(key=lambda one: (one.deleted_on is not None, one.call_date))
    behind = known_originals(desk.centre.site.restricted.root / "warehouse")
    given = {"states": None, "fault": None, "deleted": None, **content}
    return page(
        request,
        "officer/originals.html",
        status=status,
        originals=found[:_SHOWN],
        due_count=sum(one.deleted_on is None for one in found),
        gone_count=sum(one.deleted_on is not None for one in found),
        restricted_count=sum(one.has_card_data for one in behind),
        names=list(State),
        **given,
    )
