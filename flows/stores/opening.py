"""Open a store by its URL."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flows.settings.stores import StoreSettings
from flows.stores.errors import translated
from flows.stores.file_store import FileStore
from flows.stores.kinds import KINDS, LOCAL
from warehouse.lake.store import StoreError

if TYPE_CHECKING:
    from flows.stores.kinds import Kind
    from warehouse.lake.store import Store

_URL = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+)://(.*)", re.DOTALL)
"""A letter before a colon is a drive, and a name may have a colon: `://` makes a URL."""


def is_url(place: str | Path) -> bool:
    """Whether a place is a store by URL, and no folder of this machine."""
    return _URL.match(str(place)) is not None


def open_store(place: str | Path) -> Store:
    """Open a store; nothing is read or written yet.

    Args:
        place: `s3://bucket/folder`, `gs://…`, `abfs://container/folder`, `sftp://user@host/folder`,
            or a folder of this machine, also as `file:///folder`.

    Raises:
        StoreError: The URL cannot be used, or what it needs is not installed.
    """
    if not is_url(place):
        return _opened(LOCAL, Path(place).resolve().as_uri())
    url = checked_url(str(place))
    return _opened(KINDS[urlsplit(url).scheme], url)


def checked_url(url: str) -> str:
    """A URL without what may be left out.

    Raises:
        StoreError: It has an unknown scheme, no root, or credentials.
    """
    scheme, _, rest = url.partition("://")
    kind = KINDS.get(scheme.lower())
    if kind is None:
        known = ", ".join(f"{name}://" for name in KINDS)
        raise StoreError(f"{scheme}://: no such kind of store; expected {known} or a folder")
    authority = rest.partition("/")[0]
    user, at, _ = authority.rpartition("@")
    # Azure writes the container before the @, and SFTP the user.
    if at and (":" in user or scheme.lower() not in {"sftp", "abfs"}):
        raise StoreError(
            f"{kind.scheme}://: credentials do not belong into a URL, which is logged and stored;"
            f" {kind.credentials}"
        )
    if not authority and kind is not LOCAL:
        raise StoreError(
            f"{kind.scheme}://: no {kind.root}; expected {kind.scheme}://{kind.root}/…"
        )
    return f"{kind.scheme}://{rest.rstrip('/')}"


def _opened(kind: Kind, url: str) -> Store:
    if kind.package:
        try:
            import_module(kind.package)
        except ImportError:
            raise StoreError(
                f"{url}: {kind.scheme}:// needs the package {kind.package}; install the extra with"
                " `make setup-scale`"
            ) from None
    with translated(kind, url):
        import fsspec  # noqa: PLC0415  slow to import, for commands that need none

        options = kind.options(StoreSettings.read())
        if kind.scheme != "sftp":  # which would hand it on to the server's connection
            options["use_listings_cache"] = False  # another process may write meanwhile
        files, root = fsspec.core.url_to_fs(url, skip_instance_cache=True, **options)
        return FileStore(kind, url, files, root)
