"""Which files are recordings, and which one metadata refer to, however they spell its name."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from difflib import get_close_matches
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from models.audio.containers import RAW_SUFFIXES, UNDECLARED_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path, PurePath

_PERSONAL = re.compile(r"(?<=\[)[^\]]+(?=\])|\d{7,}")
_NEAR = 0.8  # similarity from which a name is suggested as the one that was meant
_MOST_COMPARED = 2000  # comparing more names takes minutes
_MOST_LOOKUPS = 200

# Formats of telephone systems. A file with another suffix is a recording only if metadata describes
# it: there may be a README in the folder.
RECORDING_SUFFIXES = frozenset(
    {".wav", ".mp3", ".ogg", ".opus", ".oga", ".flac", ".m4a", ".mp4", ".aac", ".amr"}
    | {".wma", ".webm", ".mkv", ".mka", ".mov", ".3gp", ".3g2", ".m4b", ".mp2", ".mpga", ".avi"}
    | {".wave", ".wav49", ".w64", ".rf64", ".au", ".snd", ".aif", ".aiff", ".aifc", ".caf"}
    | {".spx", ".awb", ".g729", ".nmf", ".dss"}
    | RAW_SUFFIXES
    | UNDECLARED_SUFFIXES
)
_DOCUMENT_SUFFIXES = frozenset(
    {".json", ".csv", ".txt", ".md", ".xml", ".html", ".pdf", ".log", ".srt", ".vtt", ".xlsx"}
    | {".md5", ".sha1", ".sha256", ".tsv", ".jsonl", ".ndjson", ".vcon", ".yaml"}
)
_ENDINGS = (("in", "out"), ("rx", "tx"), ("left", "right"))
_SIDE = re.compile(r"(?P<shared>.+)[-_.](?P<end>in|out|rx|tx|left|right)", re.IGNORECASE)
UNFINISHED_SUFFIXES = frozenset({".part", ".tmp", ".crdownload", ".filepart"})


class FileNames:
    """The files below a folder, by normalised name.

    Case, Unicode normal forms, surrounding blanks and backslashes between folders are ignored. A
    name that is not exact must fit one file only.

    Args:
        folder: Names are relative to it.
        files: All of its files.
    """

    def __init__(self, folder: Path, files: Sequence[Path]) -> None:
        self.files = files
        self._folder = folder
        self._lookups = 0
        self._by_name: defaultdict[str, list[Path]] = defaultdict(list)
        self._by_stem: defaultdict[str, list[Path]] = defaultdict(list)
        for path in files:
            self._by_name[self._key(path)].append(path)
            self._by_stem[self._stem(path)].append(path)

    def known_as(self, name: str, document: Path) -> Path | None:
        """The recording that a document means: by its path, its name, or an id in its name.

        Args:
            name: The path, name or id.
            document: The document, beside or above which its recordings lie.
        """
        return self.named(name, document.parent) or self.named(name) or self._with_id(name)

    def is_ambiguous(self, name: str, document: Path) -> bool:
        """Whether a name fits several files of which `known_as` cannot tell the one."""
        return (
            len(self._fitting(name, document.parent)) > 1
            or len(self._fitting(name)) > 1
            or len(self._holding(name)) > 1
        )

    def named(self, name: str, folder: Path | None = None) -> Path | None:
        """The file of that name, from a folder on; an absolute path may begin above the source."""
        found = self._fitting(name, folder)
        return found[0] if len(found) == 1 else None

    def _fitting(self, name: str, folder: Path | None = None) -> Sequence[Path]:
        if folder and folder != self._folder:
            name = (folder.relative_to(self._folder) / name.replace("\\", "/")).as_posix()
        exact = self._folder / name
        parts = _plain(name).split("/")
        fitting: Sequence[Path] = ()
        for first in range(len(parts) if _is_absolute(name) else 1):
            found = self._by_name.get("/".join(parts[first:]), [])
            if exact in found:
                return [exact]
            if len(found) == 1:
                return found
            fitting = fitting or found
        return fitting

    def _with_id(self, name: str) -> Path | None:
        """The only recording whose name holds an id as a whole part."""
        found = self._holding(name)
        return found[0] if len(found) == 1 else None

    def _holding(self, name: str) -> Sequence[Path]:
        return self._recordings_by_part.get(PurePosixPath(_plain(name)).name, ())

    @cached_property
    def _recordings_by_part(self) -> dict[str, list[Path]]:
        parts: defaultdict[str, list[Path]] = defaultdict(list)
        for path in filter(is_recording, self.files):
            stem = PurePosixPath(self._stem(path)).name
            ends = {stem[at + 1 :] for at, letter in enumerate(stem) if letter == "-"}
            of_name = {stem, f"{stem}{path.suffix.lower()}", *stem.split("_"), *ends}
            for part in of_name:
                parts[part].append(path)
        return parts

    def beside(self, sidecar: Path) -> list[Path]:
        """The files that have a sidecar's name with another suffix."""
        same = self._by_stem[self._stem(sidecar)]
        exact = [path for path in same if path.with_suffix("") == sidecar.with_suffix("")]
        others = [path for path in same if path not in exact]
        # Where two names differ only in case, each sidecar has its own file.
        return [path for path in exact if path != sidecar] or [
            path for path in others if not path.with_suffix(sidecar.suffix).exists()
        ]

    def nearest(self, name: str, among: Iterable[Path]) -> Path | None:
        """The file with the most similar name, if one is similar enough."""
        self._lookups += 1
        if self._lookups > _MOST_LOOKUPS:  # a table of another folder
            return None
        by_name = {PurePosixPath(self._key(path)).name: path for path in among}
        if len(by_name) > _MOST_COMPARED:
            return None
        best = get_close_matches(PurePosixPath(_plain(name)).name, by_name, n=1, cutoff=_NEAR)
        return by_name[best[0]] if best else None

    def _key(self, path: Path) -> str:
        return _plain(path.relative_to(self._folder).as_posix())

    def _stem(self, path: Path) -> str:
        return self._key(path.with_suffix(""))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip().replace("\\", "/").casefold()).lstrip("./")


