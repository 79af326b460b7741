"""The web application of the desk."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from flows.desk.routes import (
    account,
    calibration,
    coaching,
    disputes,
    follow_ups,
    labels,
    login,
    my_calls,
    provider,
    rating,
    rules,
    static,
)
from flows.desk.routes.manager import nights, reports
from flows.desk.routes.officer import audit, erasure, holds, originals, subject_access
from flows.desk.routes.review import calls, decisions, flags, sample, search
from flows.desk.web.pages import page
from flows.desk.web.protection import identify, path_of, same_site
from flows.desk.web.refusals import refusal
from warehouse.errors import UnpublishedError

if TYPE_CHECKING:
    from flows.desk.desk import Desk

PARTS = (
    *(login, provider, account),
    static,
    *(flags, calls, decisions, sample, search),
    calibration,
    rating,
    rules,
    labels,
    *(my_calls, disputes, coaching, follow_ups),
    *(reports, nights),
    *(originals, erasure, holds, audit, subject_access),
)
"""Modules with the routes."""


def create_app(desk: Desk) -> FastAPI:
    """The application that serves the desk of a home folder."""
    app = FastAPI(
        title="callqa desk",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        root_path=desk.settings.root_path,
        dependencies=[Depends(same_site)],
    )
    app.state.desk = desk
    app.middleware("http")(identify)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(UnpublishedError, _unpublished)
    for part in PARTS:
        app.include_router(part.router)
    return app


def _refused(request: Request, error: Exception) -> Response:
    """A page that says why, or the way to the log-in."""
    assert isinstance(error, HTTPException)
    desk = request.app.state.desk
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        where = f"{desk.settings.root_path}/login?then={quote(_asked(request), safe='/')}"
        if "hx-request" in request.headers:
            return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": where})
        return RedirectResponse(where, 303)
    return page(request, "error.html", status=error.status_code, **refusal(error.status_code))


def _unpublished(request: Request, _error: Exception) -> Response:
    return _refused(request, HTTPException(HTTPStatus.SERVICE_UNAVAILABLE))


def _asked(request: Request) -> str:
    """The page to which somebody comes back after they logged in."""
    if "hx-request" in request.headers:  # a part of it
        page_path = urlsplit(request.headers.get("hx-current-url", "")).path
        return page_path.removeprefix(request.app.state.desk.settings.root_path) or "/"
    if request.method != "GET":
        return "/"
    return f"{path_of(request)}?{request.url.query}".removesuffix("?")
