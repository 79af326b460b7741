"""One damage: where it is, what is wrong, and what can be done about it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Damage(NamedTuple):
    """Something that is stored and is not as callqa wrote it.

    Attributes:
        path: The file, or what is missing.
        what: What is wrong, and what was expected.
        remedy: What `callqa repair` does; or, where it can do nothing, what a person can do.
        mend: Does what `remedy` says; None where only a person can.
        restricted: Whether it names a restricted call.
    """

    path: Path
    what: str
    remedy: str
    mend: Callable[[], object] | None = None
    restricted: bool = False

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"{self.path}: {self.what}"


def is_whole_sqlite(path: Path) -> bool:
    """Whether SQLite finds no damage in a database, which exists."""
    try:
        # Not read-only: what a killed process left beside the database has to be taken in first.
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as database:
            return bool(database.execute("pragma quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


def set_aside(path: Path) -> Path:
    """Rename a damaged file to a free name beside it, so that nothing is lost; returns the name."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    return aside
