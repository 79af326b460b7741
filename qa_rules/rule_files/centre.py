"""The data of one contact centre that rules refer to."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from models.language.pack import CODE_PATTERN
from models.language.spoken.language import fold
from qa_rules.pii_detection.types.own_contacts import NO_CONTACTS, OwnContacts
from qa_rules.rule_files.operators import Phrases
from qa_rules.strict_yaml import StrictRecord, read_record

if TYPE_CHECKING:
    from pathlib import Path

CENTRE_NAME = "centre.yaml"
COMPANY = "company"
"""The variable with the company's name and its variants."""
_VARIABLE = re.compile(r"\{(\w+)\}")

LanguageCode = Annotated[str, Field(pattern=CODE_PATTERN)]


class Centre(StrictRecord):
    """The languages a contact centre speaks, its own names with their variants, and contacts."""

    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1)] = ("en",)
    variables: dict[str, Phrases] = Field(default_factory=dict)
    contacts: OwnContacts = NO_CONTACTS

    @property
    def company(self) -> tuple[str, ...]:
        """The company's name and its variants; empty if not given."""
        return self.variables.get(COMPANY, ())

    @property
    def names(self) -> tuple[str, ...]:
        """Its names and those of its products, each in the form that is listed first."""
        return tuple(listed[0] for listed in self.variables.values())

    @property
    def own_contacts(self) -> OwnContacts:
        """Its contacts, with its names as domains of its mailboxes."""
        names = (fold(name) for listed in self.variables.values() for name in listed)
        domains = {name.replace(" ", joint) for name in names for joint in ("", "-")}
        listed = self.contacts.domains
        return self.contacts.model_copy(update={"domains": (*listed, *sorted(domains))})

    @property
    def name_words(self) -> frozenset[str]:
        """Every word of its names, as words are compared."""
        phrases = (phrase for listed in self.variables.values() for phrase in listed)
        return frozenset(word for phrase in phrases for word in fold(phrase).split())

    def expand(self, text: str) -> tuple[str, ...]:
        """Every reading of a phrase with its `{variables}` filled in.

        Raises:
            KeyError: A variable that the centre does not define.
        """
        # The pattern has one group, so every second part is a variable's name.
        parts = _VARIABLE.split(text)
        choices = [self.variables[part] if at % 2 else (part,) for at, part in enumerate(parts)]
        return tuple("".join(reading) for reading in product(*choices))


def is_variable(text: str) -> bool:
    """Whether a phrase is nothing but one of the centre's names."""
    return _VARIABLE.fullmatch(text.strip()) is not None


def without_variables(text: str) -> str:
    """The words of a phrase that are not the centre's names."""
    return _VARIABLE.sub(" ", text)


def load_centre(folder: Path) -> Centre:
    """Read the centre file of a rules folder; without one, an English centre with no names."""
    path = folder / CENTRE_NAME
    return read_record(path, Centre) if path.exists() else Centre()
