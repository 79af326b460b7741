"""Pseudonyms of customers whose reference is their telephone number, address or name."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.errors import FlowsError
from flows.sources.exports.values import customer_of, number_in

if TYPE_CHECKING:
    from pathlib import Path

    from models.call import Call

KEY_FILE = "customers.key"
_KEY_BYTES = 32
_DIGITS_KEPT = 16  # of the hash in hexadecimal: no two of a billion customers share them
_INTERNATIONAL = re.compile(r"^(\+|00)")
_HOLDS_NUMBER = re.compile(r"\d(?:[\W_]*\d){5}")
_LOOKS_LIKE_A_NAME = re.compile(r"[^\W\d_].*[\s,]|[\s,].*[^\W\d_]")


class Customers:
    """Replaces personal references by keyed hashes: a customer's calls still belong together.

    Args:
        home: Where the key is kept; it is drawn when it is first needed.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / KEY_FILE
        self._key: bytes | None = None

    def hidden(self, call: Call, *, is_exported: bool) -> Call:
        """The call without the customer's telephone number, address or name.

        Args:
            call: The call.
            is_exported: Whether the reference is from files of another system, also by a mapping.
                What people wrote for us is theirs to choose: of it only a number in international
                form is taken for a telephone number.
        """
        reference = (call.customer_ref or "").strip()
        number = number_in(reference)
        if number and (is_exported or number.startswith("+")):
            pseudonym = "tel-" + self._hash(_INTERNATIONAL.sub("", number))
        elif is_exported and _is_personal(reference):
            text = customer_of(reference) or reference
            pseudonym = "ref-" + self._hash(" ".join(text.casefold().split()))
        else:
            return call
        return replace(call, customer_ref=pseudonym)

    def _hash(self, text: str) -> str:
        if self._key is None:
            self._key = self._read()
        digest = hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
        return digest[:_DIGITS_KEPT]

    def _read(self) -> bytes:
        """The key of this home.

        Raises:
            FlowsError: The file is there, but holds no key.
        """
        if not self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(file, "wb") as new:
                new.write(secrets.token_bytes(_KEY_BYTES))
        key = self._path.read_bytes()
        if len(key) != _KEY_BYTES:
            raise FlowsError(
                f"{self._path} holds no key of {_KEY_BYTES} bytes; restore it from a backup, or"
                " delete it: customers known by their number then count as new ones"
            )
        return key


def _is_personal(reference: str) -> bool:
    """Whether a reference is an address, holds a number, or looks like a name."""
    patterns = (_HOLDS_NUMBER, _LOOKS_LIKE_A_NAME)
    return "@" in reference or any(one.search(reference) for one in patterns)
