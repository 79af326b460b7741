"""A store of any kind that fsspec reads and writes."""

from __future__ import annotations

import uuid
from contextlib import contextmanager, nullcontext
from pathlib import Path, PurePosixPath
from threading import RLock
from typing import TYPE_CHECKING, Any

from flows.stores.errors import translated
from warehouse.lake.store import StoredFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fsspec import AbstractFileSystem

    from flows.stores.kinds import Info, Kind

_DRAFT = ".callqa-draft-"
"""How names of files that are being written begin, where a store shows them."""


class FileStore:
    """The files below a root.

    Attributes:
        url: The root.
    """

    def __init__(self, kind: Kind, url: str, files: AbstractFileSystem, root: str) -> None:
        """Wrap an open file system.

        Args:
            kind: What kind it is of.
            url: The root.
            files: The file system.
            root: The root, as its paths begin.
        """
        self.url = url
        self._kind, self._files, self._root = kind, files, root.rstrip("/")
        self._turn = nullcontext() if kind.takes_threads else RLock()

    def files(self, under: str = "") -> list[StoredFile]:
        """Every file in a folder and its subfolders, sorted by path."""
        place = self._place(under) if under else self._root
        with self._translated():
            if self._kind.has_folders and not self._files.exists(place):
                return []
            found = self._files.find(place, detail=True)
            listed = [self._stored(name, info) for name, info in found.items()]
        return sorted(one for one in listed if one is not None)

    def read(self, path: str) -> bytes:
        """The content of a small file."""
        with self._translated(path):
            content: bytes = self._files.cat_file(self._place(path))
            return content

    def get(self, path: str, to: Path) -> None:
        """Copy a file to this machine, whole or not at all."""
        to.parent.mkdir(parents=True, exist_ok=True)
        draft = to.parent / f"{_DRAFT}{uuid.uuid4().hex}"
        try:
            with self._translated(path):
                self._files.get_file(self._place(path), str(draft))
            draft.replace(to)
        finally:
            draft.unlink(missing_ok=True)

    def put(self, path: str, file: Path) -> StoredFile:
        """Store a file of this machine, whole or not at all."""
        place = self._place(path)
        with self._translated():
            if self._kind.has_folders:
                self._make_folder(place)
            if self._kind.is_atomic:
                self._files.put_file(str(file), place)
            else:
                self._put_by_draft(file, place)
            return self._described(path, self._files.info(place))

    def put_new(self, path: str, content: bytes) -> bool:
        """Store a small file unless there is one."""
        place = self._place(path)
        with self._translated():
            if self._kind.has_folders:
                self._make_folder(place)
            try:
                self._create(place, content)
            except OSError:  # some servers say only that it failed
                if not self._files.exists(place):
                    raise
                return False
        return True

    def remove(self, path: str) -> None:
        """Remove a file; it is no error if there is none."""
        with self._translated():
            try:
                self._files.rm_file(self._place(path))
            except FileNotFoundError:
                return

    def _place(self, path: str) -> str:
        parts = PurePosixPath(path).parts
        assert parts, "a file has a name"
        assert not {"..", "/"} & {*parts}, "a file is below the root"
        return f"{self._root}/{path}"

    @contextmanager
    def _translated(self, path: str = "") -> Iterator[None]:
        with self._turn, translated(self._kind, self.url, path):
            yield

    def _stored(self, name: str, info: Info) -> StoredFile | None:
        """What a listing says of a file; None if it is none, or not whole yet."""
        if info["type"] == "link" or info.get("islink"):
            info = self._target(name)
        if info["type"] != "file" or name.endswith("/"):  # what some consoles show as a folder
            return None
        path = name.removeprefix(f"{self._root}/")
        if PurePosixPath(path).name.startswith(_DRAFT):
            return None
        return self._described(path, info)

    def _described(self, path: str, info: Info) -> StoredFile:
        kind = self._kind
        return StoredFile(path, info["size"], kind.version_of(info), kind.stored_s(info))

    def _target(self, name: str) -> Info:
        """What a link leads to."""
        try:
            found: dict[str, Any] = self._files.info(name)
        except OSError:
            return {"type": "other"}
        return found

    def _make_folder(self, place: str) -> None:
        folder = place.rpartition("/")[0]
        try:
            self._files.makedirs(folder, exist_ok=True)
        except OSError:
            if not self._files.isdir(folder):  # else another process made it at the same time
                raise

    def _put_by_draft(self, file: Path, place: str) -> None:
        draft = f"{place.rpartition('/')[0]}/{_DRAFT}{uuid.uuid4().hex}"
        try:
            self._files.put_file(str(file), draft)
            self._files.mv(draft, place)
        except BaseException:
            if self._files.exists(draft):
                self._files.rm_file(draft)
            raise

    def _create(self, place: str, content: bytes) -> None:
        if self._kind.scheme == "sftp":
            with self._files.ftp.open(place, "wx") as file:
                file.write(content)
        elif self._kind.scheme == "file":  # for which fsspec looks first and writes then
            with Path(place).open("xb") as file:
                file.write(content)
        else:
            self._files.pipe_file(place, content, mode="create")
