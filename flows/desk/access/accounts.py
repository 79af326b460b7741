"""Accounts: who may log in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from flows.desk.access.passwords import SHORTEST, hashed, is_outdated, is_right
from flows.desk.person import Role
from flows.desk.records.accounts import Account, LoginSession
from flows.errors import FlowsError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

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
    """Add an account; without a password only an identity provider lets it in.

    Raises:
        FlowsError: The login is taken, or the password too short.
    """
    kept = password and hashed(long_enough(password))
    with database.writing() as session:
        if session.scalar(select(Account).where(Account.login == _typed(login))):
            raise FlowsError(f"the login {login} is taken; expected another one")
        session.add(
            Account(
                login=_typed(login),
                subject=subject,
                name=name,
                role=role,
                language=language,
                password=kept,
                restricted=restricted,
                created_at=datetime.now(UTC),
            )
        )


def all_accounts(database: Database) -> list[Account]:
    """All accounts, by login."""
    with database.reading() as session:
        return list(session.scalars(select(Account).order_by(Account.login)))


def account_of(database: Database, login: str) -> Account | None:
    """The account of a login, if it may log in."""
    with database.reading() as session:
        return session.scalar(
            select(Account).where(Account.login == _typed(login), Account.disabled_at.is_(None))
        )


def set_password(database: Database, login: str, password: str) -> Account:
    """Give an account a new password, and end its sessions.

    Raises:
        FlowsError: There is no such account, or the password is too short.
    """
    kept = hashed(long_enough(password))
    with database.writing() as session:
        account = _named(session, login)
        account.password = kept
        _end_sessions(session, account)
    return account


def set_disabled(database: Database, login: str, *, disabled: bool) -> Account:
    """Refuse an account the log-in and end its sessions, or let it in again.

    Raises:
        FlowsError: There is no such account.
    """
    with database.writing() as session:
        account = _named(session, login)
        if not disabled:
            account.disabled_at = None
        elif account.disabled_at is None:
            account.disabled_at = datetime.now(UTC)
        _end_sessions(session, account)
    return account


def set_restricted(database: Database, login: str, *, restricted: bool) -> Account:
    """Name an account to see restricted calls, or no longer; from its next request on.

    Raises:
        FlowsError: There is no such account.
    """
    with database.writing() as session:
        account = _named(session, login)
        account.restricted = restricted
    return account


def set_language(database: Database, login: str, language: str) -> None:
    """Change the language of somebody's pages."""
    with database.writing() as session:
        _named(session, login).language = language


def logged_in(database: Database, login: str, password: str) -> Account | None:
    """The account of a login, if it may log in and the password is right."""
    with database.reading() as session:
        account = session.scalar(select(Account).where(Account.login == _typed(login)))
    if not is_right(password, account.password if account else None):
        return None
    assert account is not None, "a right password belongs to an account"
    if account.password and is_outdated(account.password):
        with database.writing() as session:
            session.merge(account).password = hashed(password)
    return None if account.disabled_at else account


def facts_of(role: str, subject: str) -> dict[str, tuple[str]]:
    """Whom an act was about, as facts of the audit trail."""
    return {"agents" if role == Role.AGENT else "supervisors": (subject,)}


def long_enough(password: str) -> str:
    """A password that may be set.

    Raises:
        FlowsError: It is too short.
    """
    if len(password) < SHORTEST:
        raise FlowsError(f"the password is too short; expected at least {SHORTEST} characters")
    return password


def _typed(login: str) -> str:
    """A login as it is kept; PostgreSQL takes no NUL."""
    return login.replace("\0", "").strip().lower()


def _named(session: Session, login: str) -> Account:
    account = session.scalar(select(Account).where(Account.login == _typed(login)))
    if account is None:
        raise FlowsError(
            f"there is no account {login}; expected a login of `callqa desk list-accounts`"
        )
    return account


def _end_sessions(session: Session, account: Account) -> None:
    session.execute(delete(LoginSession).where(LoginSession.account_id == account.account_id))
