"""Language packs: all that callqa must know about a language, as data, one folder each.

A pack is a folder named after the language's ISO 639-1 code. A language is known because
its folder is there; the code contains no list of languages. `callqa languages check`
names what a pack lacks.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from pydantic import Field

from models.data_files.strict_yaml import StrictRecord, read_record
from models.errors import DataFilesError
from models.language.engine_vocabulary import EngineVocabulary
from models.language.sentiment_phrases import SentimentPhrases
from models.language.spoken.language import SpokenLanguage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

BUILT_IN_PACKS = Path(__file__).with_name("packs")
OWN_PACKS_VARIABLE = "CALLQA_LANGUAGES"
"""Environment variable that names a folder of a centre's own packs; worker processes inherit it."""
GIVEN_NAMES = "given_names.txt"
CODE_PATTERN = "^[a-z]{2}$"

_Part = TypeVar("_Part", bound=StrictRecord)


class LanguageIdentity(StrictRecord):
    """The part `language.yaml`: what other libraries call the language."""

    name: str = Field(description="Its English name.")
    locale: str = Field(
        pattern="^[a-z]{2}(_[A-Z]{2})?$",
        description="Unicode locale of dates and numbers on pages, such as en_GB.",
    )
    stemmer: str = Field(
        pattern="^[a-z]+$",
        description="Its Snowball stemmer, by which a search finds other forms of a word, or none.",
    )


class RolePhrases(StrictRecord):
    """The part `roles.yaml`: phrases that only one side of a call says, and announcements.

    A phrase is sought in each speaker's words without case and punctuation; it may be the
    beginning of one.
    """

    agent: tuple[str, ...] = Field((), description="Phrases of agents.")
    customer: tuple[str, ...] = Field((), description="Phrases of customers.")
    system: tuple[str, ...] = Field(
        (), description="Phrases of played announcements; agents may say them, too."
    )


class NameWords(StrictRecord):
    """The part `names.yaml`: words inside of names and passwords."""

    particles: tuple[str, ...] = Field((), description='Words inside of names ("de", "von").')
    joining_particles: tuple[str, ...] = Field(
        (), description="Those that also stand between two words of a password."
    )
    opening_particles: tuple[str, ...] = Field(
        (), description='Those that surnames begin with ("Lo Bue").'
    )


class GivenNames(NamedTuple):
    """People's given names, in lower case.

    Attributes:
        names: Those that are nothing else.
        words: Those that are words of the language, too ("rosa").
    """

    names: frozenset[str]
    words: frozenset[str]


class Hallucinations(StrictRecord):
    """The part `hallucinations.yaml`: what the recogniser hallucinates where nobody speaks."""

    phrases: tuple[str, ...] = Field((), description="Whole sentences, as it writes them.")


PARTS: Mapping[str, type[StrictRecord]] = {
    "language": LanguageIdentity,
    "spoken": SpokenLanguage,
    "roles": RolePhrases,
    "engine": EngineVocabulary,
    "names": NameWords,
    "hallucinations": Hallucinations,
    "sentiment": SentimentPhrases,
}
"""The files of a pack by their stem."""


def known_languages() -> tuple[str, ...]:
    """ISO 639-1 codes of every language that has a pack, complete or not."""
    return tuple(_folders(_own_packs()))


def spoken_languages() -> tuple[str, ...]:
    """Codes of the languages whose spoken numbers and letters can be read."""
    return _spoken(_own_packs())


def pack_folder(code: str) -> Path:
    """The folder of a language's pack, whether it exists or not."""
    own = _own_packs()
    return _folders(own).get(code) or Path(own or BUILT_IN_PACKS) / code


def pack_files(code: str, parts: Collection[str]) -> tuple[Path, ...]:
    """The files of a pack that hold these parts, if they are there; names with their list."""
    folder = pack_folder(code)
    paths = [_path(folder, stem) for stem in parts]
    if "names" in parts:
        paths.append(folder / GIVEN_NAMES)
    return tuple(path for path in paths if path.exists())


