"""What routes ask for beside the person: the desk itself."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from typing import Annotated

from fastapi import Depends, Request

from flows.desk.desk import Desk


def _desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


TheDesk = Annotated[Desk, Depends(_desk_of)]
"""The desk that a request is about."""
