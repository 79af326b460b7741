"""Sessions: a random cookie, of which the database knows only the hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from flows.desk.person import Person, Role
from flows.desk.records.accounts import Account, LoginSession

if TYPE_CHECKING:
    from flows.desk.records.database import Database

COOKIE = "callqa_desk"


def begin_session(database: Database, account: Account, hours: float) -> str:
    """Begin a session of an account; returns the cookie."""
    cookie, now = secrets.token_urlsafe(32), datetime.now(UTC)
    with database.writing() as session:
        session.execute(delete(LoginSession).where(LoginSession.ends_at < now))
        session.add(
            LoginSession(
                token=_hash(cookie),
                account_id=account.account_id,
                csrf=secrets.token_urlsafe(32),
                ends_at=now + timedelta(hours=hours),
            )
        )
    return cookie


def person_of(database: Database, cookie: str | None) -> Person | None:
    """Who a cookie belongs to; None if its session has ended or their account is disabled."""
    if not cookie:
        return None
    with database.reading() as session:
        found = session.execute(
            select(LoginSession, Account)
            .join(Account)
            .where(LoginSession.token == _hash(cookie), LoginSession.ends_at > datetime.now(UTC))
            .where(Account.disabled_at.is_(None))
        ).one_or_none()
    if found is None:
        return None
    login, account = found
    return Person(
        account_id=account.account_id,
        subject=account.subject,
        name=account.name,
        role=Role(account.role),
        language=account.language,
        restricted=account.restricted,
        csrf=login.csrf,
    )


def end_session(database: Database, cookie: str | None) -> None:
    """End the session of a cookie."""
    with database.writing() as session:
        session.execute(delete(LoginSession).where(LoginSession.token == _hash(cookie or "")))


def _hash(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()
