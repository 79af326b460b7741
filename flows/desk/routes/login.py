"""Log-in, log-out and the way to somebody's first page."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from flows.desk.access.accounts import logged_in
from flows.desk.access.allowed import Anybody
from flows.desk.access.sessions import COOKIE, begin_session, end_session
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.navigation import entries_for
from flows.desk.web.pages import page

router = APIRouter()


@router.get("/")
def start(desk: TheDesk, person: Anybody) -> Response:
    """The first page of somebody's role."""
    return RedirectResponse(f"{desk.settings.root_path}{entries_for(person)[0].path}", 303)


@router.get("/login")
def ask(request: Request, then: str = "/") -> Response:
    """The page on which people log in."""
    return page(request, "login.html", then=then, refused=False, wait_min=0)


@router.post("/login")
def log_in(
    request: Request,
    desk: TheDesk,
    login: Annotated[str, Form()],
    password: Annotated[str, Form()],
    then: Annotated[str, Form()] = "/",
) -> Response:
    """Begin a session."""
    account = logged_in(desk.database, login, password)
    if account is None:
        return page(request, "login.html", status=422, then=then, refused=True, wait_min=0)
    # Only a path of ours: `//host` and `/\host` would lead elsewhere.
    path = then if then.startswith("/") and not then.startswith(("//", "/\\")) else "/"
    answer = RedirectResponse(f"{desk.settings.root_path}{path}", 303)
    answer.set_cookie(
        COOKIE,
        begin_session(desk.database, account, desk.settings.session_hours),
        path=desk.settings.root_path or "/",
        max_age=round(desk.settings.session_hours * 3600),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return answer


@router.post("/logout")
def log_out(request: Request, desk: TheDesk, _person: Anybody) -> Response:
    """End the session."""
    end_session(desk.database, request.cookies.get(COOKIE))
    answer = RedirectResponse(f"{desk.settings.root_path}/login", 303)
    answer.delete_cookie(COOKIE, path=desk.settings.root_path or "/")
    return answer
