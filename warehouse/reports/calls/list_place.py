"""The place of a call in a flag list, for the links of its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where a call is listed.

    Attributes:
        page: The list.
        next_call: Id and day of the call after it; None for the last.
    """

    page: Path
    next_call: tuple[str, date] | None
