"""Delivery of flag lists to a folder that another system reads."""

from __future__ import annotations

import os
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING

from flows.deliver.ledger import DROP
from flows.errors import TemporaryError
from warehouse.files import settle

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from flows.deliver.parcel import Parcel


class DropChannel:
    """Copies HTML, CSV and JSON; the JSON comes last, so that a reader can wait for it."""

    name = DROP

    def __init__(self, folder: Path) -> None:
        """Use this folder."""
        self._folder = folder

    def target(self, parcel: Parcel) -> str | None:
        """The folder of the night."""
        return str(self._folder / parcel.run_id)

    def open(self) -> AbstractContextManager[None]:
        """There is no connection to keep open."""
        return nullcontext()

    def send(self, parcel: Parcel) -> None:
        """Copy one list.

        Raises:
            TemporaryError: The folder cannot be written.
        """
        folder = self._folder / parcel.run_id
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _like(self._folder, folder)
            for file in parcel.files:
                draft = folder / f"{file.name}.tmp"
                draft.write_bytes(file.read_bytes())
                _like(self._folder, draft)
                settle(draft, folder / file.name)
        except OSError as error:
            raise TemporaryError(f"folder {self._folder}: {error.strerror}") from None


def _like(folder: Path, path: Path) -> None:
    """Let those who can read the drop folder read what lies in it: the folder is the receiver's."""
    given, own = folder.stat(), path.stat()
    with suppress(PermissionError):  # of a group in which we are not
        os.chown(path, -1, given.st_gid)
    can_read = given.st_mode & 0o444
    path.chmod(own.st_mode & 0o700 | (given.st_mode & 0o7777 if path.is_dir() else can_read))
