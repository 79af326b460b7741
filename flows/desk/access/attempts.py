"""A limit on attempts to log in, for each login and for each address."""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from flows.desk.records.accounts import FailedLogin

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from flows.desk.records.database import Database

WINDOW = timedelta(minutes=15)
PER_LOGIN, PER_ADDRESS = 5, 50
"""Attempts that may fail within the window. Behind one address is a whole floor of a centre."""


class Attempt:
    """An attempt to log in, which counts as failed until it is known to be right.

    Counting it before the password is looked at keeps many at once from all being let through.
    """

    def __init__(self, database: Database, login: str, address: str | None) -> None:
        """An attempt with a login from an address."""
        self._database = database
        self._login = _hash("login", login.strip().lower())
        self._limits = {self._login: PER_LOGIN, _hash("address", _network(address)): PER_ADDRESS}
        self._counted: list[int] = []

    def wait_min(self) -> int:
        """Minutes to wait before another attempt; 0 if this one is let through, and counted."""
        now = datetime.now(UTC)
        with self._database.reading() as session:
            wait = self._wait(session, now, spare=1)
        if wait:
            return wait
        with self._database.writing() as session:
            session.execute(delete(FailedLogin).where(FailedLogin.at < now - WINDOW))
            rows = [FailedLogin(who=who, at=now) for who in self._limits]
            session.add_all(rows)
            session.flush()
            self._counted = [row.failed_login_id for row in rows]
        # Read anew, so that those who came at the same time are counted too.
        with self._database.reading() as session:
            wait = self._wait(session, now, spare=0)
        if wait:
            self._forget()
        return wait

    def succeeded(self) -> None:
        """Take it from the count, and with it the earlier ones of the login."""
        self._forget()
        with self._database.writing() as session:
            session.execute(delete(FailedLogin).where(FailedLogin.who == self._login))

    def _forget(self) -> None:
        with self._database.writing() as session:
            session.execute(
                delete(FailedLogin).where(FailedLogin.failed_login_id.in_(self._counted))
            )

    def _wait(self, session: Session, now: datetime, *, spare: int) -> int:
        """Minutes until no more than the limit, less what is to be spared, failed in the window."""
        waits = []
        for who, limit in self._limits.items():
            times = session.scalars(
                select(FailedLogin.at)
                .where(FailedLogin.who == who, FailedLogin.at > now - WINDOW)
                .order_by(FailedLogin.at.desc(), FailedLogin.failed_login_id.desc())
                .limit(limit + 1 - spare)
            ).all()
            if len(times) == limit + 1 - spare:
                waits.append(max(1, math.ceil((times[-1] + WINDOW - now).total_seconds() / 60)))
        return max(waits, default=0)


def _network(address: str | None) -> str:
    """What one household or host has: of IPv6 a network of 64 bits."""
    try:
        known = ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or ip_network((known, 64), strict=False))
    return str(known)


def _hash(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}:{text}".encode(errors="replace")).digest()
