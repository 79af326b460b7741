"""What protects every request: who asks, whether a form is ours, and headers."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool

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
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


async def identify(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """Middleware: find out who asks, and add the headers of every answer."""
    desk: Desk = request.app.state.desk
    cookie = request.cookies.get(COOKIE)
    request.state.person = await run_in_threadpool(person_of, desk.database, cookie)
    response = await answer(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.url.path.removeprefix(desk.settings.root_path).startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


async def same_site(request: Request) -> None:
    """Refuse what another site makes a browser send, and forms without the session's token.

    Raises:
        HTTPException: 403.
    """
    if request.method in _SAFE:
        return
    origin = request.headers.get("origin")
    is_foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if is_foreign or request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise HTTPException(403)
    person = request.state.person
    if person is None:  # a log-in, whose route needs no session
        return
    given = request.headers.get("x-csrf-token") or (await request.form()).get("csrf")
    if not isinstance(given, str) or not secrets.compare_digest(given, person.csrf):
        raise HTTPException(403)
