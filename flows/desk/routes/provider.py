"""Log-in by an identity provider: the way there and back."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

import json
import secrets
from dataclasses import asdict

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from flows.desk.access.accounts import account_of
from flows.desk.access.provider import Asked, Provider, ProviderError
from flows.desk.desk import Desk
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.log_in import let_in, login_page, own_path, refuse
from flows.desk.web.protection import origin_of

router = APIRouter()

_COOKIE = "callqa_desk_asked"
_PATH = "/login/provider"
_MINUTES = 10


@router.get("/login/provider")
def go(request: Request, desk: TheDesk, then: str = "/") -> Response:
    """Send a browser to the provider."""
    asked = Asked.anew()
    try:
        where = _provider(desk).address(asked, _back(request, desk))
    except ProviderError:
        refuse(desk, "", "provider", "unreachable")
        return login_page(request, then, status=502, refused="provider")
    answer = RedirectResponse(where, 303)
    answer.set_cookie(
        _COOKIE,
        json.dumps({**asdict(asked), "then": own_path(then)}).encode().hex(),
        path=f"{desk.settings.root_path}{_PATH}",
        max_age=_MINUTES * 60,
        secure=origin_of(request).startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/login/provider/back")
def come_back(request: Request, desk: TheDesk, code: str = "", state: str = "") -> Response:
    """Begin a session of whom the provider vouches for, if they have an account."""
    provider = _provider(desk)
    asked, then = _kept(request)
    if asked is None or not secrets.compare_digest(asked.state.encode(), state.encode()):
        return _refused(request, desk, "/", "", "state")
    try:
        login = provider.login_of(asked, code, _back(request, desk))
    except ProviderError:
        return _refused(request, desk, then, "", "token")
    account = account_of(desk.database, login)
    if account is None:
        return _refused(request, desk, then, login, "no_account")
    answer = let_in(request, desk, account, then, "provider")
    _forget(desk, answer)
    return answer


def _provider(desk: Desk) -> Provider:
    if desk.settings.oidc_issuer is None:
        raise HTTPException(404)
    return Provider(desk.settings)


def _back(request: Request, desk: Desk) -> str:
    return f"{origin_of(request)}{desk.settings.root_path}{_PATH}/back"


def _kept(request: Request) -> tuple[Asked | None, str]:
    try:
        kept = json.loads(bytes.fromhex(request.cookies.get(_COOKIE, "")))
        return Asked(kept["state"], kept["nonce"], kept["verifier"]), str(kept["then"])
    except (ValueError, KeyError, TypeError):
        return None, "/"


def _refused(request: Request, desk: Desk, then: str, login: str, why: str) -> Response:
    refuse(desk, login, "provider", why)
    answer = login_page(request, then, status=403, refused="provider")
    _forget(desk, answer)
    return answer


def _forget(desk: Desk, answer: Response) -> None:
    """What was asked is good for one answer."""
    answer.delete_cookie(_COOKIE, path=f"{desk.settings.root_path}{_PATH}")
