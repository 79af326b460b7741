"""spaCy pipelines: which one of a language is installed, and whether it is the pinned one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from models.catalog import file_sha256, listed_pipelines
from models.errors import WeightsError

_COMPILED = ".pyc"  # differs from machine to machine
_SHOWN_HASH_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SpacyPipeline:
    """A spaCy pipeline, which is a package.

    Attributes:
        package: Its module.
        licence: SPDX id.
        sha256: One hash over its files; None where it is not pinned.
    """

    package: str
    licence: str
    sha256: str | None = None

    @property
    def folder(self) -> Path | None:
        """Where it is installed; None if it is not."""
        spec = find_spec(self.package)
        places = spec.submodule_search_locations if spec else None
        return Path(places[0]) if places else None

    @property
    def found_sha256(self) -> str:
        """One hash over the names and contents of the installed files.

        Raises:
            WeightsError: It is not installed.
        """
        folder = self.folder
        if folder is None:
            raise WeightsError(f"{self.package} is not installed; install it with pip")
        digest = hashlib.sha256()
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix != _COMPILED:
                digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
                digest.update(bytes.fromhex(file_sha256(file)))
        return digest.hexdigest()

    def verify(self) -> None:
        """Compare the installed files with the pinned hash, if there is one.

        Raises:
            WeightsError: They are others.
        """
        if self.sha256 and self.found_sha256 != self.sha256:
            raise WeightsError(
                f"{self.package}: its files are not those that the catalog pins "
                f"(sha256 {self.sha256[:_SHOWN_HASH_DIGITS]}…); install it again"
            )

    @property
    def pin(self) -> str:
        """Name and first digits of the hash of the installed files."""
        return f"{self.package}@{self.found_sha256[:_SHOWN_HASH_DIGITS]}"


def spacy_pipeline(language: str) -> SpacyPipeline | None:
    """The best pipeline of a language that is installed, if any."""
    listed = listed_pipelines(language)
    pipelines = (SpacyPipeline(**fields) for fields in listed)
    return next((one for one in pipelines if one.folder), None)
