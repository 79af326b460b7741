"""Stores: files under a root that need not be a folder of this machine.

`flows.stores.opening.open_store` opens one by its URL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from warehouse.errors import WarehouseError

if TYPE_CHECKING:
    from pathlib import Path


class StoreError(WarehouseError):
    """A store cannot be used; the message names it and says what to do."""


class MissingFileError(StoreError):
    """A store does not have a file."""


class StoredFile(NamedTuple):
    """A file of a store.

    Attributes:
        path: Relative to the root, with `/` between its parts.
        size_bytes: Its size.
        version: Changes whenever the content does; of no meaning beyond that.
        stored_s: When it was stored, in seconds since 1970.
    """

    path: str
    size_bytes: int
    version: str
    stored_s: float


class Store(Protocol):
    """Files under a root, by path relative to it. Several threads may use one store.

    Every method raises `StoreError` if the store cannot be reached or refuses access.
    """

    @property
    def url(self) -> str:
        """The root, without credentials."""

    def files(self, under: str = "") -> list[StoredFile]:
        """Every file in a folder and its subfolders, sorted by path; none if there is no folder.

        Args:
            under: The folder, relative to the root.
        """

    def read(self, path: str) -> bytes:
        """The content of a small file.

        Raises:
            MissingFileError: There is no such file.
        """

    def get(self, path: str, to: Path) -> None:
        """Copy a file to this machine, whole or not at all; replaces what is there.

        Raises:
            MissingFileError: There is no such file.
            OSError: It cannot be written here.
        """

    def put(self, path: str, file: Path) -> StoredFile:
        """Store a file of this machine, whole or not at all; replaces what is there.

        Returns:
            The file as `files` reports it.
        """

    def put_new(self, path: str, content: bytes) -> bool:
        """Store a small file unless there is one; of several processes only one succeeds.

        Returns:
            Whether it was stored.
        """

    def remove(self, path: str) -> None:
        """Remove a file; it is no error if there is none."""
