"""The PII detectors as data: one YAML file per type, read strictly."""

from __future__ import annotations

import re
from enum import StrEnum, auto
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from qa_rules.pii_detection.types.validators import VALIDATORS
from qa_rules.strict_yaml import StrictRecord
from qa_rules.versions import VersionedRecord

_LETTER_AT_END = re.compile(r"\[[A-Z][^0-9\]]*\](?:\{[1-9]\d*\})?$")
UNKNOWN_NUMBER = "number"
"""The neutral type of values that are masked only as long numbers."""
REFERENCE = "reference"
"""The type of numbers that are not personal: order numbers, error codes, the centre's own."""


class Mask(StrEnum):
    """The masking policy of a type."""

    NEVER = auto()
    """They are not masked."""
    QUIET = auto()
    """They are masked and never reported."""
    ALWAYS = auto()
    """They are masked and, where confidence suffices, reported."""


class Shape(StrictRecord):
    """How the digits and letters of a type look once they are put together.

    Attributes:
        pattern: Regular expression over digits and letters.
        min_length: Shortest whole value, in characters.
        max_length: Longest whole value.
        weight: What the whole shape adds to the score by itself.
        slack: How many characters recognition may lose or add; with 0 only the whole shape counts.
        written: Grouping, as people write it, that adds as much as a name of the type.
    """

    pattern: str
    min_length: int = Field(gt=0)
    max_length: int
    weight: float
    slack: int = 3
    written: str | None = None

    @cached_property
    def has_letters(self) -> bool:
        """Whether letters belong to it."""
        return "A-Z" in self.pattern

    @cached_property
    def begins_with_letter(self) -> bool:
        """Whether its first character is a letter."""
        return any(way[:1] == "[" and way[1].isalpha() for way in self.pattern.split("|"))

    @cached_property
    def ends_with_letter(self) -> bool:
        """Whether its last character is a letter."""
        return any(map(_LETTER_AT_END.search, self.pattern.split("|")))

    @field_validator("pattern", "written")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"a regular expression ({error})") from None
        return value


class Checksum(StrictRecord):
    """The weight of a validator's verdict in the score; a bonus, never a condition."""

    validator: str
    valid: float
    invalid: float

    @field_validator("validator")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in VALIDATORS:
            raise ValueError(f"one of {', '.join(sorted(VALIDATORS))}")
        return value


