"""What errors of stores say: what is wrong, and what to do; never a credential."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flows.errors import TemporaryError
from warehouse.lake.store import MissingFileError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.stores.kinds import Kind

_REFUSED = (
    "Credential",
    "Authentication",
    "PermissionError",
    "Forbidden",
    "SSHException",
    "HostKey",
)
"""Parts of the names of exceptions by which libraries tell that access is refused."""

_OF_THIS_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENAMETOOLONG}
"""Errors of the local file that a file is copied to; `message_of` says what to do about these."""


class UnreachableError(StoreError, TemporaryError):
    """A store does not answer; it may in a minute."""


@contextmanager
def translated(kind: Kind, url: str, path: str = "") -> Iterator[None]:
    """Turn whatever a library raises into a `StoreError`.

    Args:
        kind: The kind of store.
        url: Its URL.
        path: The file in question.
    """
    try:
        yield
    except StoreError:
        raise
    except FileNotFoundError:
        if path:
            raise MissingFileError(f"{url}/{path}: no such file") from None
        raise StoreError(f"{url}: no such {kind.root}; create it, or correct the URL") from None
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _OF_THIS_MACHINE and error.filename:
            raise
        name = type(error).__name__
        names = [one.__name__ for one in type(error).__mro__]
        if any(part in name for part in _REFUSED for name in names):
            raise StoreError(f"{url}: access is refused ({name}); {kind.credentials}") from error
        raise UnreachableError(
            f"{url}: it cannot be reached ({name}); check the address and the network, and"
            f" {kind.credentials}"
        ) from error
