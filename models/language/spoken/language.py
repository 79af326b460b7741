"""One language's words for numbers, letters and marks, read from its data file."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

DATA = Path(__file__).parent


class SpokenLanguage(BaseModel):
    """The data file `<language>.yaml`; its comments explain the keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    language: str
    numbers: dict[str, int]
    loose_numbers: dict[str, int]
    homophones: dict[str, int]
    hundreds: list[str]
    thousands: list[str]
    tens_and_units: Literal["adjacent", "joined", "glued"]
    tens_joiners: list[str]
    hundred_joiners: list[str]
    multipliers: dict[str, int]
    times_words: list[str]
    letters: dict[str, str]
    loose_letters: dict[str, str]
    alphabet: dict[str, list[str]]
    letter_explainers: list[str]
    marks: dict[str, list[str]]
    fillers: list[str]
    corrections: list[str]
    connectors: list[str]
    ordinals: dict[str, int]
    ordinal_endings: list[str]
    months: dict[str, int]
    date_joiners: list[str]
    units: list[str]
    time_words: list[str]
    town_words: list[str]
    elisions: list[str]


@cache
def load_spoken_language(code: str) -> SpokenLanguage:
    """Read the data file of a language.

    Raises:
        FileNotFoundError: There is no such language.
    """
    return SpokenLanguage.model_validate(YAML(typ="safe").load(DATA / f"{code}.yaml"))


@cache
def spoken_languages() -> tuple[str, ...]:
    """ISO 639-1 codes of every language with a data file."""
    return tuple(sorted(path.stem for path in DATA.glob("*.yaml")))


def fold(text: str) -> str:
    """Lower-case without accents: how words are compared."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return "".join(
        char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char)
    )
