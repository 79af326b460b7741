"""One language's words for numbers, letters and marks: the part `spoken.yaml` of its pack."""

from __future__ import annotations

import unicodedata
from typing import Literal

from pydantic import Field

from models.data_files.strict_yaml import StrictRecord


class SpokenLanguage(StrictRecord):
    """How numbers, letters, codes and addresses are said.

    Words are compared in lower case and without accents; an entry may be a phrase.
    """

    numbers: dict[str, int] = Field(
        description=(
            "Number words below a thousand, and the parts of those that are written as one word."
        )
    )
    loose_numbers: dict[str, int] = Field(
        description='Words that are numbers only beside another number ("oh").'
    )
    homophones: dict[str, int] = Field(
        description="Ordinary words that recognition writes for a digit."
    )
    hundreds: tuple[str, ...] = Field(description="Words for a hundred that other numbers precede.")
    thousands: tuple[str, ...] = Field(description="Words for a thousand.")
    millions: tuple[str, ...] = Field(
        description="Words for a million, where identity numbers are said as amounts."
    )
    tens_and_units: Literal["adjacent", "joined", "glued"] = Field(
        description=(
            'How 42 is said: one after the other ("forty two"), with a joiner ("cuarenta '
            'y dos"), or only as one word ("quarantadue").'
        )
    )
    tens_joiners: tuple[str, ...] = Field(description="Words between tens and units.")
    hundred_joiners: tuple[str, ...] = Field(
        description="Words between hundreds or thousands and the rest."
    )
    teens_after: tuple[int, ...] = Field(
        (),
        description=(
            "Tens that the numbers from 10 to 19 follow: 60 where 72 is said as sixty twelve."
        ),
    )
    multipliers: dict[str, int] = Field(
        description='Words that repeat what follows ("double"), with how often it stands.'
    )
    times_words: tuple[str, ...] = Field(description='Words that make "six times zero" six zeros.')
    letters: dict[str, str] = Field(description="Names of letters that mean nothing else.")
    loose_letters: dict[str, str] = Field(
        description="Names of letters that are ordinary words too."
    )
    alphabet: dict[str, tuple[str, ...]] = Field(
        description='For each letter the words that spell it ("A as in Alpha").'
    )
    letter_explainers: tuple[str, ...] = Field(
        description="Words that join a letter and the word that explains it."
    )
    marks: dict[Literal["@", ".", "_", "-", "+", "/"], tuple[str, ...]] = Field(
        description="For each sign its names."
    )
    unsure_marks: tuple[str, ...] = Field(
        description=(
            "Names of signs that are ordinary words too: an at sign of these needs a domain "
            "after it, a dot of these an ending that domains have."
        )
    )
    domain_endings: tuple[str, ...] = Field(
        (), description="Endings of domain names, as they are said."
    )
    fillers: tuple[str, ...] = Field(description="Hesitations inside of a dictated value.")
    contractions: dict[str, str] = Field(
        description='Words and how they are said as one: "do not", "don\'t".'
    )
    corrections: tuple[str, ...] = Field(
        description="Phrases that take back the character before them."
    )
    connectors: tuple[str, ...] = Field(description="Words between the parts of a dictated value.")
    ordinals: dict[str, int] = Field(
        description="Words for the days of a month, with their number."
    )
    ordinal_endings: tuple[str, ...] = Field(
        description='Endings that make figures an ordinal ("th").'
    )
    months: dict[str, int] = Field(description="Names of months, with their number.")
    holidays: dict[str, str] = Field(
        default_factory=dict,
        description='Days that people name instead of dating them, as month and day ("12-25").',
    )
    date_joiners: tuple[str, ...] = Field(
        description="Words between the parts of a date, and articles before it."
    )
    units: tuple[str, ...] = Field(description="Words that make the number before them a quantity.")
    clock_endings: tuple[str, ...] = Field(
        description='What may follow a time in figures ("10:30pm").'
    )
    time_words: tuple[str, ...] = Field(
        description="Words before two numbers that are a time of day."
    )
    year_words: tuple[str, ...] = Field(
        (), description="Words before four single digits that are a year."
    )
    number_phrases: tuple[str, ...] = Field(
        (), description='Phrases that only look like numbers ("fifty fifty").'
    )
    rate_words: tuple[str, ...] = Field(
        (), description='Words that join a number and its unit ("two a week").'
    )
    estimate_words: tuple[str, ...] = Field(
        (), description='Words before a number that is estimated ("about two thousand").'
    )
    price_words: tuple[str, ...] = Field(
        (), description='Words before a price, whatever its currency ("paid twenty nine ninety").'
    )
    number_labels: tuple[str, ...] = Field(
        (), description='Words that tell which part of a number follows ("area code").'
    )
    town_words: tuple[str, ...] = Field(description="Words before the name of a town.")
    elisions: tuple[str, ...] = Field(description='Shortened words before an apostrophe ("l\'").')
    contracted_endings: tuple[str, ...] = Field(
        description='Verbs that are written together with the word before them ("\'s").'
    )


def fold(text: str) -> str:
    """Lower-case without accents: how words are compared."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return "".join(
        char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char)
    )
