"""The names in a folder of this machine or of a store."""

from __future__ import annotations

from flows.sources.centre.found_files import listed_here
from flows.stores.opening import is_url, open_store
from warehouse.lake.store import StoreError


def listed(folder: str) -> list[str]:
    """The names in a folder of this machine or of a store by URL.

    Raises:
        StoreError: The store cannot be reached.
    """
    if not is_url(folder):
        return listed_here(folder)
    return [*{file.path.partition("/")[0] for file in open_store(folder).files()}]


def listed_if_reached(folder: str) -> list[str]:
    """The same; none if the store cannot be reached, so that nothing is concluded from it."""
    try:
        return listed(folder)
    except StoreError:
        return []


class ListedOnce:
    """The same, each folder once: for what looks at folders several times in one publication."""

    def __init__(self) -> None:
        self._known: dict[str, list[str]] = {}

    def __call__(self, folder: str) -> list[str]:
        """The names in a folder."""
        if folder not in self._known:
            self._known[folder] = listed_if_reached(folder)
        return self._known[folder]
