"""Whether the words of a likely match are those of the phrase, or others of similar spelling.

Letters find what recognition distorted, but "forty" has most letters of "fourteen". So every word
of a candidate must be accounted for: the same word, an inflection of it, the same number, or a word
that sounds as much like it as recognition was unsure. Words without meaning of their own may be
lost or added.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from models.language.lemmas import lemma, readings
from qa_rules.phrase_search.phrase import JOINED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa_rules.phrase_search.phrase import Phrase

LEAST_ALIKE = 0.6
"""Words whose sounds agree less (0..1) are never taken for each other."""
CACHED_SOUNDS = 50_000
_LOST, _ADDED, _IMPOSSIBLE = 1 << 8, 1 << 16, 1 << 24
"""Costs of a word that was lost, of one with a meaning that was added, and of another word; so far
apart that the sum of costs tells how many there are of each. A doubtful word costs 1."""
_TAKEN_FOR = ((1, 1), (2, 1), (1, 2))
"""How many words of a phrase are compared with how many that were said."""


@dataclass(frozen=True, slots=True)
class OtherWords:
    """The data by which words of one language are distinguished.

    Attributes:
        language: Code of the language whose dictionary is asked.
        function_words: Tokens that may be lost or added.
        sounds: Spellings and their sounds, applied in order to a token between ^ and $.
        numbers: Values of number words.
    """

    language: str
    function_words: frozenset[str] = frozenset()
    sounds: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def doubts(
        self, phrase: Phrase, said: Sequence[str], confidence: Sequence[float]
    ) -> int | None:
        """How many words of a stretch are as likely to be other words than those of a phrase.

        Args:
            phrase: The phrase that was searched for.
            said: What was recognised.
            confidence: Of each recognised word, 0..1.

        Returns:
            The least number with which the stretch is the phrase; None if it says something else.
        """
        added = [0 if word in self.function_words else _ADDED for word in said]
        best = [[0, *accumulate(added)]]
        for p, last in enumerate(phrase.tokens, 1):
            best.append([])
            may_be_lost = last in self.function_words
            lost = 0 if last in phrase.names else _LOST if may_be_lost else _IMPOSSIBLE
            for s in range(len(said) + 1):
                ways = [best[p - 1][s] + lost]
                if s:
                    ways.append(best[p][s - 1] + added[s - 1])
                for of_p, of_s in _TAKEN_FOR:
                    if of_p <= p and of_s <= s:
                        heard = slice(s - of_s, s)
                        wanted = phrase.tokens[p - of_p : p]
                        cost = self._cost(phrase, wanted, said[heard], confidence[heard])
                        ways.append(best[p - of_p][s - of_s] + cost)
                best[p].append(min(ways))
        least = best[-1][-1]
        # A word in the place of another is neither lost nor added: "turn it off" for "turn it on".
        is_other = least >= _IMPOSSIBLE or (least >= _ADDED and least % _ADDED >= _LOST)
        return None if is_other else least % _LOST

    def _cost(
        self, phrase: Phrase, words: Sequence[str], said: Sequence[str], confidence: Sequence[float]
    ) -> int:
        """The cost of taking a word of the phrase, or two that were joined, for what was said.

        0 if they are the same, 1 if in doubt. A word that is not in the dictionary is misrecognised
        or misspelt.
        """
        wanted, heard = "".join(words), "".join(said)
        if words[-1] in phrase.names or self._is_same(wanted, heard):
            return 0
        letters = fuzz.ratio(wanted, heard)
        alike = max(letters, fuzz.ratio(self._sound(wanted), self._sound(heard))) / 100
        if alike < (LEAST_ALIKE if len(words) == len(said) else JOINED):
            return _IMPOSSIBLE
        if len(said) > 1 or not self._is_known(heard):
            return 0
        return 1 if alike >= confidence[0] else _IMPOSSIBLE

    def _is_same(self, wanted: str, heard: str) -> bool:
        """Whether two words sound alike, are the same number or forms of one word."""
        if wanted == heard or self._sound(wanted) == self._sound(heard):
            return True
        values = self._value(wanted), self._value(heard)
        if values != (None, None):
            return values[0] == values[1]
        if {wanted, heard} <= self.function_words:
            return True
        return not readings(wanted, self.language).isdisjoint(readings(heard, self.language)) or (
            lemma(wanted, self.language) == lemma(heard, self.language)
        )

    def _value(self, word: str) -> int | None:
        return int(word) if word.isdecimal() else self.numbers.get(word)

    def _is_known(self, word: str) -> bool:
        return self._value(word) is not None or bool(readings(word, self.language))

    def _sound(self, word: str) -> str:
        if word not in self._keys:
            if len(self._keys) >= CACHED_SOUNDS:
                self._keys.clear()
            self._keys[word] = self._sounded(word)
        return self._keys[word]

    def _sounded(self, word: str) -> str:
        if not word.isalpha():
            return word  # figures do not sound as they are written
        key = f"^{word}$"
        for spelling, sound in self.sounds.items():
            key = key.replace(spelling, sound)
        return "".join(letter for letter, _ in groupby(key.strip("^$"))) or word