def load_identity(code: str) -> LanguageIdentity:
    """What other libraries call the language.

    Raises:
        DataFilesError: The file is missing or wrong.
    """
    return _required(code, "language", LanguageIdentity)


def load_spoken_language(code: str) -> SpokenLanguage:
    """How numbers, letters and addresses are said.

    Raises:
        DataFilesError: The file is missing or wrong.
    """
    return _required(code, "spoken", SpokenLanguage)


def locale_of(code: str) -> str:
    """Unicode locale of a language; its code if the pack has none."""
    is_named = _path(pack_folder(code), "language").exists()
    return load_identity(code).locale if is_named else code


def stemmers() -> dict[str, str]:
    """The Snowball stemmer of every language whose pack names it; `none` leaves words alone."""
    named = (
        (code, load_identity(code).stemmer)
        for code, folder in _folders(_own_packs()).items()
        if _path(folder, "language").exists()
    )
    return dict(named)


def load_role_phrases(code: str) -> RolePhrases:
    """Phrases that only one side says; empty if the pack has none."""
    return _optional(code, "roles", RolePhrases)


def load_engine_vocabulary(code: str) -> EngineVocabulary:
    """Words that mean something to the engine; empty if the pack has none."""
    return _optional(code, "engine", EngineVocabulary)


def load_name_words(code: str) -> NameWords:
    """Words inside of names; empty if the pack has none."""
    return _optional(code, "names", NameWords)


@cache
def load_given_names(code: str) -> GivenNames:
    """Given names, one a line; none in a pack without that file."""
    path = pack_folder(code) / GIVEN_NAMES
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    listed = [line.split() for line in lines if line and not line.startswith("#")]
    words = frozenset(name for name, *mark in listed if mark)
    return GivenNames(frozenset(name for name, *_ in listed) - words, words)


def load_hallucinations(code: str) -> Hallucinations:
    """Hallucinated sentences; empty if the pack has none."""
    return _optional(code, "hallucinations", Hallucinations)


def load_sentiment_phrases(code: str) -> SentimentPhrases:
    """What customers say when they are content or not; empty if the pack has none."""
    return _optional(code, "sentiment", SentimentPhrases)


def _own_packs() -> str | None:
    return os.environ.get(OWN_PACKS_VARIABLE) or None


@cache
def _folders(own: str | None) -> dict[str, Path]:
    """Every pack by its code; a centre's own one replaces the bundled one."""
    roots = (BUILT_IN_PACKS, Path(own)) if own else (BUILT_IN_PACKS,)
    found = {
        folder.name: folder
        for root in roots
        for folder in root.glob("[a-z][a-z]")
        if folder.is_dir()
    }
    return dict(sorted(found.items()))


@cache
def _spoken(own: str | None) -> tuple[str, ...]:
    """Asked for every word that is compared, so the files are looked for once."""
    return tuple(code for code, folder in _folders(own).items() if _path(folder, "spoken").exists())


def _path(folder: Path, stem: str) -> Path:
    return folder / f"{stem}.yaml"


def _required(code: str, stem: str, kind: type[_Part]) -> _Part:
    path = _path(pack_folder(code), stem)
    if not path.exists():
        raise DataFilesError(
            [f"{path}:1: no such file; expected it in every pack; `callqa languages check {code}`"]
        )
    return _read_as(path, kind)


def _optional(code: str, stem: str, kind: type[_Part]) -> _Part:
    path = _path(pack_folder(code), stem)
    return _read_as(path, kind) if path.exists() else kind()


def _read_as(path: Path, kind: type[_Part]) -> _Part:
    part = _read(path, kind)
    assert isinstance(part, kind), "the cache is keyed by its type"
    return part


@cache
def _read(path: Path, kind: type[StrictRecord]) -> StrictRecord:
    return read_record(path, kind)
