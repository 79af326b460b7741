"""The key by which a home hashes what must be found again, but not read."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from typing import TYPE_CHECKING

from flows.errors import FlowsError

if TYPE_CHECKING:
    from pathlib import Path

KEY_FILE = "customers.key"
_KEY_BYTES = 32
_DIGITS_KEPT = 16  # of the hash in hexadecimal: no two of a billion customers share them


class HomeKey:
    """Hashes with the key of a home.

    Args:
        home: Where the key is kept; it is drawn when it is first needed.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / KEY_FILE
        self._key: bytes | None = None

    def hash(self, text: str, digits: int = _DIGITS_KEPT) -> str:
        """The first hexadecimal digits of the keyed hash of a text.

        Raises:
            FlowsError: The file of the key holds none.
        """
        if self._key is None:
            self._key = self._read()
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()[:digits]

    def _read(self) -> bytes:
        if not self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(file, "wb") as new:
                new.write(secrets.token_bytes(_KEY_BYTES))
        key = self._path.read_bytes()
        if len(key) != _KEY_BYTES:
            raise FlowsError(
                f"{self._path} holds no key of {_KEY_BYTES} bytes; restore it from a backup, or"
                " delete it: customers known by their number then count as new ones, and files"
                " whose names are hidden are no longer found"
            )
        return key
