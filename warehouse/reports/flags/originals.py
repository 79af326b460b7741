"""Whether the original recordings with card data are still where they were, or since when not."""

from __future__ import annotations

import os
from datetime import date
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import TypeAdapter

from warehouse.files import replace_atomically
from warehouse.lake.columns import SIDES_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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


def names_here(folder: str) -> list[str]:
    """The names in a folder of this machine; none if it cannot be read."""
    try:
        return [entry.name for entry in Path(folder or "/").iterdir()]
    except OSError:
        return []


class Look(NamedTuple):
    """How to look for originals.

    Attributes:
        record: The file that keeps on which day an original was missed first; one that is back is
            removed from it.
        today: Day of this look on the site's clock.
        locate: Finds the path of a recording by what is kept of it; None if it cannot be told.
        listed: Returns the names in a folder of this machine or of a store by URL; none if it
            cannot be read.
    """

    record: Path
    today: date
    locate: Callable[[str], str | None] = as_kept
    listed: Callable[[str], Iterable[str]] = names_here


def look_for_originals(
    paths: Iterable[str], look: Look, told: Mapping[str, date] | None = None
) -> dict[str, Original]:
    """Look which recordings are still there, and keep the days on which others were missed first.

    A share that is not mounted must not pass for one whose recordings are deleted. So a recording
    counts as deleted only if something else is still seen beside it, or beside its folder, below
    the folder that all recordings have in common; what is mounted there on its own does not count.

    Args:
        paths: Where the recordings were, as it is kept.
        look: How to look for them.
        told: Days that are known otherwise, such as by the snapshot.
    """
    record, today, locate, listed = look
    recorded = days_of(record)
    known = {**recorded, **(told or {})}
    wanted = {path: locate(path) for path in sorted(set(paths))}
    is_gone = _gone([place for place in wanted.values() if place is not None], listed)
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
    if deleted != recorded:
        record.parent.mkdir(parents=True, exist_ok=True)
        replace_atomically(record, _DELETED.dump_json(deleted, indent=1))
    return found


def share_days(*records: Path) -> None:
    """Let each record know the days of all, since a call may have moved from one to another.

    The next look leaves in each only its own.
    """
    known = {path: day for record in records for path, day in days_of(record).items()}
    for record in records if known else ():
        record.parent.mkdir(parents=True, exist_ok=True)
        replace_atomically(record, _DELETED.dump_json(known, indent=1))


def days_of(record: Path) -> dict[str, date]:
    """The days on which recordings were missed first, by path."""
    return _DELETED.validate_json(record.read_bytes()) if record.exists() else {}


def _gone(paths: list[str], listed: Callable[[str], Iterable[str]]) -> Callable[[str], bool | None]:
    """Tells whether a recording is gone; None if that cannot be seen."""
    tops: dict[str, str] = {}
    for path in paths:
        if root := _root(path):
            above = path.rpartition("/")[0]
            tops[root] = _common(tops.get(root, above), above)

    @cache  # a folder is read once, whatever the number of its recordings
    def entries(folder: str) -> frozenset[str]:
        return frozenset(listed(folder))

    def has_neighbours(folder: str, top: str, but: str = "") -> bool:
        """Whether anything else is seen in a folder, or above it up to the common folder."""
        others = entries(folder) - {but}
        if any(not os.path.ismount(f"{folder}/{name}") for name in others):  # mounted on its own
            return True
        above, _, name = folder.rpartition("/")
        return folder.startswith(f"{top}/") and has_neighbours(above, top, name)

    def is_gone(path: str) -> bool | None:
        root = _root(path)
        if not root:
            return None
        folder, _, name = path.rpartition("/")
        if not {name, *name.split(SIDES_SEPARATOR)}.isdisjoint(
            entries(folder)
        ):  # both must be gone
            return False
        return True if has_neighbours(folder, tops[root]) else None

    return is_gone


def _common(one: str, other: str) -> str:
    """The folder that two folders have in common."""
    pairs = zip(one.split("/"), other.split("/"), strict=False)
    return "/".join(name for name, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _root(path: str) -> str | None:
    """What all folders have in common that may be compared: this machine, or a store; else None."""
    if path.startswith("/"):
        return "/"
    scheme, is_url, rest = path.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}" if is_url else None
