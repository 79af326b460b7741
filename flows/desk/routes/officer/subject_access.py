"""Subject access: what is held of a customer, as a package to download."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.background import BackgroundTask

from flows.desk.access.allowed import Officer
from flows.desk.routes.looking import looked
from flows.desk.routes.officer.tickets import fault_of_request
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.navigation import N_
from flows.desk.web.pages import page
from flows.errors import FlowsError
from flows.governance.audit import Act, Outcome, record
from flows.governance.erasure.subject_access import write_package
from flows.governance.erasure.suppression import suppressions_of
from flows.governance.holds import Scope
from flows.stores.home_copy import written

router = APIRouter()

_EMPTY = {"ref": "", "ticket": ""}
_Text = Annotated[str, Form(max_length=200)]


@router.get("/subject-access")
def subject_access(request: Request, desk: TheDesk, person: Officer) -> HTMLResponse:
    """The fields of a request."""
    looked(desk, person, "subject_access")
    return page(request, "officer/subject_access.html", typed=_EMPTY, fault=None)


@router.post("/subject-access")
def package(
    request: Request, desk: TheDesk, person: Officer, ref: _Text = "", ticket: _Text = ""
) -> Response:
    """The package, which stays nowhere here."""
    typed = {"ref": ref, "ticket": ticket}
    fault = fault_of_request(Scope.CUSTOMER, ref, ticket)
    if fault:
        return page(request, "officer/subject_access.html", status=422, typed=typed, fault=fault)
    record(
        desk.home,
        Act.SUBJECT_ACCESS,
        outcome=Outcome.PLANNED,
        why=("desk",),
        customers=suppressions_of(desk.centre).hashes(Scope.CUSTOMER, [ref]),
        supervisors=[person.subject],
        ticket=ticket.strip(),
    )
    folder = Path(mkdtemp(prefix="callqa-access-"))
    try:
        with written(desk.home):
            write_package(desk.centre, ref, folder / "subject-access")
        archive = shutil.make_archive(str(folder / "package"), "zip", folder, "subject-access")
    except FlowsError:
        shutil.rmtree(folder)
        fault = N_("No call of this customer is stored. Is the reference right?")
        return page(request, "officer/subject_access.html", status=422, typed=typed, fault=fault)
    except BaseException:
        shutil.rmtree(folder)
        raise
    shutil.rmtree(folder / "subject-access")
    return FileResponse(
        archive,
        media_type="application/zip",
        filename=f"subject-access-{ticket.strip()}.zip",
        background=BackgroundTask(shutil.rmtree, folder),
    )
