"""What a language pack lacks; an incomplete one works as far as it goes."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING

from models.data_files.strict_yaml import StrictRecord, read_located
from models.data_files.yaml_faults import described
from models.errors import DataFilesError
from models.language.pack import PARTS, pack_folder
from models.language.spoken.language import SpokenLanguage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from models.data_files.strict_yaml import Located

MAY_BE_EMPTY = frozenset(
    {
        "contracted_endings",
        "contractions",
        "elisions",
        "homophones",
        "hundred_joiners",
        "hundreds",
        "joining_particles",
        "loose_letters",
        "loose_numbers",
        "millions",
        "teens_after",
        "tens_joiners",
        "unsure_marks",
    }
)
"""Keys that may be empty, as some languages have no such words; they must still be given."""
SIGNS = "@._-+/"
TEN, TWENTY, HUNDRED = 10, 20, 100
MONTHS = range(1, 13)


def pack_gaps(code: str) -> list[str]:
    """What the pack of a language lacks.

    Returns:
        One line each, `path:line: what; expected what`; none if the pack is complete.
    """
    folder = pack_folder(code)
    if not folder.is_dir():
        what = f"no such folder; expected a language pack of {', '.join(PARTS)}"
        return [f"{folder}:1: {what}; begin with a copy of another one"]
    gaps: list[str] = []
    for stem, kind in PARTS.items():
        gaps += _part_gaps(folder / f"{stem}.yaml", kind)
    return gaps


def _part_gaps(path: Path, kind: type[StrictRecord]) -> list[str]:
    if not path.exists():
        return [
            f"{path}:1: no such file, and so no `{key}`; expected {described(field)}"
            for key, field in kind.model_fields.items()
        ]
    try:
        located = read_located(path, kind)
    except DataFilesError as error:
        return error.faults
    return [*_empty(located), *_missing_meanings(located)]


def _empty(located: Located[StrictRecord]) -> Iterator[str]:
    """Keys that are not there, or hold nothing."""
    record = located.record
    for key, field in type(record).model_fields.items():
        is_there = key in record.model_fields_set
        if key in MAY_BE_EMPTY and (is_there or not field.is_required()):
            continue
        if not is_there or not getattr(record, key):
            what = f"`{key}` is {'empty' if is_there else 'missing'}"
            yield located.fault((key,), f"{what}; expected {described(field)}")


def _missing_meanings(located: Located[StrictRecord]) -> Iterator[str]:
    """Numbers, letters, signs and months that no word stands for."""
    spoken = located.record
    if not isinstance(spoken, SpokenLanguage):
        return
    letters = {*spoken.letters.values(), *spoken.loose_letters.values()}
    letters |= {letter for letter, words in spoken.alphabet.items() if words}
    meanings: tuple[tuple[str, Iterable[object], Collection[object]], ...] = (
        ("numbers", _needed_numbers(spoken), set(spoken.numbers.values())),
        ("alphabet", ascii_uppercase, letters),
        ("marks", SIGNS, {sign for sign, words in spoken.marks.items() if words}),
        ("months", MONTHS, set(spoken.months.values())),
    )
    for key, needed, known in meanings:
        for meaning in needed:
            if meaning not in known:
                what = f"`{key}` has no word for {meaning}; expected at least one"
                yield located.fault((key,), what)


def _needed_numbers(spoken: SpokenLanguage) -> list[int]:
    """Numbers that cannot be put together from others."""
    tens = range(TWENTY, HUNDRED, TEN)
    needed = [*range(TWENTY), *(ten for ten in tens if ten - TEN not in spoken.teens_after)]
    return needed if spoken.hundreds else [*needed, HUNDRED]
