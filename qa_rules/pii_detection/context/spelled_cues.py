"""Abbreviations that people spell ("C V V", "ce uve uve"), and what recognition makes of them.

Recognition joins and divides the names of letters, and confuses those that sound alike: "sube uve",
"cibo vu", "CBV". Words are compared with all ways to say an abbreviation by how they sound
(`sounds.py`), so that no rule file lists such words.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING

from models.language.spoken.language import fold
from models.language.spoken.written import VOWELS
from qa_rules.pii_detection.context.sounds import alike, sound_of, sounds_like

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MAX_WORDS = 4
"""Words that an abbreviation is divided into."""
MIN_LETTERS = 5
"""Letters of a sound; shorter ones sound like ordinary words."""
MIN_FUZZY_LETTERS = 6
"""Letters from which some may differ."""
MOST_DIFFERING = 0.26
"""Share of these letters: two of "seubeube", one of "sibubu"."""
MIN_PHRASE_LETTERS = 12
"""Letters from which those of a phrase may differ: "codice fiscale"; short ones must not."""
MOST_DIFFERING_PHRASE = 0.2
"""Share of these letters: two of "codisefiscale", so that a "codice postale" is none."""
LEAST_HEARD = 0.69
"""Share of them that its end may consist of where its beginning was lost: "cefiscale"."""
MAX_NAMES = 4
"""Names of one letter that are considered: the sounds grow with their product."""
MAX_REMEMBERED = 50_000


class SpelledCues:
    """Finds spelled abbreviations.

    Args:
        spelled: The abbreviations, each with the type that it names; and phrases that hold one
            which is said as a word ("your iban"), and must sound the same, unless they are long.
        letter_names: What letters are called, each name with its letter.
        numbers: Number words, which are part of values and not of their names ("seven bee").
    """

    def __init__(
        self,
        spelled: Iterable[tuple[str, str]],
        letter_names: Mapping[str, str],
        numbers: Iterable[str],
    ) -> None:
        self._numbers = frozenset(map(fold, numbers))
        self._written: dict[str, str] = {}
        self._sounds: dict[str, str] = {}
        phrases = set()
        for abbreviation, type_ in spelled:
            if " " in abbreviation:
                phrases.add(sound_of(abbreviation))
                self._sounds[sound_of(abbreviation)] = type_
                continue
            self._written[alike(abbreviation)] = type_
            for way in _ways(abbreviation, letter_names):
                self._sounds.setdefault(sound_of(way), type_)
        self._phrases = [one for one in phrases if len(one) >= MIN_PHRASE_LETTERS]
        self._fuzzy: defaultdict[str, list[str]] = defaultdict(list)
        for sound in self._sounds:
            if sound not in phrases and len(sound) >= MIN_FUZZY_LETTERS:
                self._fuzzy[sound[0]].append(sound)
        self._known: dict[str, str | None] = {}

    def find(self, folded: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """The type, the first word, and the index after the last word of each, longest first."""
        if not self._written:
            return
        first = 0
        while first < len(folded):
            for last in range(min(first + MAX_WORDS, len(folded)), first, -1):
                type_ = self._type_of(folded[first:last])
                if type_:
                    yield type_, first, last
                    first = last - 1
                    break
            first += 1

    def is_written(self, words: Sequence[str]) -> bool:
        """Whether these words are an abbreviation's letters: "CBV", "c v v"."""
        is_spelled = len(words) == 1 or all(len(word) == 1 for word in words)
        return is_spelled and alike("".join(words)) in self._written

    def _type_of(self, words: Sequence[str]) -> str | None:
        heard = " ".join(words)
        if heard not in self._known:
            if len(self._known) >= MAX_REMEMBERED:
                self._known.clear()
            self._known[heard] = self._compared(words)
        return self._known[heard]

    def _compared(self, words: Sequence[str]) -> str | None:
        joined = "".join(words)
        if any(map(str.isdecimal, joined)) or not self._numbers.isdisjoint(words):
            return None
        if self.is_written(words):
            return self._written[alike(joined)]
        sound = sound_of(joined)
        is_letters = len(words) == 1 and VOWELS.isdisjoint(sound[:2])  # "CVU" is no word
        if len(sound) < MIN_LETTERS and not is_letters:
            return None
        if sound in self._sounds:
            return self._sounds[sound]
        for known in self._fuzzy.get(sound[:1], ()):
            if sounds_like(sound, known, MOST_DIFFERING):
                return self._sounds[known]
        return next((self._sounds[one] for one in self._phrases if _is_phrase(sound, one)), None)


def _is_phrase(sound: str, phrase: str) -> bool:
    """Whether a sound may be a long phrase, misheard or without its beginning."""
    is_end = phrase.endswith(sound) and len(sound) >= LEAST_HEARD * len(phrase)
    return is_end or sounds_like(sound, phrase, MOST_DIFFERING_PHRASE)


def _ways(abbreviation: str, letter_names: Mapping[str, str]) -> Iterator[str]:
    """The ways to say it with at least one letter's name: "c uve uve", "ce v v"."""
    names = [
        [letter, *(name for name, of in letter_names.items() if of.casefold() == letter)]
        for letter in abbreviation
    ]
    for parts in product(*(some[: MAX_NAMES + 1] for some in names)):
        if any(len(part) > 1 for part in parts):
            yield " ".join(parts)