class Cues(StrictRecord):
    """Phrases of one language that announce a type.

    Attributes:
        names: Phrases that name it ("card number").
        spelled: Abbreviations that name it and are spelled, and phrases with one that is said as a
            word, compared by how they sound ("cvv", "your iban").
        hints: Phrases that only make it likelier ("card").
        titles: Words that belong to a name and stand before it ("mister").
        introducers: Phrases that the value follows directly ("speaking with").
        own_introducers: The same, of speakers who give their own ("my name is").
        requests: Questions that are answered by the value and nothing else ("what's your").
        followers: Phrases that directly follow a name ("speaking").
        weak_introducers: Phrases that a name may follow, and much else ("this is").
        agent_introducers: Phrases by which agents name themselves ("you're through to").
        relations: Words for people's relation to the speaker, before their names ("my husband").
        organisations: Phrases before the name of a firm ("calling from").
        firms: Names of firms and products that read like people's ("John Lewis").
        things: Words after a person's name that make it the name of a firm or a place ("motors").
        determiners: Words before things that are written like names ("the Barclays contract").
        vocatives: Phrases before the name of whoever is spoken to ("thank you").
        copulas: Words that join a name and its value ("is"), at most a few words after it.
        stops: Words that no value in ordinary words begins with or goes over.
        anchors: Street words.
        anchor_side: Whether the street word stands before or after the street's name.
        extensions: Words that go on with an address ("apartment").
        openers: Words that an answer may begin with, and no value ("sure", "i think").
        articles: Words that a value in an answer may begin with, though other words begin with
            them as well ("the").
        providers: Words that are an e-mail domain by themselves ("gmail").
        boxes: Phrases that a number follows and that stand for a street ("p o box").
        terms: Words and phrases that by themselves disclose something about a person ("epilepsy").
        weak_terms: Those that do so only right after one of `linkers` ("sick").
        linkers: Words that join a person and a term ("has", "diagnosed with").
        idioms: Phrases in which a term means something else ("sick of").
        own_contacts: Phrases with which an agent announces a contact of the centre ("our number
            is").
        owners: Words for what is the centre's ("our"); before the name of any type they make
            further `own_contacts` ("our iban").
        own_requests: Phrases with which a customer asks for one ("call you on").
        told_contacts: Phrases with which a customer tells a contact of the centre ("you rang me
            from").
        readings: Phrases before what a meter shows, or the number of a train or room.
        contacts: Verbs of contact, before the name of a person or a firm ("I spoke to").
        nouns: Things that have a number of their own ("order"), for `joined`.
        labels: Names of such a number ("number", "code"), for `joined`.
        joined: How the two make further names: "{noun} {label}", "{label} of the {noun}".
    """

    names: tuple[str, ...]
    spelled: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    introducers: tuple[str, ...] = ()
    own_introducers: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    followers: tuple[str, ...] = ()
    weak_introducers: tuple[str, ...] = ()
    agent_introducers: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    vocatives: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    firms: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    determiners: tuple[str, ...] = ()
    copulas: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    anchor_side: Literal["before", "after"] = "before"
    extensions: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    boxes: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    weak_terms: tuple[str, ...] = ()
    linkers: tuple[str, ...] = ()
    idioms: tuple[str, ...] = ()
    own_contacts: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    own_requests: tuple[str, ...] = ()
    told_contacts: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()

    def joined_names(self) -> tuple[str, ...]:
        """Every noun with every label: "order number", "ticket code"."""
        return tuple(
            way.format(noun=noun, label=label)
            for way in self.joined
            for noun in self.nouns
            for label in self.labels
        )


NO_CUES = Cues(names=())
"""The cues of a type in a language for which its file has none."""


class Examples(StrictRecord):
    """Sentences that the detector must hit and must miss; all invented."""

    hit: tuple[str, ...] = Field(min_length=1)
    miss: tuple[str, ...] = Field(min_length=1)


class PiiRule(VersionedRecord):
    """One detector.

    Attributes:
        id: The type's name everywhere, and the file's stem.
        version: Raised with every change of what it finds; `rules.lock` holds it to that.
        title: For people.
        why: Why it is protected.
        spotter: The kind of recognizer: characters, dates, e-mails, words after a cue, streets, IP
            addresses, telling phrases, or only the name of a number.
        mask: The masking policy; a change of it is a new version.
        shape: Of types that are made of digits and letters; of an address that of its postcode.
        checksum: Of types that have one.
        max_words: Longest value of types in ordinary words.
        min_characters: Fewest digits and letters that are masked where the type is expected.
        min_repeated: Fewest that an agent repeats while they are dictated to be reported for it.
        companions: Types of the thing that it belongs to; after "its" name ("expiry of the"), words
            for any other thing make it none.
        regions: Countries of telephone numbers, by language.
        languages: Cues in every language that the centre speaks.
        examples: In the same languages.
    """

    title: str
    why: str
    spotter: Literal[
        "characters", "date", "email", "words", "address", "ip_address", "phrases", "reference"
    ]
    mask: Annotated[Mask, Field(strict=False)] = Mask.ALWAYS
    shape: Shape | None = None
    checksum: Checksum | None = None
    max_words: int = 4
    min_characters: int = 3
    min_repeated: int = 1
    companions: tuple[str, ...] = ()
    regions: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    languages: dict[str, Cues]
    examples: dict[str, Examples]

    @model_validator(mode="after")
    def _is_whole(self) -> PiiRule:
        if self.spotter == "characters" and self.shape is None:
            raise ValueError("a `shape` for the spotter `characters`")
        return self