def _is_absolute(name: str) -> bool:
    return name.strip().replace("\\", "/").startswith("/") or name.strip()[1:2] == ":"


def name_to_show(path: PurePath) -> str:
    """A file's name for messages about another file, without the numbers and names of people.

    Telephone systems write a caller's number into it, and 3CX a name in brackets.
    """
    return _PERSONAL.sub("…", path.name)


def is_recording(path: PurePath) -> bool:
    """Whether a file is a recording by its suffix."""
    return path.suffix.lower() in RECORDING_SUFFIXES


def may_be_recording(path: PurePath) -> bool:
    """Whether to decode a file that metadata describes, whatever its suffix."""
    return path.suffix.lower() not in _DOCUMENT_SUFFIXES | UNFINISHED_SUFFIXES


def sides_by_shared_name(files: Iterable[Path]) -> dict[Path, tuple[Path, Path]]:
    """Two files that may be the sides of a call, by the path that one recording of both would have.

    MixMonitor writes such files with `r()` and `t()`. They lie in one folder, their names differ
    only in their endings, and no other recording has the name that they share.
    """
    found: defaultdict[Path, dict[str, list[Path]]] = defaultdict(lambda: defaultdict(list))
    stems = set()
    for path in filter(is_recording, files):
        stems.add(path.with_suffix(""))
        if side := _SIDE.fullmatch(path.stem):
            shared = path.with_name(f"{side['shared']}{path.suffix.lower()}")
            found[shared][side["end"].lower()].append(path)
    pairs = {}
    for shared, by_end in found.items():
        sides = [by_end[end] for ends in _ENDINGS if by_end.keys() == {*ends} for end in ends]
        is_named = shared.with_suffix("") in stems
        if sides and all(len(side) == 1 for side in sides) and not is_named:
            pairs[shared] = (sides[0][0], sides[1][0])
    return pairs
