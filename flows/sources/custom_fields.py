"""Metadata beyond the documented fields: what is kept of them, and what the run tells of the rest.

A field under `fields` is kept as text. Any other unknown field is not kept, since an export may
carry personal data that nobody asked for; the run names it once, so that a misspelt name shows.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, StringConstraints

from flows.sources.listing import without_unseen
from qa_rules.jsonl.transcripts import LineWords, transcript_of
from qa_rules.pii_detection.detector import find_pii
from warehouse.lake.upload import has_long_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.call import Call
    from qa_rules.pii_detection.types.catalogue import PiiRules

_SHOWN = re.compile(r"[^\W\d][\w .-]{0,59}")
_MAX_FIELDS = 50
_MIN_CONFIDENCE = 0.4  # a value stands alone: no question before it makes a plain number surer


def is_plain_name(text: str) -> bool:
    """Whether the name of a field can be shown: a longer or odd one may be a value."""
    return _SHOWN.fullmatch(text) is not None


def is_storable(text: str) -> bool:
    """Whether a text has no half of a character, as JSON may escape one."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _as_text(value: object) -> object:
    if isinstance(value, str) and not is_storable(value):
        raise ValueError("text of whole Unicode characters")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return without_unseen(value)
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
        hashed: Ids that were card or telephone numbers.
        suppressed: Items of erased subjects, by what of them is listed.
        unmapped: What of the centre's mapping found nothing, in one sentence.
    """

    ignored: Counter[str] = field(default_factory=Counter)
    withheld: Counter[str] = field(default_factory=Counter)
    hashed: Counter[str] = field(default_factory=Counter)
    suppressed: Counter[str] = field(default_factory=Counter)
    unmapped: list[str] = field(default_factory=list)

    def ignore(self, names: Iterable[str]) -> None:
        """Count the unknown fields of one call."""
        self.ignored.update({name if is_plain_name(name) else "(other)" for name in names})

    @property
    def text(self) -> str:
        """What a run tells of them, in one paragraph; empty if everything was kept."""
        told: list[str] = []
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
        if self.hashed:
            told.append(
                "Ids that hold a card or telephone number were replaced by keyed hashes:"
                f" {_listed(self.hashed)}."
            )
        if self.suppressed:
            told.append(
                "Recordings of erased subjects were not heard, by what is on the suppression list:"
                f" {_listed(self.suppressed)}."
            )
        return " ".join([*told, *self.unmapped])


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
        if has_long_number(value):
            return True
        named = _words(name)
        # In no known language, so that every language is searched.
        line = LineWords(language="und", words=(*named, *value.split()))
        found = find_pii(transcript_of(line), self._pii)
        return any(span.confidence >= _MIN_CONFIDENCE and span.last > len(named) for span in found)


def _words(name: str) -> list[str]:
    return re.split(r"[_-]+", name.strip("_-"))
