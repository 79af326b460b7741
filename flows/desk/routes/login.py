"""Log-in, log-out and the way to somebody's first page."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from flows.desk.access.accounts import logged_in
from flows.desk.access.allowed import Anybody
from flows.desk.access.attempts import Attempt
from flows.desk.access.sessions import COOKIE, end_session
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.log_in import let_in, login_page, own_path, refuse
from flows.desk.web.navigation import entries_for

router = APIRouter()


@router.get("/")
def start(desk: TheDesk, person: Anybody) -> Response:
    """The first page of somebody's role."""
    entries = entries_for(person)
    first = entries[0].path if entries else "/account"
    return RedirectResponse(f"{desk.settings.root_path}{first}", 303)


@router.get("/login")
def ask(request: Request, desk: TheDesk, then: str = "/") -> Response:
    """The page on which people log in; who is logged in goes on."""
    if request.state.person:
        return RedirectResponse(f"{desk.settings.root_path}{own_path(then)}", 303)
    return login_page(request, then)


@router.post("/login")
def log_in(
    request: Request,
    desk: TheDesk,
    login: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    then: Annotated[str, Form()] = "/",
) -> Response:
    """Begin a session."""
    attempt = Attempt(desk.database, login, request.client.host if request.client else None)
    wait_min = attempt.wait_min()
    if wait_min:
        refuse(desk, login, "password", "rate_limit")
        return login_page(request, then, status=429, wait_min=wait_min)
    account = logged_in(desk.database, login, password)
    if account is None:
        refuse(desk, login, "password", "login_or_password")
        return login_page(request, then, status=422, refused="password")
    attempt.succeeded()
    return let_in(request, desk, account, then, "password")


@router.post("/logout")
def log_out(request: Request, desk: TheDesk, _person: Anybody) -> Response:
    """End the session."""
    end_session(desk.database, request.cookies.get(COOKIE))
    answer = RedirectResponse(f"{desk.settings.root_path}/login", 303)
    answer.delete_cookie(COOKIE, path=desk.settings.root_path or "/")
    return answer
