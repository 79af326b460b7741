"""Whether the original recordings with card data are still where they were, or since when not."""

from __future__ import annotations

import os
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import TypeAdapter

from warehouse.files import replace_atomically
from warehouse.lake.columns import SIDES_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_DELETED = TypeAdapter(dict[str, date])


class Original(NamedTuple):
    """An original recording as the last run found it.

    Attributes:
        state: `there`, `deleted`, or `unknown` if its folder cannot be seen from here.
        deleted_on: Day on which a run missed it first; None unless it is deleted.
    """

    state: str
    deleted_on: date | None = None


def as_kept(path: str) -> str | None:
    """The path of a recording whose name is kept as it is."""
    return path


class Look(NamedTuple):
    """How to look for originals.

    Attributes:
        record: The file that keeps on which day an original was missed first; one that is back is
            removed from it.
        today: Day of this look on the site's clock.
        locate: Finds the path of a recording by what is kept of it; None if it cannot be told.
    """

    record: Path
    today: date
    locate: Callable[[str], str | None] = as_kept


def look_for_originals(paths: Iterable[str], look: Look) -> dict[str, Original]:
    """Look which recordings are still there, and keep the days on which others were missed first.

    A share that is not mounted must not pass for one whose recordings are deleted. So a recording
    counts as deleted only if something else is still seen beside it, or beside its folder, below
    the folder that all recordings have in common; what is mounted there on its own does not count.

    Args:
        paths: Where the recordings were, as it is kept.
        look: How to look for them.
    """
    record, today, locate = look
    known = _days(record)
    wanted = {path: locate(path) for path in sorted(set(paths))}
    is_gone = _gone([place for place in wanted.values() if place is not None])
    found: dict[str, Original] = {}
    for path, place in wanted.items():
        gone = None if place is None else is_gone(place)
        if gone is False:
            found[path] = Original("there")
        elif gone or path in known:
            found[path] = Original("deleted", known.get(path, today))
        else:
            found[path] = Original("unknown")
    deleted = {path: of.deleted_on for path, of in found.items() if of.deleted_on}
    if deleted != known:
        record.parent.mkdir(parents=True, exist_ok=True)
        replace_atomically(record, _DELETED.dump_json(deleted, indent=1))
    return found


def _days(record: Path) -> dict[str, date]:
    """The days on which recordings were missed first, by path."""
    return _DELETED.validate_json(record.read_bytes()) if record.exists() else {}


def _gone(paths: list[str]) -> Callable[[str], bool | None]:
    """Tells whether a recording is gone; None if that cannot be seen."""
    absolute = [path for path in paths if Path(path).is_absolute()]
    top = Path(os.path.commonpath([Path(path).parent for path in absolute] or [Path("/")]))

    @cache  # a folder is read once, whatever the number of its recordings
    def entries(folder: Path) -> frozenset[str] | None:
        try:
            return frozenset(entry.name for entry in folder.iterdir())
        except OSError:
            return None

    def has_neighbours(folder: Path, but: str = "") -> bool:
        """Whether anything else is seen in a folder, or above it up to the common folder."""
        others = (entries(folder) or frozenset()) - {but}
        if any(not os.path.ismount(folder / name) for name in others):  # mounted on its own
            return True
        return (
            folder != top and top in folder.parents and has_neighbours(folder.parent, folder.name)
        )

    def is_gone(path: str) -> bool | None:
        file = Path(path)
        if not file.is_absolute():
            return None
        sides = file.name.split(SIDES_SEPARATOR)  # both must be gone
        if not {file.name, *sides}.isdisjoint(entries(file.parent) or ()):
            return False
        return True if has_neighbours(file.parent) else None

    return is_gone
