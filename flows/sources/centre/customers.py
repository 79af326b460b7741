"""Pseudonyms of customers whose only reference is their telephone number."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.errors import FlowsError

if TYPE_CHECKING:
    from pathlib import Path

    from models.call import Call

KEY_FILE = "customers.key"
_KEY_BYTES = 32
_DIGITS_KEPT = 16  # of the hash in hexadecimal: no two of a billion customers share them
_NUMBER = re.compile(r"\d{6,15}")
_INTERNATIONAL = re.compile(r"^(\+|00)")
_SEPARATORS = re.compile(r"[\s().-]")


class Customers:
    """Replaces telephone numbers by keyed hashes, so that a customer's calls still belong together.

    Args:
        home: Where the key is kept; it is drawn when it is first needed.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / KEY_FILE
        self._key: bytes | None = None

    def hidden(self, call: Call, *, is_exported: bool) -> Call:
        """The call without the customer's telephone number.

        Args:
            call: The call.
            is_exported: Whether a telephone system wrote the reference, whose numbers are telephone
                numbers. Elsewhere only one in international form is taken for one: a centre's own
                references may be numbers as well.
        """
        reference = _SEPARATORS.sub("", call.customer_ref or "")
        digits = _INTERNATIONAL.sub("", reference)
        is_number = bool(_NUMBER.fullmatch(digits))
        if not is_number or not (is_exported or reference.startswith("+")):
            return call
        return replace(call, customer_ref=self._pseudonym(digits))

    def _pseudonym(self, digits: str) -> str:
        if self._key is None:
            self._key = self._read()
        digest = hmac.new(self._key, digits.encode(), hashlib.sha256).hexdigest()
        return f"tel-{digest[:_DIGITS_KEPT]}"

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
