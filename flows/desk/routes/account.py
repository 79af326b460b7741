"""A person's own account: password and language."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from flows.desk.access.accounts import facts_of, logged_in, set_language, set_password
from flows.desk.access.allowed import Anybody
from flows.desk.access.attempts import Attempt
from flows.desk.access.passwords import SHORTEST
from flows.desk.desk import Desk
from flows.desk.records.accounts import Account
from flows.desk.web.dependencies import TheDesk
from flows.desk.web.log_in import refuse, set_session
from flows.desk.web.pages import page
from flows.governance.audit import Act, record
from warehouse.reports.site.catalogue import page_languages
from warehouse.reports.site.translation import language as language_of

router = APIRouter()


@router.get("/account")
def account(request: Request, desk: TheDesk, person: Anybody, done: str = "") -> Response:
    """Fields for a new password and for the language."""
    return _page(request, _own(desk, person.account_id), done=bool(done))


@router.post("/account/language")
def choose_language(
    request: Request, desk: TheDesk, person: Anybody, language: Annotated[str, Form()]
) -> Response:
    """Choose the language of the pages."""
    own = _own(desk, person.account_id)
    if language not in page_languages():
        return _page(request, own, status=422)
    set_language(desk.database, own.login, language)
    return RedirectResponse(f"{desk.settings.root_path}/account?done=true", 303)


@router.post("/account/password")
def choose_password(
    request: Request,
    desk: TheDesk,
    person: Anybody,
    password: Annotated[str, Form(max_length=1000)],
    new: Annotated[str, Form(max_length=1000)],
) -> Response:
    """Set a new password; every other session of the account ends."""
    own = _own(desk, person.account_id)
    if len(new) < SHORTEST:
        return _page(request, own, status=422, wrong="new")
    attempt = Attempt(desk.database, own.login, request.client.host if request.client else None)
    wait_min = attempt.wait_min()
    if wait_min:
        return _page(request, own, status=429, wait_min=wait_min)
    if logged_in(desk.database, own.login, password) is None:
        refuse(desk, own.login, "new_password", "login_or_password")
        return _page(request, own, status=422, wrong="password")
    attempt.succeeded()
    changed = set_password(desk.database, own.login, new)
    record(desk.home, Act.DESK_ACCOUNT, what="own_password", **facts_of(own.role, own.subject))
    answer = RedirectResponse(f"{desk.settings.root_path}/account?done=true", 303)
    set_session(request, desk, answer, changed)
    return answer


def _own(desk: Desk, account_id: int) -> Account:
    with desk.database.reading() as session:
        return session.get_one(Account, account_id)


def _page(
    request: Request,
    own: Account,
    *,
    status: int = 200,
    wrong: str = "",
    wait_min: int = 0,
    done: bool = False,
) -> Response:
    languages = {code: language_of(code).locale.get_display_name() for code in page_languages()}
    return page(
        request,
        "account.html",
        status=status,
        account=own,
        languages=languages,
        shortest=SHORTEST,
        wrong=wrong,
        wait_min=wait_min,
        done=done,
    )
