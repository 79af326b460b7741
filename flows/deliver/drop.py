"""Delivery of flag lists to a folder that another system reads."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from flows.errors import TemporaryError
from warehouse.files import replace_atomically

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from flows.deliver.parcel import Parcel


class DropChannel:
    """Copies HTML, CSV and JSON; the JSON comes last, so that a reader can wait for it."""

    name = "drop"

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
            for file in parcel.files:
                replace_atomically(folder / file.name, file.read_bytes())
        except OSError as error:
            raise TemporaryError(f"folder {self._folder}: {error.strerror}") from None
