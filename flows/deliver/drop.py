"""Put flag lists into a folder that another system empties."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from warehouse.files import replace_atomically

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from flows.deliver.parcel import Parcel


class DropChannel:
    """Copies page, spreadsheet and JSON; whoever waits for the JSON finds the others."""

    name = "drop"

    def __init__(self, folder: Path) -> None:
        """Take the folder."""
        self._folder = folder

    def target(self, parcel: Parcel) -> str | None:
        """Where it goes."""
        return str(self._folder / parcel.run_id)

    def open(self) -> AbstractContextManager[None]:
        """Nothing to keep open."""
        return nullcontext()

    def send(self, parcel: Parcel) -> None:
        """Copy one list."""
        folder = self._folder / parcel.run_id
        folder.mkdir(parents=True, exist_ok=True)
        for file in parcel.files:
            replace_atomically(folder / file.name, file.read_bytes())
