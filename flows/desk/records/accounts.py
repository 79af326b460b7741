"""Accounts and sessions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flows.desk.person import Role
from flows.desk.records.database import Record

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Account(Record):
    """Somebody who may log in.

    Attributes:
        login: What they type, in lower case.
        subject: Their id in the warehouse: that of a supervisor, an agent or a reviewer.
        password: Hash; null where an identity provider vouches for them.
        language: Of the pages that they read; ISO 639-1.
        restricted: Whether they are named to see restricted calls.
        disabled_at: Since when they cannot log in; null while they can.
    """

    __tablename__ = "account"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(200), unique=True)
    subject: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(String(20))
    password: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(10))
    restricted: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


def reviewers(session: Session) -> list[Account]:
    """Who judges calls and can log in, supervisors and analysts, by name."""
    judging = Account.role.in_((Role.SUPERVISOR, Role.ANALYST))
    statement = select(Account).where(judging, Account.disabled_at.is_(None))
    return list(session.scalars(statement.order_by(Account.name)))


class LoginSession(Record):
    """A log-in that has not ended; its cookie is kept as a hash alone.

    Attributes:
        token: SHA-256 of the cookie.
        csrf: What every form of the session sends back.
    """

    __tablename__ = "login_session"

    token: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.account_id", ondelete="CASCADE"))
    csrf: Mapped[str] = mapped_column(String(64))
    ends_at: Mapped[datetime]

    account: Mapped[Account] = relationship()


class FailedLogin(Record):
    """An attempt to log in that failed, for the limit on their rate.

    Attributes:
        who: SHA-256 of the login or address that tried.
    """

    __tablename__ = "failed_login"

    failed_login_id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
