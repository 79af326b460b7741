"""Passwords, kept as argon2id hashes."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_urlsafe())

SHORTEST = 12
"""Characters of the shortest password, as NIST SP 800-63B and OWASP ask for without a second
factor."""


def hashed(password: str) -> str:
    """The hash of a password."""
    return _HASHER.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Whether a password belongs to a hash; without one it takes as long to say no."""
    try:
        return _HASHER.verify(kept or _NOBODY, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def new_password() -> str:
    """A password that nobody can guess, such as for a first log-in."""
    return secrets.token_urlsafe(15)
