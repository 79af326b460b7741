"""Accounts: who may log in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from flows.desk.access.passwords import SHORTEST, hashed, is_outdated, is_right
from flows.desk.records.accounts import Account
from flows.errors import FlowsError

if TYPE_CHECKING:
    from flows.desk.person import Role
    from flows.desk.records.database import Database


def add_account(  # noqa: PLR0913  what an account has
    database: Database,
    *,
    login: str,
    subject: str,
    name: str,
    role: Role,
    language: str,
    password: str | None,
    restricted: bool = False,
) -> None:
    """Add an account.

    Raises:
        FlowsError: The login is taken, or the password too short.
    """
    if password is not None and len(password) < SHORTEST:
        raise FlowsError(f"the password is too short; expected at least {SHORTEST} characters")
    with database.writing() as session:
        if session.scalar(select(Account).where(Account.login == login.lower())):
            raise FlowsError(f"the login {login} is taken; expected another one")
        session.add(
            Account(
                login=login.lower(),
                subject=subject,
                name=name,
                role=role,
                language=language,
                password=password and hashed(password),
                restricted=restricted,
                created_at=datetime.now(UTC),
            )
        )


def logged_in(database: Database, login: str, password: str) -> Account | None:
    """The account of a login, if it may log in and the password is right."""
    with database.reading() as session:
        account = session.scalar(select(Account).where(Account.login == login.strip().lower()))
    if not is_right(password, account.password if account else None):
        return None
    assert account is not None, "a right password belongs to an account"
    if account.password and is_outdated(account.password):
        with database.writing() as session:
            session.merge(account).password = hashed(password)
    return None if account.disabled_at else account
