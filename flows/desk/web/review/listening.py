"""Recordings at the desk: nobody hears one without an entry in the audit trail."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi import HTTPException

from flows.desk.web.ranges import part_of
from flows.errors import FlowsError
from flows.governance.audit import Act, record
from flows.governance.recordings import open_audio

if TYPE_CHECKING:
    from fastapi import Request
    from fastapi.responses import Response

    from flows.desk.desk import Desk
    from flows.desk.person import Person
    from models.call import Call


def heard(request: Request, desk: Desk, person: Person, call: Call, **who: list[str]) -> Response:
    """The redacted copy of a call, or the part of it that a player asks for.

    A player's first question is recorded, as is the first of the day whichever part it is about.

    Args:
        request: What is answered.
        desk: The desk.
        person: Who listens.
        call: A call that they may see.
        **who: Facts of the entry about them.

    Raises:
        HTTPException: 404 without a copy.
    """
    try:
        content = open_audio(desk.centre, call)
    except FlowsError:
        raise HTTPException(404) from None
    asked = request.headers.get("range")
    today = (person.account_id, call.call_id, datetime.now(UTC).date())
    if asked is None or asked.startswith("bytes=0-") or today not in desk.heard:
        record(desk.home, Act.LISTENED, calls=[call.call_id], what=person.role, **who)
        desk.heard.add(today)
    return part_of(content, asked, "audio/ogg")
