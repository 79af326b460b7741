"""Words at the edges of a code that were heard as something else.

Nobody hears letters well: "equis" comes back as "el", "i griega" as "sí, griega"; and a last group
may come back as "lo venza y uno". What stands there is masked with the code.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.evidence.features import Feature
from qa_rules.pii_detection.recognizers.number_runs import BORDER_PUNCTUATION
from qa_rules.pii_detection.recognizers.unclear_answers import UNSURE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from models.language.spoken.symbols import Symbol
    from qa_rules.pii_detection.compiled_types import Detectors
    from qa_rules.pii_detection.context.word_view import WordView
    from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

MAX_LETTER_WORDS = 3
"""Words that a letter at the edge of a code may have become."""
MAX_UNASKED_LETTER_WORDS = 2
"""The same after a code that nobody asked for."""
MAX_HALF_WORDS = 5
"""Eight characters that nobody understood come back as so many words at most."""
MAX_REST_WORDS = 4
"""Words after a code that may be its misheard rest."""
MAX_WORDS_BEFORE = 8
"""Words before a code in which its misheard beginning is sought."""
MIN_DIGITS_BEFORE_REST = 6
"""Of a code that nobody asked for, before its rest is sought."""
MIN_DIGITS_AFTER_START = 12
"""Digits of a code whose beginning is sought though it lacks no letter."""
MAX_WORDS_TO_LETTER = 6
"""Words that may be passed over on the way to a letter."""
MAX_WORDS_TO_NAME = 5
"""Words from the name of a type to a value: a copula, an article, and a misheard letter."""
MAX_JOINED_PAUSE_S = 0.05
"""Word times are steps of 0.02 s; a longer pause lets a listener tell two words apart."""
UNSURE_REST = 0.6
"""Mean confidence below which the rest of a turn may be the rest of a code."""


class CodeEdges:
    """Finds the words that stand for a code's first or last characters.

    Args:
        reading: The side's words.
        detectors: The rules, and the words between a letter and the word that explains it ("for",
            "come"), or between a name and its value ("is").
    """

    def __init__(self, reading: WordView, detectors: Detectors) -> None:
        self._reading = reading
        self._words = reading.stream.words
        self._rules = detectors.rules
        self._explainers = detectors.explainers
        self._copulas = detectors.email_answers.copulas

    def start(self, one: Candidate, taken: Collection[int]) -> int:
        """Where a code begins: with misheard letters, or with characters before other words."""
        start = one.first
        is_long = _digit_count(one) >= MIN_DIGITS_AFTER_START
        half = self._lacks_first_half(one)
        lacks_letters = half or self._lacks_first_letters(one)
        letter_words = MAX_HALF_WORDS if half else MAX_LETTER_WORDS
        if not (is_long or lacks_letters):
            return start
        for word in range(one.first - 1, one.first - 1 - MAX_WORDS_BEFORE, -1):
            if word in self._reading.barred:
                return start
            if (
                not self._reading.is_free(word, taken)
                or not self._reading.same_turn(word, one.first)
                or self._reading.ends(word, at_comma=False)
            ):
                break
            # Groups of letters are written with commas, too.
            is_whole = is_long or half
            if one.first - word > MAX_LETTER_WORDS and not is_whole and self._reading.ends(word):
                break
            if not one.asked and self._reading.folded[word] in self._copulas:
                return start  # "my NIE is": what follows is the value
            is_near = lacks_letters and one.first - word <= letter_words
            if is_near or (is_long and self._is_character(word)):
                start = word
        # Unless it was asked for, only what stands between "is" and a code is surely part of it.
        return start if one.asked or is_long else one.first

    def end(self, one: Candidate, taken: Collection[int]) -> int:
        """Where a code ends if only a few words follow, and those seem to belong to it."""
        end = one.last
        if self._reading.ends(end - 1, at_comma=False):
            return end
        while end - one.last < MAX_REST_WORDS and self._reading.is_free(end, taken):
            if not self._reading.same_turn(end, one.last - 1):
                break
            end += 1
            if self._reading.ends(end - 1, at_comma=False) or self._reading.ends_turn(end - 1):
                rest = range(one.last, end)
                return end if self._ends_in(one, rest) else one.last
        return one.last

    def spelled_before(self, one: Candidate, taken: Collection[int]) -> tuple[int, int]:
        """Letters that an answer still lacks, and misheard words between them and the rest."""
        letter = self._spelled_letter(one, count(one.first - 1, -1), taken)
        return letter.first if letter else one.first, one.first

    def spelled_after(self, one: Candidate, taken: Collection[int]) -> tuple[int, int]:
        """The same after the value: "52, dico medo fatto sei, S di Savona"."""
        letter = self._spelled_letter(one, count(one.last), taken)
        return one.last, letter.last if letter else one.last

    def explained_after(self, one: Candidate, taken: Collection[int]) -> tuple[int, int]:
        """Letters with the words that explain them, directly after any value that was asked for.

        They are the end of a code whose digits were taken for something else, such as a date.
        """
        end = one.last
        while one.asked and self._reading.is_free(end, taken):
            symbol = self._reading.symbol_at.get(end)
            if not symbol or symbol.kind is not SymbolKind.LETTERS or symbol.last - end == 1:
                break
            if not self._reading.same_turn(one.last - 1, end):
                break
            end = symbol.last
        return one.last, end

    def _spelled_letter(
        self, one: Candidate, words: Iterable[int], taken: Collection[int]
    ) -> Symbol | None:
        """The farthest of the next letters that were surely spelled, if the code lacks some."""
        shape = self._rules[one.type].shape
        is_short = shape and shape.has_letters and len(one.text) < shape.max_length
        if not (is_short and is_expected(one)):
            return None
        found = None
        for passed, word in enumerate(words):
            if not self._reading.is_free(word, taken):
                break
            symbol = self._reading.symbol_at.get(word)
            if symbol and symbol.kind is SymbolKind.LETTERS and (found or symbol.certain):
                found = symbol
            elif found or passed == MAX_WORDS_TO_LETTER:
                break
        is_here = found and self._reading.same_turn(found.first, one.first)
        return found if is_here else None

    def unsure_before(self, one: Candidate, taken: Collection[int]) -> tuple[int, int]:
        """A word of which recognition was unsure and that runs into the value."""
        word = one.first - 1
        return one.first - self._is_unsure_beside(word, word, taken), one.first

    def unsure_after(self, one: Candidate, taken: Collection[int]) -> tuple[int, int]:
        """The same after the value: such a word begins while the last digit is still spoken."""
        return one.last, one.last + self._is_unsure_beside(one.last, one.last - 1, taken)

    def _is_unsure_beside(self, word: int, before: int, taken: Collection[int]) -> bool:
        """Whether an unsure word is free, and no pause or punctuation follows the word `before`."""
        return (
            self._reading.is_free(word, taken)
            and self._reading.same_turn(before, before + 1)
            and not self._words[before].text.endswith(BORDER_PUNCTUATION)
            and self._words[before + 1].start_s - self._words[before].end_s <= MAX_JOINED_PAUSE_S
            and self._words[word].confidence < UNSURE
        )

    def _lacks_first_half(self, one: Candidate) -> bool:
        """Whether so much of an answer is missing that the words before it must be the rest."""
        shape = self._rules[one.type].shape
        return bool(
            shape
            and shape.begins_with_letter
            and one.asked
            and not one.text[:2].isalpha()
            and 2 * len(one.text) <= shape.min_length
        )

    def _lacks_first_letters(self, one: Candidate) -> bool:
        shape = self._rules[one.type].shape
        return bool(
            shape
            and shape.begins_with_letter
            and is_expected(one)
            and (not one.text[:1].isupper() or (not one.asked and len(one.text) < shape.min_length))
            and not re.fullmatch(shape.pattern, one.text)
        )

    def _ends_in(self, one: Candidate, rest: range) -> bool:
        """Whether the rest of a sentence stands for the last letter, or for more of the code."""
        most = MAX_LETTER_WORDS if one.asked else MAX_UNASKED_LETTER_WORDS * is_expected(one)
        if len(rest) <= most and self._lacks_last_letter(one, rest[0]):
            return True
        if not one.asked and _digit_count(one) < MIN_DIGITS_BEFORE_REST:
            return False
        return (
            self._confidence(rest) < UNSURE_REST
            or self._confidence(range(rest.start - 1, rest.stop)) < UNSURE_REST
            or self._is_digits(rest[-1])
        )

    def _confidence(self, words: range) -> float:
        return sum(self._words[word].confidence for word in words) / len(words)

    def _lacks_last_letter(self, one: Candidate, word: int) -> bool:
        """Whether no letter ends a code that should end with one, or a word explains it."""
        shape = self._rules[one.type].shape
        return bool(shape and shape.ends_with_letter) and (
            not one.text[-1].isupper() or self._reading.folded[word] in self._explainers
        )

    def _is_character(self, word: int) -> bool:
        return self._is_digits(word) or self._reading.is_spelled(word)

    def _is_digits(self, word: int) -> bool:
        symbol = self._reading.symbol_at.get(word)
        return bool(symbol and symbol.kind is SymbolKind.DIGITS)


def is_expected(one: Candidate) -> bool:
    """Whether a value was asked for, or its speaker named it right before."""
    evidence = dict(one.evidence)
    between = evidence.get(Feature.WORDS_BETWEEN, MAX_WORDS_TO_NAME + 1)
    return one.asked or (Feature.NAMED in evidence and between <= MAX_WORDS_TO_NAME)


def _digit_count(one: Candidate) -> int:
    return sum(map(str.isdecimal, one.text))
