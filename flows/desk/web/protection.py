"""What protects every request: who asks, whether a form is ours, and headers."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse

from flows.desk.access.sessions import COOKIE, person_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from flows.desk.desk import Desk

_SAFE = {"GET", "HEAD", "OPTIONS"}

_POLICY = "; ".join(
    (
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "img", "media", "connect")),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # without one, browsers say that forms come from nowhere
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


async def identify(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """Middleware: find out who asks, and add the headers of every answer."""
    desk: Desk = request.app.state.desk
    if urlsplit(f"//{request.headers.get('host', '')}").hostname not in desk.settings.known_hosts:
        # A name that somebody else points at this machine would make their page one of ours.
        return PlainTextResponse("unknown host; see CALLQA_DESK_NAMES", HTTPStatus.BAD_REQUEST)
    cookie = request.cookies.get(COOKIE)
    request.state.person = await run_in_threadpool(person_of, desk.database, cookie)
    response = await answer(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if not path_of(request).startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def origin_of(request: Request) -> str:
    """Where people open the desk, as a browser says it."""
    behind_proxy = request.app.state.desk.settings.behind_proxy
    scheme = "https" if behind_proxy else request.url.scheme
    return f"{scheme}://{request.headers['host'].lower()}"


def path_of(request: Request) -> str:
    """The path below that at which a proxy offers the desk."""
    root: str = request.app.state.desk.settings.root_path
    path = request.url.path
    return path.removeprefix(root) if path.startswith(f"{root}/") else path


async def same_site(request: Request) -> None:
    """Refuse what another site makes a browser send, and forms without the session's token.

    Raises:
        HTTPException: 403.
    """
    if request.method in _SAFE:
        return
    is_foreign = request.headers.get("origin", origin_of(request)) != origin_of(request)
    if is_foreign or request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise HTTPException(403)
    person = request.state.person
    # A log-in needs no session, and may come from the form of one that has begun in another tab.
    if person is None or path_of(request) == "/login":
        return
    given = request.headers.get("x-csrf-token") or (await request.form()).get("csrf")
    if not isinstance(given, str) or not secrets.compare_digest(
        given.encode(), person.csrf.encode()
    ):
        raise HTTPException(403)
