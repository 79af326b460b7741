"""The files of a source by what the warehouse keeps of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import FlowsError
from flows.sources.centre.kept_names import hash_in, key_mark, name_hash
from flows.sources.centre.key import KEY_FILE, HomeKey
from warehouse.lake.columns import SIDES_SEPARATOR
from warehouse.query.kept_paths import kept_paths, kept_paths_of_card_data
from warehouse.query.reader import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flows.settings.centre import Settings

    Lister = Callable[[str], Iterable[str]]


def listed_here(folder: str) -> list[str]:
    """The names in a folder of this machine; none if it cannot be read."""
    try:
        return [entry.name for entry in Path(folder or "/").iterdir()]
    except OSError:
        return []


class Locator:
    """Finds the path or URL of a file by what is kept of it.

    Args:
        key: The key that hashed the names.
        listed: Returns the names in a folder.
    """

    def __init__(self, key: HomeKey, listed: Lister = listed_here) -> None:
        self._key, self._listed = key, listed
        self._folders: dict[str, dict[str, str]] = {}

    def __call__(self, path: str) -> str | None:
        """The path; one whose file is gone ends in what is kept of its name.

        None means that it cannot be told, since the home has another key than the one that hashed
        the name.
        """
        hashes = [hash_in(one) for part in path.split("/") for one in _sides(part)]
        mark = key_mark(self._key) if any(hashes) else ""
        if not mark:
            return path
        if not all(one.startswith(mark) for one in hashes if one):
            return None
        *parts, last = path.split("/")
        folders: list[str] = []
        for part in parts:
            folders.append(self._real("/".join(folders), part))
        folder = "/".join(folders)
        return f"{folder}/" + SIDES_SEPARATOR.join(self._real(folder, one) for one in _sides(last))

    def files(self, path: str) -> list[str]:
        """The files of a path that `__call__` found, one or the two sides; none that is gone."""
        folder, _, name = path.rpartition("/")
        there = {*self._names_in(folder).values()}
        sides = dict.fromkeys([name, *_sides(name)])
        return [f"{folder}/{one}" if folder else one for one in sides if one in there]

    def _real(self, folder: str, name: str) -> str:
        kept = hash_in(name)
        return self._names_in(folder).get(kept, name) if kept else name

    def _names_in(self, folder: str) -> dict[str, str]:
        """The names in a folder by their hashes; a folder is read once."""
        if folder not in self._folders:
            names = self._listed(folder)
            self._folders[folder] = {name_hash(self._key, name): name for name in names}
        return self._folders[folder]


def _sides(name: str) -> list[str]:
    return name.split(SIDES_SEPARATOR)


def files_named(settings: Settings, named: str, listed: Lister = listed_here) -> list[str]:
    """The files of the call or quarantined item that a text names.

    Args:
        settings: The home, whose published warehouse and key are read.
        named: The id of a call, or what is kept of a path, or a part of that.
        listed: Returns the names in a folder, also of a store.

    Raises:
        FlowsError: Nothing is named so, its file is not there, or the key is another one.
        WarehouseError: Nothing is published yet.
    """
    with open_snapshot(settings.warehouse) as snapshot:
        kept = kept_paths(snapshot, named)
    if not kept:
        raise FlowsError(
            f"{named} names no call and no quarantined item; expected the id of a call, or what"
            " is kept of a file's name or a part of it"
        )
    files = files_of(settings, kept, listed)
    if not files:
        raise FlowsError(f"the file of {named} is not where it was; it was moved or deleted")
    return files


def originals_with_card_data(settings: Settings, listed: Lister = listed_here) -> list[str]:
    """The original recordings with card data that are still there.

    Raises:
        FlowsError: The key is another one than that which hid their names.
        WarehouseError: Nothing is published yet.
    """
    with open_snapshot(settings.warehouse) as snapshot:
        kept = kept_paths_of_card_data(snapshot)
    return files_of(settings, kept, listed)


def files_of(settings: Settings, kept: Iterable[str], listed: Lister = listed_here) -> list[str]:
    """The files of which this is kept, as far as they are there.

    Raises:
        FlowsError: The key is another one than that which hid the names.
    """
    locate = Locator(HomeKey(settings.home), listed)
    found: list[str] = []
    for one in kept:
        path = locate(one)
        if path is None:
            raise FlowsError(
                f"{settings.home / KEY_FILE} is not the key that hid this name; restore it from a"
                " backup"
            )
        found += locate.files(path)
    return found
