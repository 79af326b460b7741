"""The rules in force with their measured precision, and what a change of them would change."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from flows.desk.access.allowed import Analyst
from flows.desk.desk import Desk
from flows.desk.reading.analysts import ask_unrestricted
from flows.desk.replay.changed_rules import changed_rules, rule_files
from flows.desk.replay.judging import Faults, Order
from flows.desk.replay.replays import BusyError
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.navigation import N_
from flows.desk.web.pages import page
from flows.desk.web.rules_form import RulesForm
from flows.desk.web.typed import day_of

router = APIRouter()

_WAIT_S = 20.0


@router.get("/rules")
def rules(request: Request, desk: TheDesk, person: Analyst) -> Response:
    """The rules in force."""
    rows = ask_unrestricted(desk.calls, person, "rules_in_force", language=person.language)
    files = {Path(name).stem: name for name in rule_files(desk.centre.rules)}
    return page(request, "rules.html", rules=rows, files=files, replays=desk.replays.latest())


@router.get("/rules/try")
def ask(request: Request, desk: TheDesk, person: Analyst, file: str = "") -> Response:
    """The form of a change; it begins with the file as it is."""
    del person
    text = ""
    if file in rule_files(desk.centre.rules):
        text = (desk.centre.rules / file).read_text(encoding="utf-8")
    return _form(request, desk, RulesForm(file=file if text else "", text=text), {})


@router.post("/rules/try")
def begin(
    request: Request, desk: TheDesk, person: Analyst, form: Annotated[RulesForm, Form()]
) -> Response:
    """Begin a replay, unless the rule files have errors."""
    edited, in_force = desk.settings.edited_rules, desk.centre.rules
    wrong = form.faults(in_force, edited)
    if wrong:
        return _form(request, desk, form, wrong, status=422)
    folder: AbstractContextManager[Path]
    if form.file or edited is None:
        what, folder = form.file, changed_rules(in_force, form.file, form.text)
    else:
        what, folder = edited.name, nullcontext(edited)
    try:
        replay = desk.replays.start(
            person.name, what, lambda path: _order(desk, form, path), folder
        )
    except BusyError:
        wrong = {"file": N_("Another replay is running. Wait until it has ended, or stop it.")}
        return _form(request, desk, form, wrong, status=409)
    replay.wait_for_news(_WAIT_S)
    if isinstance(replay.answer, Faults):
        return _form(request, desk, form, {}, replay.answer.lines, status=422)
    return RedirectResponse(f"{desk.settings.root_path}/rules/replays/{replay.replay_id}", 303)


@router.get("/rules/replays/{replay_id}")
def one(request: Request, desk: TheDesk, person: Analyst, replay_id: str) -> Response:
    """How far a replay is, or what came of it."""
    del person
    replay = desk.replays.get(replay_id)
    if replay is None:
        raise HTTPException(404)
    return page(request, "replay.html", replay=replay)


@router.post("/rules/replays/{replay_id}/stop")
def stop(desk: TheDesk, person: Analyst, replay_id: str) -> Response:
    """End a replay."""
    del person
    replay = desk.replays.get(replay_id)
    if replay is None:
        raise HTTPException(404)
    replay.stopping.set()
    return RedirectResponse(f"{desk.settings.root_path}/rules/replays/{replay_id}", 303)


def _order(desk: Desk, form: RulesForm, rules: Path) -> Order:
    return Order(
        lake=desk.centre.lake,
        time_zone=desk.centre.time_zone,
        rules=rules,
        first=day_of(form.first),
        last=day_of(form.last),
        as_of=day_of(form.as_of),
        drafts=form.drafts,
    )


def _form(
    request: Request,
    desk: Desk,
    form: RulesForm,
    errors: dict[str, str],
    faults: tuple[str, ...] = (),
    *,
    status: int = 200,
) -> Response:
    return page(
        request,
        "try_rules.html",
        status=status,
        form=form,
        errors=errors,
        faults=faults,
        files=rule_files(desk.centre.rules),
        edited=desk.settings.edited_rules,
    )
