"""What earlier runs found in the recordings of a source: an unchanged file is not read again."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, Any

from models.call import Recording
from warehouse.files import replace_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from flows.sources.centre.key import HomeKey

_PROPERTIES = (
    "audio_sha256",
    "duration_s",
    "channel_count",
    "sample_rate_hz",
    "stated_s",
    "is_unfinished",
)


class KnownFiles:
    """Recordings by path, size and times of change.

    Paths are kept as hashes with the home's key, since recorders often put telephone numbers into
    file names, and without a key all numbers can be tried. A file that cannot be read as such a
    list is ignored and written anew: it only saves time.
    """

    def __init__(
        self,
        folder: Path,
        source: Path,
        key: HomeKey,
        url: str | None = None,
        versions: Mapping[Path, str] | None = None,
    ) -> None:
        """Read what is known of a source.

        Args:
            folder: Where the lists of all sources are kept.
            source: The source.
            key: Hashes the paths.
            url: Where it is a working copy, the store.
            versions: The version of each of its files there, by path here.
        """
        self._source, self._versions, self._hash = source, versions, key
        hide_paths(folder, key)
        self._resolved = PurePosixPath(url) if url else source.resolve()
        self._path = folder / f"{_sha256(self._resolved)[:16]}.json"
        self._known: dict[str, dict[str, Any]] = {}
        try:
            found = json.loads(self._path.read_bytes())
            self._known = {key: entry for key, entry in found.items() if entry.keys() == _KEYS}
        except (OSError, ValueError, AttributeError):
            return

    def recording(self, path: Path) -> Recording | None:
        """The recording, if the file did not change since it was decoded; None if it has to be.

        Raises:
            OSError: The file is gone or cannot be read.
        """
        entry = self._known.get(self._key(path))
        if entry is None or entry["state"] != self._state(path):
            return None
        return Recording(path=path, **{name: entry[name] for name in _PROPERTIES})

    def keep(self, recordings: Iterable[Recording]) -> None:
        """Replace what is known by these recordings, all that the source holds."""
        kept = {}
        for recording in recordings:
            try:
                state = self._state(recording.path)
            except OSError:  # it vanished meanwhile
                continue
            entry = {"state": state} | {name: getattr(recording, name) for name in _PROPERTIES}
            kept[self._key(recording.path)] = entry
        if kept != self._known:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_atomically(self._path, json.dumps(kept).encode())
            self._known = kept

    def _key(self, path: Path) -> str:
        # Only the source is resolved: doing so for each of its files takes longer than `stat`.
        return _keyed(self._hash, _sha256(self._resolved / path.relative_to(self._source)))

    def _state(self, path: Path) -> list[int] | str:
        """Its version, or size and times, of which a copying program cannot set the last."""
        if self._versions is not None:
            return self._versions[path]
        found = path.stat()
        return [found.st_size, found.st_mtime_ns, found.st_ctime_ns]


_KEYS = {"state", *_PROPERTIES}


def hide_paths(folder: Path, key: HomeKey) -> None:
    """Hash with the key what earlier versions kept without it, in the lists of all sources.

    Nothing that is known is lost by it, so that no recording is read again.
    """
    for path in folder.glob("*.json"):
        with path.open("rb") as file:
            if not _OLD.match(file.read(_OLD_BYTES)):
                continue
        try:
            found = json.loads(path.read_bytes())
            kept = {_keyed(key, old): entry for old, entry in found.items()}
        except ValueError:
            kept = {}
        replace_atomically(path, json.dumps(kept).encode())


_OLD, _OLD_BYTES = re.compile(rb'\{"[0-9a-f]{64}"'), 80
_KEY_DIGITS = 32


def _keyed(key: HomeKey, path_sha256: str) -> str:
    return key.hash(f"file {path_sha256}", _KEY_DIGITS)


def _sha256(path: PurePath) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()
