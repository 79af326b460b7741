"""What every way to log in has in common: the session's cookie, the page, and the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.responses import HTMLResponse, RedirectResponse

from flows.desk.access.accounts import facts_of
from flows.desk.access.sessions import COOKIE, begin_session, end_session
from flows.desk.web.pages import page
from flows.desk.web.protection import origin_of
from flows.governance.audit import Act, Outcome, hash_of, record

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.responses import Response

    from flows.desk.desk import Desk
    from flows.desk.records.accounts import Account


def login_page(
    request: Request, then: str, *, status: int = 200, refused: str = "", wait_min: int = 0
) -> HTMLResponse:
    """The page on which people log in.

    Args:
        request: What is answered.
        then: Path of the page to which they go on.
        status: HTTP status.
        refused: Why they were not let in: `password` or `provider`; empty if they were not refused.
        wait_min: Minutes to wait before the next attempt.
    """
    provider = request.app.state.desk.settings.oidc_issuer is not None
    answer = page(
        request,
        "login.html",
        status=status,
        then=own_path(then),
        refused=refused,
        wait_min=wait_min,
        provider=provider,
    )
    if wait_min:
        answer.headers["Retry-After"] = str(wait_min * 60)
    return answer


def let_in(request: Request, desk: Desk, account: Account, then: str, way: str) -> Response:
    """Begin a session, always with a cookie of its own, and go on to a page.

    Args:
        request: What is answered.
        desk: The desk.
        account: Who logged in.
        then: Path of the page to which they go on.
        way: How they proved who they are, for the audit trail.
    """
    end_session(desk.database, request.cookies.get(COOKIE))
    record(desk.home, Act.DESK_LOGIN, what=way, **facts_of(account.role, account.subject))
    answer = RedirectResponse(f"{desk.settings.root_path}{own_path(then)}", 303)
    set_session(request, desk, answer, account)
    return answer


def set_session(request: Request, desk: Desk, answer: Response, account: Account) -> None:
    """Begin a session of an account with an answer."""
    answer.set_cookie(
        COOKIE,
        begin_session(desk.database, account, desk.settings.session_hours),
        path=desk.settings.root_path or "/",
        max_age=round(desk.settings.session_hours * 3600),
        secure=origin_of(request).startswith("https:"),
        httponly=True,
        samesite="lax",
    )


def refuse(desk: Desk, login: str, way: str, why: str) -> None:
    """Tell the audit trail of a refused log-in; the login, which may be a slip, as a keyed hash."""
    record(
        desk.home,
        Act.DESK_LOGIN,
        what=way,
        outcome=Outcome.REFUSED,
        why=(why,),
        places=(hash_of(desk.home, login.strip().lower()),),
    )


def own_path(then: str) -> str:
    """The path of a page of ours; two slashes of either kind would lead elsewhere."""
    is_ours = then.startswith("/") and not then.startswith("//") and "\\" not in then
    return then if is_ours and then.isprintable() else "/"
