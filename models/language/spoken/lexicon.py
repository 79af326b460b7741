"""From one word or phrase to the atoms it may stand for, by a language's data."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

from models.language.pack import load_spoken_language
from models.language.spoken.atoms import Atom, NumberPart
from models.language.spoken.language import fold
from models.language.spoken.symbols import SymbolKind
from models.language.spoken.written import FigureEndings, written_atoms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.language.spoken.language import SpokenLanguage

MAX_REMEMBERED_WORDS = 100_000
MIN_MISHEARD_LETTERS = 5
MISHEARD_SIMILARITY = 0.8
"""Twice the letters that agree in order by those of both: "trouble" has 0.77 of "treble"."""
MIN_GLUED_LETTERS = 6
APOSTROPHES = ("'", "\u2019")
EDGE_PUNCTUATION = ".,;:!?\"'`()[]{}<>¿¡…«»“”*_\u2018\u2019"


class NumberLexicon:
    """All words of one language that can be part of a dictated number, code or address.

    Attributes:
        language: The part of its pack that it was made from.
        phrases: Entries of several words by their first word, longest first.
        homophones: Ordinary words that recognition writes for a digit.
        explainers: Words that join a letter and the word that explains it.
        alphabet: Words that spell a letter.
        tens_joiners: Words between tens and units ("y").
        hundred_joiners: Words between hundreds and the rest ("and").
        date_joiners: Words between the parts of a date, and before it.
        times_words: Words that make "six times zero" six zeros.
    """

    def __init__(self, language: SpokenLanguage) -> None:
        self.language = language
        self.phrases: dict[str, list[tuple[tuple[str, ...], Atom]]] = {}
        self._single: dict[str, Atom] = {}
        for phrase, atom in _entries(language):
            words = tuple(fold(phrase).split())
            if len(words) == 1:
                self._single.setdefault(words[0], atom)
            else:
                self.phrases.setdefault(words[0], []).append((words, atom))
        for known in self.phrases.values():
            known.sort(key=lambda entry: -len(entry[0]))
        numbers = [*language.numbers, *language.hundreds, *language.thousands]
        one = "|".join(sorted(map(re.escape, map(fold, numbers)), key=len, reverse=True))
        self._glue_part = re.compile(one)
        self._glue = re.compile(f"(?:{one})+")
        self.homophones = frozenset(map(fold, language.homophones))
        self.explainers = frozenset(
            tuple(fold(phrase).split()) for phrase in language.letter_explainers
        )
        self.alphabet = {
            fold(word): letter for letter, words in language.alphabet.items() for word in words
        }
        self.tens_joiners = frozenset(map(fold, language.tens_joiners))
        self.hundred_joiners = frozenset(map(fold, language.hundred_joiners))
        self.date_joiners = frozenset(map(fold, language.date_joiners))
        self.times_words = frozenset(map(fold, language.times_words))
        self._endings = FigureEndings(
            units=frozenset(map(fold, language.units)),
            ordinals=frozenset(language.ordinal_endings),
            clock=frozenset(language.clock_endings),
        )
        self._remembered: dict[str, tuple[str, tuple[Atom, ...]]] = {}

    def look_up(self, word: str) -> tuple[str, tuple[Atom, ...]]:
        """The bare, folded word and its atoms; no atoms for an ordinary word."""
        known = self._remembered.get(word)
        if known is None:
            known = self._read(word)
            # Figures and addresses are never cached: they may be personal data.
            if len(self._remembered) < MAX_REMEMBERED_WORDS and word.rstrip(".,?!").isalpha():
                self._remembered[word] = known
        return known

    def bare(self, word: str) -> str:
        """A word without the punctuation around it and the shortened word that it begins with."""
        bare = word.strip(EDGE_PUNCTUATION)
        for elided in self.language.elisions:
            if bare[len(elided) : len(elided) + 1] in APOSTROPHES and fold(bare).startswith(elided):
                return bare[len(elided) + 1 :]
        return bare

    def _read(self, word: str) -> tuple[str, tuple[Atom, ...]]:
        bare = self.bare(word)
        folded = fold(bare)
        if len(bare) == 1 and not bare.isascii():
            return folded, ()  # "è" and "ó" are words, never names of letters
        if folded in self._single:
            return folded, (self._single[folded],)
        parts = folded.split("-")
        if len(parts) > 1 and (atoms := self._numbers_in(parts)):
            return folded, atoms
        if len(folded) >= MIN_GLUED_LETTERS and self._glue.fullmatch(folded):
            return folded, tuple(self._single[part] for part in self._glue_part.findall(folded))
        if multiplier := self._misheard_multiplier(folded):
            return folded, (multiplier,)
        return folded, written_atoms(word, bare, self._endings)

    def _misheard_multiplier(self, folded: str) -> Atom | None:
        """The multiplier that a word sounds like: "trepple" is written for "treble".

        Without a number after it a multiplier is no symbol, so false positives are rare.
        """
        for known in self.language.multipliers:
            if (
                min(len(folded), len(known)) >= MIN_MISHEARD_LETTERS
                and folded[0] == known[0]
                and SequenceMatcher(None, folded, fold(known)).ratio() >= MISHEARD_SIMILARITY
            ):
                return self._single[fold(known)]
        return None

    def _numbers_in(self, parts: Sequence[str]) -> tuple[Atom, ...]:
        """The numbers of a word with hyphens, longest first; none if it holds anything else.

        "quatre-vingt-dix-sept" is 80 and 17, if the pack knows both.
        """
        atoms: list[Atom] = []
        at = 0
        while at < len(parts):
            for last in range(len(parts), at, -1):
                atom = self._single.get("-".join(parts[at:last]))
                if atom is not None and isinstance(atom.kind, NumberPart):
                    atoms.append(atom)
                    at = last
                    break
            else:
                if not atoms or parts[at] not in self.tens_joiners:
                    return ()
                at += 1  # "vingt-et-un"
        return tuple(atoms)


@cache
def load_lexicon(code: str) -> NumberLexicon:
    """The lexicon of a language whose pack says how numbers are spoken."""
    return NumberLexicon(load_spoken_language(code))


def _entries(language: SpokenLanguage) -> Iterator[tuple[str, Atom]]:
    """Every phrase of the pack with its meaning; the first meaning of a word wins."""
    for bare_kind, phrases in (
        (SymbolKind.CORRECTION, language.corrections),
        (SymbolKind.FILLER, language.fillers),
    ):
        yield from ((phrase, Atom(bare_kind, "")) for phrase in phrases)
    for kind, values in (
        (NumberPart.VALUE, language.numbers),
        (NumberPart.LOOSE_VALUE, language.loose_numbers),
        (NumberPart.HOMOPHONE, language.homophones),
        (NumberPart.MULTIPLIER, language.multipliers),
        (NumberPart.HUNDRED, dict.fromkeys(language.hundreds, 100)),
        (NumberPart.THOUSAND, dict.fromkeys(language.thousands, 1000)),
        (NumberPart.MILLION, dict.fromkeys(language.millions, 1_000_000)),
        (SymbolKind.MONTH, language.months),
        (SymbolKind.ORDINAL, language.ordinals),
    ):
        yield from ((phrase, Atom(kind, str(value))) for phrase, value in values.items())
    for phrase, day in language.holidays.items():
        yield phrase, Atom(SymbolKind.HOLIDAY, day.replace("-", ""))
    for mark, phrases in language.marks.items():
        yield from ((phrase, Atom(SymbolKind.MARK, mark)) for phrase in phrases)
    for phrase, letter in language.letters.items():
        yield phrase, Atom(SymbolKind.LETTERS, letter)
    loose = [*language.loose_letters.items()]
    loose += [(word, letter) for letter, words in language.alphabet.items() for word in words]
    yield from ((word, Atom(SymbolKind.LETTERS, letter, certain=False)) for word, letter in loose)
    yield from ((phrase, Atom(SymbolKind.UNIT, "")) for phrase in language.units)
