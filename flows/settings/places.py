"""Places that settings name: folders of this machine, and stores by URL with a working copy here.

A working copy is a folder below `CALLQA_CACHE` whose name is the URL, so that whatever works with
the folder need not know of the store, and whatever does knows which one it is.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, unquote

from flows.settings.stores import StoreSettings

HOMES, SOURCES = "homes", "sources"

_URL = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+):/{1,3}(.*)", re.DOTALL)
"""A path shortens `//`; one letter before a colon is a drive."""
_LONGEST = 200


def url_of(place: str | Path) -> str | None:
    """The URL that a place is, also where it was read as a path; None if it is a folder."""
    found = _URL.fullmatch(str(place))
    return found and f"{found[1].lower()}://{found[2].rstrip('/')}"


def local_folder(place: str | Path, kind: str) -> Path:
    """The folder of this machine in which to work: the place itself, or its working copy.

    Args:
        place: A folder or a URL.
        kind: What it is: `HOMES` or `SOURCES`.

    Raises:
        ValueError: The URL is too long.
    """
    url = url_of(place)
    if url is None:
        return Path(place)
    if url.startswith("file://"):
        return Path(url.removeprefix("file:/"))
    name = quote(url, safe="{}")  # `{date}` stays as it is
    if len(name) > _LONGEST:
        raise ValueError(f"a URL of {len(name)} characters; expected at most {_LONGEST}")
    return StoreSettings.read().cache.resolve() / kind / name


def copied_url(folder: Path) -> str | None:
    """The URL of which a folder is the working copy; None for other folders."""
    if folder.parent.name not in {HOMES, SOURCES} or "%3A%2F%2F" not in folder.name:
        return None
    if folder.parent.parent != StoreSettings.read().cache.resolve():
        return None
    return unquote(folder.name)


def shown_place(folder: Path) -> str:
    """A place as people named it: the URL of a working copy, else the resolved folder."""
    return copied_url(folder) or str(folder.resolve())
