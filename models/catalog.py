"""Model weights: the catalog of pinned models, where they are found, and their verification."""

from __future__ import annotations

import hashlib
import mmap
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from models.errors import WeightsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFAULT_SPEECH_MODEL = "whisper-base"
DEFAULT_SPEAKER_MODEL = "speaker-dvector"
PERSON_WEIGHTS = "rampart"
"""Finds names of people, see `models.language.person_model`."""
BEST_SPEAKER_MODEL = "speaker-campplus"
"""Not in any package: used if the operator supplies its weights."""

_CATALOG = Path(__file__).with_name("catalog.yaml")
_PIPELINES = "spacy-pipelines"
_SHOWN_HASH_DIGITS = 12
_SHOWN_HOTWORD_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogEntry:
    """One entry of `catalog.yaml`.

    Attributes:
        licence: SPDX id.
        origin: Author and sources, as text.
        sha256: Hash of each file; the first file is the one the pin shows.
        packages: Files inside installed packages, as `module/path`; parts are joined in order.
        hub: `repository` and `revision` on the model hub.
    """

    licence: str
    origin: str
    sha256: Mapping[str, str]
    packages: Mapping[str, tuple[str, ...]]
    hub: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A model's files, found but not yet read.

    Attributes:
        name: Name in the catalog, or one chosen by the operator.
        found_in: `path`, `folder`, `package` or `hub`.
        files: The parts of each file, in order.
        sha256: Hash that each joined file must have; the first file is the one the pin shows.
    """

    name: str
    found_in: str
    files: Mapping[str, tuple[Path, ...]]
    sha256: Mapping[str, str]

    @property
    def pin(self) -> str:
        """Name and first digits of the hash, such as `whisper-base@d01c3014881c`."""
        return f"{self.name}@{next(iter(self.sha256.values()))[:_SHOWN_HASH_DIGITS]}"

    def pin_with(self, hotwords: Sequence[str]) -> str:
        """Identifier of what determines the words of a transcript: the model and the hotwords.

        Returns:
            Such as `whisper-base@d01c3014881c`, with hotwords `whisper-base@d01c3014881c+5f0c2d1a`.
        """
        if not hotwords:
            return self.pin
        digest = hashlib.sha256("\n".join(hotwords).encode()).hexdigest()
        return f"{self.pin}+{digest[:_SHOWN_HOTWORD_DIGITS]}"

    def read(self) -> dict[str, bytes]:
        """Read and verify every file; exactly the verified bytes are loaded.

        Raises:
            WeightsError: A file cannot be read, or its hash differs from the pinned one.
        """
        return {name: self._read_file(name, parts) for name, parts in self.files.items()}

    def _read_file(self, name: str, parts: tuple[Path, ...]) -> bytes:
        try:
            content = b"".join(map(_mapped, parts))
        except OSError as error:
            raise WeightsError(f"{self.name}: cannot read {name}: {error.strerror}") from None
        if hashlib.sha256(content).hexdigest() != self.sha256[name]:
            raise WeightsError(
                f"{self.name}: {name} from {parts[0].parent} is not the file that the catalog "
                f"pins (sha256 {self.sha256[name][:_SHOWN_HASH_DIGITS]}…); fetch it again, "
                "or use another name for a model of your own"
            )
        return content


def _mapped(part: Path) -> mmap.mmap | bytes:
    """A file's content without a copy in memory."""
    with part.open("rb") as file:
        if not part.stat().st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@cache
def catalog() -> Mapping[str, CatalogEntry]:
    """Every pinned model by name."""
    return {
        name: CatalogEntry(**{"packages": {}, "hub": {}, **fields})
        for name, fields in _read_catalog().items()
        if name != _PIPELINES
    }


def listed_pipelines(language: str) -> list[dict[str, str]]:
    """The spaCy pipelines of a language as the catalog lists them, best first."""
    listed: list[dict[str, str]] = _read_catalog()[_PIPELINES].get(language, [])
    return listed


@cache
def _read_catalog() -> dict[str, Any]:
    entries: dict[str, Any] = YAML(typ="safe").load(_CATALOG)
    return entries


def resolve(
    name: str = DEFAULT_SPEECH_MODEL, *, path: Path | None = None, folder: Path | None = None
) -> Weights:
    """Find a model: explicit path, then folder of weights, installed package, model hub.

    Args:
        name: Name in the catalog; with `path` also one chosen by the operator.
        path: The model's folder, or its file if it has only one. If given, no other place is
            searched.
        folder: Folder with one subfolder per model, named like the model.

    Raises:
        WeightsError: The model is not found; the message says where to put it.
    """
    entry = catalog().get(name)
    if path is not None:
        return _at_path(name, path, entry)
    if entry is None:
        raise WeightsError(
            f"unknown model {name}; expected one of {', '.join(catalog())}, or set its path"
        )
    if folder is not None and (folder / name).is_dir():
        return _pinned(name, "folder", entry, _files_in(folder / name, entry))
    if files := _in_packages(entry):
        return _pinned(name, "package", entry, files)
    return _pinned(name, "hub", entry, _files_in(_download(name, entry), entry))


def _at_path(name: str, path: Path, entry: CatalogEntry | None) -> Weights:
    if not path.exists():
        raise WeightsError(f"{name}: {path} does not exist")
    if entry is not None:
        return _pinned(name, "path", entry, _files_in(path, entry))
    found = [path] if path.is_file() else [file for file in path.iterdir() if file.is_file()]
    if not found:
        raise WeightsError(f"{name}: {path} has no files")
    found.sort(key=lambda file: file.stat().st_size, reverse=True)  # the tensors are the largest
    return Weights(
        name=name,
        found_in="path",
        files={file.name: (file,) for file in found},
        sha256={file.name: file_sha256(file) for file in found},
    )


def _pinned(
    name: str, found_in: str, entry: CatalogEntry, files: Mapping[str, tuple[Path, ...]]
) -> Weights:
    return Weights(name=name, found_in=found_in, files=files, sha256=entry.sha256)


def _files_in(place: Path, entry: CatalogEntry) -> dict[str, tuple[Path, ...]]:
    if place.is_file() and len(entry.sha256) == 1:
        return dict.fromkeys(entry.sha256, (place,))
    return {name: (place / name,) for name in entry.sha256}


def _in_packages(entry: CatalogEntry) -> dict[str, tuple[Path, ...]]:
    """Locate the files without importing the packages; empty unless all of them exist."""
    files: dict[str, tuple[Path, ...]] = {}
    for name, parts in entry.packages.items():
        paths = [_package_file(*part.split("/", 1)) for part in parts]
        if not all(path and path.is_file() for path in paths):
            return {}
        files[name] = tuple(path for path in paths if path)
    return files


def _package_file(module: str, inside: str) -> Path | None:
    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / inside


def _download(name: str, entry: CatalogEntry) -> Path:
    """Download from the model hub, or use the hub's local cache."""
    if not entry.hub:
        raise WeightsError(f"{name} is not on the model hub; set its path or a folder of weights")
    from faster_whisper.utils import download_model  # noqa: PLC0415  # slow, rarely needed

    try:
        return Path(download_model(entry.hub["repository"], revision=entry.hub["revision"]))
    except Exception as error:
        raise WeightsError(
            f"{name}: the model hub could not be reached ({type(error).__name__}); copy "
            f"{', '.join(entry.sha256)} of {entry.hub['repository']} into a folder of weights"
        ) from error


def file_sha256(file: Path) -> str:
    """Hash of a file's content."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
