"""Findings that could not be told, as labelling work for the analysts."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

import io
import zipfile
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from flows.desk.access.allowed import Analyst
from flows.desk.desk import Desk
from flows.desk.person import Person
from flows.desk.reading.analysts import ask_unrestricted
from flows.desk.records.keeping import FasterError
from flows.desk.records.labels import (
    Labelled,
    Told,
    label,
    label_files,
    label_folder,
    labels_of,
    last_labels,
)
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.navigation import N_
from flows.desk.web.pages import page
from flows.desk.web.typed import why_refused
from flows.governance.audit import Act, record
from qa_rules.rule_files.rule import Expect
from qa_rules.rule_files.rulebook import load_rulebook

router = APIRouter()

_SHOWN = 200
_AROUND_S = 30.0


class LabelForm(BaseModel):
    """A label as it was sent.

    Attributes:
        seen: Number of the last label that the page showed; 0 for none.
    """

    told: str = ""
    comment: str = ""
    seen: Annotated[int, Field(ge=0)] = 0


@router.get("/labels")
def labels(request: Request, desk: TheDesk, person: Analyst) -> Response:
    """The findings that nobody has labelled, and how many have a label."""
    rows, labelled = _queue(desk, person)
    left = [row for row in rows if (row["call_id"], row["rule_id"]) not in labelled]
    return page(
        request,
        "labels.html",
        rows=left[:_SHOWN],
        left=len(left),
        done=len(rows) - len(left),
        folder=label_folder(desk.home),
    )


@router.get("/labels/download")
def download(desk: TheDesk, person: Analyst) -> Response:
    """All labels of calls that are published, as `callqa rules test --labels` reads them."""
    with desk.database.reading() as session:
        found = last_labels(session)
    call_ids = sorted({one.call_id for one in found})
    calls = ask_unrestricted(desk.calls, person, "chosen_calls", call_ids=call_ids)
    published = {row["call_id"] for row in calls}
    files = label_files(one for one in found if one.call_id in published)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"labels/{name}", content)
    record(desk.home, Act.EXPORTED, what="labels", counts={"files": len(files)})
    headers = {"Content-Disposition": 'attachment; filename="labels.zip"'}
    return Response(packed.getvalue(), media_type="application/zip", headers=headers)


@router.get("/labels/{rule_id}/{call_id}")
def one(request: Request, desk: TheDesk, person: Analyst, rule_id: str, call_id: str) -> Response:
    """A finding with the words before and after its place, and the form of its label."""
    found = _finding(desk, person, rule_id, call_id)
    return _page(request, desk, person, found, LabelForm())


@router.post("/labels/{rule_id}/{call_id}")
def labelled(
    request: Request,
    desk: TheDesk,
    person: Analyst,
    rule_id: str,
    call_id: str,
    form: Annotated[LabelForm, Form()],
) -> Response:
    """Keep a label, and go on to the next finding."""
    found = _finding(desk, person, rule_id, call_id)
    wrong = why_refused(form.comment)
    if form.told not in set(Told):
        wrong = N_("Please choose one of the values.")
    if wrong:
        return _page(request, desk, person, found, form, status=422, wrong=wrong)
    said = Labelled(
        call_id=call_id,
        rule_id=rule_id,
        rule_version=found["rule_version"],
        observes=_observes(desk, rule_id),
        told=Told(form.told),
        comment=form.comment.strip() or None,
        seen=form.seen,
    )
    try:
        label(desk.database, desk.home, person, said)
    except FasterError:
        wrong = N_("Somebody labelled this meanwhile; see below. Save again to replace that.")
        return _page(request, desk, person, found, form, status=409, wrong=wrong)
    rows, done = _queue(desk, person)
    left = [row for row in rows if (row["call_id"], row["rule_id"]) not in done]
    later = [row for row in left if _place(row) > _place(found)] or left
    path = f"/{later[0]['rule_id']}/{later[0]['call_id']}" if later else ""
    return RedirectResponse(f"{desk.settings.root_path}/labels{path}", 303)


def _place(row: dict[str, Any]) -> tuple[str, str]:
    """A finding's place in the queue: rule by rule, so that one is in mind at a time."""
    return row["rule_id"], row["call_id"]


def _queue(desk: Desk, person: Person) -> tuple[list[dict[str, Any]], set[tuple[str, str]]]:
    """All findings that could not be told, in order, and those of them that have a label."""
    rows = ask_unrestricted(desk.calls, person, "unclear_findings", language=person.language)
    with desk.database.reading() as session:
        known = {(one.call_id, one.rule_id) for one in last_labels(session)}
    return sorted(rows, key=_place), known


def _finding(desk: Desk, person: Person, rule_id: str, call_id: str) -> dict[str, Any]:
    for row in _queue(desk, person)[0]:
        if _place(row) == (rule_id, call_id):
            return row
    raise HTTPException(404)


def _observes(desk: Desk, rule_id: str) -> bool:
    rules = load_rulebook(desk.centre.rules).rules
    return any(rule.id == rule_id and rule.expect is Expect.OBSERVE for rule in rules)


def _page(  # noqa: PLR0913
    request: Request,
    desk: Desk,
    person: Person,
    found: dict[str, Any],
    form: LabelForm,
    *,
    status: int = 200,
    wrong: str | None = None,
) -> Response:
    turns = ask_unrestricted(desk.calls, person, "words_of_call", call_id=found["call_id"])
    with desk.database.reading() as session:
        known = labels_of(session, found["call_id"], found["rule_id"])
    return page(
        request,
        "label.html",
        status=status,
        finding=found,
        observes=_observes(desk, found["rule_id"]),
        turns=_around(turns, found["start_s"], found["end_s"]),
        known=known,
        seen=known[0].number if known else 0,
        form=form,
        wrong=wrong,
    )


def _around(
    turns: list[dict[str, Any]], start_s: float | None, end_s: float | None
) -> list[dict[str, Any]]:
    """The turns at a place, before it and after it; all, if nothing says where it is."""
    if start_s is None or end_s is None:
        return turns
    return [
        turn | {"is_cited": turn["start_s"] < end_s and turn["end_s"] > start_s}
        for turn in turns
        if turn["end_s"] > start_s - _AROUND_S and turn["start_s"] < end_s + _AROUND_S
    ]
