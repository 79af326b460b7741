"""Metadata beyond the documented fields: what is kept of them, and what the run tells of the rest.

A field under `fields` is kept as text. Any other unknown field is not kept, since an export may
carry personal data that nobody asked for; the run names it once, so that a misspelt name shows.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, StringConstraints

from models.call import Role
from models.transcript import Transcript, Turn, Word
from qa_rules.pii_detection.detector import find_pii

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.call import Call
    from qa_rules.pii_detection.types.catalogue import PiiRules

_LONG_NUMBER = re.compile(r"\d([ .,-]?\d){12,}")
_SHOWN = re.compile(r"[^\W\d][\w .-]{0,59}")
_MAX_FIELDS = 50
_MIN_CONFIDENCE = 0.4  # a value stands alone: no question before it makes a plain number surer
_WORD_S = 0.4


def is_storable(text: str) -> bool:
    """Whether a text has no half of a character, as JSON may escape one."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _as_text(value: object) -> object:
    if isinstance(value, str) and not is_storable(value):
        raise ValueError("text of whole Unicode characters")
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _as_fields(value: object) -> object:
    """Leave out empty values, as an empty cell of `calls.csv` is."""
    if not isinstance(value, dict):
        return value
    given = {name: cell for name, cell in value.items() if cell not in (None, "")}
    if len(given) > _MAX_FIELDS:
        raise ValueError(f"at most {_MAX_FIELDS} fields")
    return given


_Name = Annotated[str, StringConstraints(pattern=r"^[^\W\d][\w-]*$", max_length=60)]
_Value = Annotated[str, BeforeValidator(_as_text), StringConstraints(max_length=1000)]
CustomFields = Annotated[dict[_Name, _Value], BeforeValidator(_as_fields)]
"""Text, numbers, true and false by name; numbers and truth values are kept as they are written."""


@dataclass(frozen=True, slots=True)
class FieldCounts:
    """Metadata that a run did not keep, by name, with the number of calls.

    Attributes:
        ignored: Fields that are neither documented nor under `fields`.
        withheld: Fields whose value looked like personal data.
    """

    ignored: Counter[str] = field(default_factory=Counter)
    withheld: Counter[str] = field(default_factory=Counter)

    def ignore(self, names: Iterable[str]) -> None:
        """Count the unknown fields of one call."""
        self.ignored.update({name if _SHOWN.fullmatch(name) else "(other)" for name in names})

    @property
    def text(self) -> str:
        """What a run tells of them, in one paragraph; empty if everything was kept."""
        told = []
        if self.ignored:
            told.append(
                f"Unknown metadata fields are not kept: {_listed(self.ignored)}. Correct the name,"
                " or put the field under `fields`."
            )
        if self.withheld:
            told.append(
                "Values that may be personal data were left out of the metadata:"
                f" {_listed(self.withheld)}."
            )
        return " ".join(told)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(
        f"{name} ({count} call{'s' * (count > 1)})" for name, count in counts.most_common()
    )


class FieldScreen:
    """Leaves personal data out of the free text of metadata."""

    def __init__(self, pii: PiiRules, counts: FieldCounts) -> None:
        """Prepare to screen the calls of a source.

        Args:
            pii: What to look for.
            counts: Counts what is left out.
        """
        self._pii = pii
        self._counts = counts
        self._known: dict[tuple[str, str], bool] = {}

    def screened(self, call: Call) -> Call:
        """The call without values that may be personal data."""
        kept = tuple((name, value) for name, value in call.fields if self._is_kept(name, value))
        disposition = call.disposition
        if disposition is not None and not self._is_kept("disposition", disposition):
            disposition = None
        return replace(call, fields=kept, disposition=disposition)

    def _is_kept(self, name: str, value: str) -> bool:
        if (name, value) not in self._known:
            self._known[name, value] = not self._is_personal(name, value)
        if not self._known[name, value]:
            self._counts.withheld[name] += 1
        return self._known[name, value]

    def _is_personal(self, name: str, value: str) -> bool:
        if _LONG_NUMBER.search(value):
            return True
        found = find_pii(_spoken(name, value), self._pii)
        name_length = len(_words(name))
        return any(span.confidence >= _MIN_CONFIDENCE and span.last > name_length for span in found)


def _words(name: str) -> list[str]:
    return re.split(r"[_-]+", name.strip("_-"))


def _spoken(name: str, value: str) -> Transcript:
    """Name and value as words in no known language, which are searched in every language."""
    texts: list[Any] = [*_words(name), *value.split()]
    words = tuple(
        Word(text, number * _WORD_S, (number + 1) * _WORD_S, 1.0)
        for number, text in enumerate(texts)
    )
    return Transcript(
        call_id="",
        language="und",
        language_confidence=1.0,
        duration_s=len(texts) * _WORD_S,
        channel_count=1,
        turns=(Turn(Role.UNKNOWN, 0.0, 0, words),),
        model_pin="",
        notes=(),
    )
