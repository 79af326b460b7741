"""Whether the words of a likely match are those of the phrase or other words with like letters.

Letters find what recognition bent, but "forty" has most letters of "fourteen". So every word of a
candidate must be accounted for: the same word, an inflection of it, the same number, or a word
that sounds as much like it as recognition was unsure. Words without meaning of their own may be
lost or added.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from models.language.lemmas import is_word, lemma

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa_rules.phrase_search.phrase import Phrase

LEAST_ALIKE = 0.6
"""Words whose sounds agree less (0..1) are never taken for each other."""
CACHED_SOUNDS = 50_000
_IMPOSSIBLE = 1_000


@dataclass(frozen=True, slots=True)
class OtherWords:
    """What tells the words of one language apart.

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
        """How many words of a stretch may as well be other words than those of a phrase.

        Args:
            phrase: What was looked for.
            said: What was recognised.
            confidence: Of each recognised word, 0..1.

        Returns:
            The least number that makes the stretch the phrase; None if it says something else.
        """
        best = [[0] * (len(said) + 1)]
        for p, wanted in enumerate(phrase.tokens):
            best.append([_IMPOSSIBLE] * (len(said) + 1))
            named = wanted in phrase.names
            lost = 0 if named or wanted in self.function_words else _IMPOSSIBLE
            for s in range(len(said) + 1):
                ways = [best[p][s] + lost]
                if s:
                    heard, sure = said[s - 1], confidence[s - 1]
                    paired = 0 if named else self._pair(wanted, heard, sure)
                    ways += [best[p + 1][s - 1], best[p][s - 1] + paired]
                    if p:
                        both = phrase.tokens[p - 1] + wanted
                        ways.append(best[p - 1][s - 1] + self._pair(both, heard, sure))
                if s > 1:
                    split = said[s - 2] + said[s - 1]
                    known = self._is_known(said[s - 2]) and self._is_known(said[s - 1])
                    least = min(confidence[s - 2 : s])
                    ways.append(best[p][s - 2] + self._pair(wanted, split, least, known=known))
                best[p + 1][s] = min(ways)
        return best[-1][-1] if best[-1][-1] < _IMPOSSIBLE else None

    def _pair(self, wanted: str, heard: str, sure: float, *, known: bool = False) -> int:
        """The cost of taking one word for another: 0 if they are the same, 1 if in doubt.

        A word that the dictionary does not have is one that recognition or a spelling bent.
        """
        if self._is_same(wanted, heard):
            return 0
        letters = fuzz.ratio(wanted, heard)
        alike = max(letters, fuzz.ratio(self._sound(wanted), self._sound(heard))) / 100
        if alike < LEAST_ALIKE:
            return _IMPOSSIBLE
        if not known and not self._is_known(heard):
            return 0
        return 1 if alike >= sure else _IMPOSSIBLE

    def _is_same(self, wanted: str, heard: str) -> bool:
        """Whether two words sound alike, are the same number or forms of one word."""
        if wanted == heard or self._sound(wanted) == self._sound(heard):
            return True
        values = self._value(wanted), self._value(heard)
        if values != (None, None):
            return values[0] == values[1]
        return {wanted, heard} <= self.function_words or (
            lemma(wanted, self.language) == lemma(heard, self.language)
        )

    def _value(self, word: str) -> int | None:
        return int(word) if word.isdecimal() else self.numbers.get(word)

    def _is_known(self, word: str) -> bool:
        return self._value(word) is not None or is_word(word, self.language)

    def _sound(self, word: str) -> str:
        if word not in self._keys:
            if len(self._keys) >= CACHED_SOUNDS:
                self._keys.clear()
            self._keys[word] = self._sounded(word)
        return self._keys[word]

    def _sounded(self, word: str) -> str:
        key = f"^{word}$"
        for spelling, sound in self.sounds.items():
            key = key.replace(spelling, sound)
        letters = key.strip("^$")
        return "".join(a for a, b in zip(letters, letters[1:] + " ", strict=True) if a != b)
