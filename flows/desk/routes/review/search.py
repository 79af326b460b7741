"""Search of phrases and metadata over the calls that somebody may see."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

import re
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from flows.desk.access.allowed import Reviewer
from flows.desk.desk import Desk
from flows.desk.person import Person
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.navigation import N_
from flows.desk.web.pages import page
from flows.desk.web.typed import day_of
from warehouse.errors import QueryError
from warehouse.query.search import SearchFilter

router = APIRouter()

_SHOWN = 100
_LOOKED_AT = 2000
"""Turns with all words of a phrase, in which it is looked for as it is written."""
_PHRASE = re.compile(r'"([^"]+)"')

_Text = Annotated[str, Query(max_length=200)]


@router.get("/search")
def search(  # noqa: PLR0913, PLR0917  the filters
    request: Request,
    desk: TheDesk,
    person: Reviewer,
    words: _Text = "",
    agent: _Text = "",
    queue: _Text = "",
    language: _Text = "",
    role: _Text = "",
    first: _Text = "",
    last: _Text = "",
) -> HTMLResponse:
    """Turns with all words, a phrase in quotation marks as it is; without words, the calls."""
    where = SearchFilter(
        queue=queue or None,
        agent_id=agent or None,
        language=language or None,
        role=role or None,
        first_date=day_of(first),
        last_date=day_of(last),
    )
    fault, found = None, []
    try:
        found = _turns(desk, person, words, where) if words.strip() else _calls(desk, person, where)
    except QueryError:
        fault = N_("This cannot be searched. Use at most 20 words, after the first run.")
    facets = desk.calls.ask(person, "call_facets") if fault is None else []
    return page(
        request,
        "review/search.html",
        status=422 if fault else 200,
        asked={"words": words, "agent": agent, "queue": queue, "language": language}
        | {"role": role, "first": where.first_date or "", "last": where.last_date or ""},
        agents=sorted({(row["agent_name"], row["agent_id"]) for row in facets}),
        queues=sorted({row["queue"] for row in facets}),
        languages=sorted({row["language"] for row in facets}),
        found=found[:_SHOWN],
        more=len(found) > _SHOWN,
        fault=fault,
    )


def _turns(desk: Desk, person: Person, words: str, where: SearchFilter) -> list[dict[str, Any]]:
    phrases = [" ".join(phrase.split()).casefold() for phrase in _PHRASE.findall(words)]
    at_most = _LOOKED_AT if phrases else _SHOWN + 1
    found = desk.calls.search(person, words.replace('"', " "), where, at_most)
    return [
        row | {"agent_name": None, "start_s": _seconds(row["at"])}
        for row in found
        if all(phrase in " ".join(row["text"].split()).casefold() for phrase in phrases)
    ]


def _calls(desk: Desk, person: Person, where: SearchFilter) -> list[dict[str, Any]]:
    values = asdict(where)
    del values["role"]  # of a turn
    rows = desk.calls.ask(person, "found_calls", at_most=_SHOWN + 1, **values)
    rows.sort(key=lambda row: (-row["started_at"].timestamp(), row["call_id"]))
    return [row | {"at": None, "role": None, "text": "", "start_s": None} for row in rows]


def _seconds(at: str | None) -> float | None:
    """Of minutes and seconds."""
    if at is None:
        return None
    minutes, seconds = at.split(":")
    return 60 * float(minutes) + float(seconds)
