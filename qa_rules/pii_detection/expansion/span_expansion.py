"""Words between and beside the parts of a dictated value, where recognition heard other words.

A dictated "emme due uno otto" may be recognised as a few meaningless words. Words between two parts
of an answer, or next to a part, are masked with it as a precaution, and not reported.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.evidence.features import NO_EVIDENCE
from qa_rules.pii_detection.expansion.code_edges import CodeEdges
from qa_rules.pii_detection.expansion.place_edges import PlaceEdges
from qa_rules.pii_detection.recognizers.number_runs import BORDER_PUNCTUATION
from qa_rules.pii_detection.types.pii_type import UNKNOWN_NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from qa_rules.pii_detection.compiled_types import Detectors
    from qa_rules.pii_detection.context.word_view import WordView
    from qa_rules.pii_detection.recognizers.number_runs import Expectation
    from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

    Beside = Callable[[Candidate, Collection[int]], tuple[int, int]]

MAX_WORDS_BETWEEN = 6  # two parts of one type, if no sentence ends there
MAX_STRAY_WORDS = 2  # between any two parts, whatever the punctuation
MAX_SILENCE_S = 8.0  # a longer silence ends an answer
MAX_STRAY_LETTERS = 3  # longer words are no misheard letter
MIN_DIGITS_BEFORE_LETTER = 3  # of a code that may end with an explained letter
_LETTERS = (SymbolKind.LETTERS,)
_DIGITS = (SymbolKind.DIGITS, SymbolKind.HOMOPHONE)


class SpanExpansion:
    """Finds the unrecognised words of one side's values.

    Args:
        reading: The side's words; barred are those that name a type, and masks.
        detectors: The rules and the language.
        expectation: What the dialogue expects.
    """

    def __init__(self, reading: WordView, detectors: Detectors, expectation: Expectation) -> None:
        self._reading = reading
        self._words = reading.stream.words
        self._explainers = detectors.explainers
        self._connectors = detectors.connectors
        self._codes = detectors.codes
        self._articles = detectors.date_joiners
        self._date_articles = dict.fromkeys(detectors.date_types, detectors.any_date_joiners)
        self._lettered = detectors.lettered
        self._rules = detectors.rules
        self._edges = CodeEdges(reading, detectors)
        self._beside_places = PlaceEdges(reading, detectors)
        self._phrased = detectors.places.union(detectors.date_types)
        self._parts = detectors.codes.union(
            detectors.date_types, detectors.word_spotters, (UNKNOWN_NUMBER,)
        )
        self._expectation = expectation

    def candidates(self, found: Sequence[Candidate]) -> Iterator[Candidate]:
        """What else is masked, each with the type of the value that it belongs to.

        Args:
            found: This side's values, without overlap.
        """
        parts = sorted((one for one in found if not one.is_fragment), key=lambda one: one.first)
        taken = {word for one in parts for word in range(one.first, one.last)}
        for before, after in pairwise(parts):
            if self._belongs_between(before, after):
                taken |= set(range(before.last, after.first))
                owner = before if before.type in self._codes else after
                yield _part(owner, before.last, after.first)
        for one in parts:
            for beside in self._neighbours(one):
                first, last = beside(one, taken)
                if first < last:
                    taken |= set(range(first, last))
                    yield _part(one, first, last)

    def _neighbours(self, one: Candidate) -> Iterator[Beside]:
        """Where to look beside a value; a date is a phrase, and where it is dictated a code."""
        if one.type in self._phrased:
            yield from (self._article, self._beside_places.town, self._beside_places.street)
        yield self._edges.explained_after
        is_code = one.type in self._codes or one.type == UNKNOWN_NUMBER
        if is_code and not self._is_whole(one):
            yield self._edges.spelled_before
            yield self._edges.spelled_after
            yield self._before
            yield self._after
        if is_code:
            yield self._edges.unsure_before
            yield self._edges.unsure_after

    def _is_whole(self, one: Candidate) -> bool:
        """Whether nothing of a code can be missing: its checksum holds, or a clause ends it."""
        shape = self._rules[one.type].shape
        if one.type not in self._codes or not shape or not re.fullmatch(shape.pattern, one.text):
            return False
        if one.checksum_valid or (one.asked and one.checksum_valid is False):
            return one.checksum_valid
        # Between groups of a number commas end nothing.
        is_one_group = all(map(self._goes_on, range(one.first, one.last - 1)))
        return self._reading.ends(one.last - 1, at_comma=is_one_group)

    def _belongs_between(self, before: Candidate, after: Candidate) -> bool:
        """Whether the words between two values are part of the answer."""
        gap = range(before.last, after.first)
        stray_count = len(gap) - self._spelled_words(gap)
        if (
            not gap
            or stray_count > MAX_WORDS_BETWEEN
            or (self._is_whole(before) and (stray_count > MAX_STRAY_WORDS or self._is_whole(after)))
            or not {before.type, after.type} & self._codes
            or not {before.type, after.type} <= self._parts
            or any(word in self._reading.barred for word in gap)
            or self._silent(before.last - 1, after.first)
            or (before.type != after.type and self._reading.are_all(gap, self._connectors))
        ):
            return False
        if stray_count <= MAX_STRAY_WORDS or self._may_be_one_code(before, after):
            return True
        return before.type == after.type and not any(
            self._reading.ends(word, at_comma=False) for word in range(gap[0] - 1, gap[-1] + 1)
        )

    def _spelled_words(self, gap: range) -> int:
        """How many of the words spell letters, such as the three of "end for November"."""
        folded = self._reading.folded
        return sum(3 for word in gap[1:-1] if folded[word] in self._explainers)

    def _may_be_one_code(self, before: Candidate, after: Candidate) -> bool:
        """Whether two parts of an answer are together no longer than the code that was asked for.

        Punctuation tells nothing then: recognition ends a sentence wherever a speller pauses.
        """
        shape = self._rules[before.type].shape
        return (
            before.type == after.type
            and before.asked
            and after.asked
            and shape is not None
            and len(before.text + after.text) <= shape.max_length + shape.slack
        )

    def _silent(self, before: int, after: int) -> bool:
        """Whether the speaker paused long, or was asked something else, between two words."""
        words = self._words[before : after + 1]
        longest_s = max(later.start_s - word.end_s for word, later in pairwise(words))
        return longest_s > MAX_SILENCE_S or self._expectation.is_cut(before, after)

    def _before(self, one: Candidate, taken: Collection[int]) -> tuple[int, int]:
        """The start of a value that was heard as other words: "ti sei in 0X"."""
        start = one.first
        for digits in (start - 1, start - 2):
            if self._is(digits, taken, _DIGITS) and all(map(self._goes_on, range(digits, start))):
                start = digits
                break
        while (
            (one.type in self._lettered or one.text[:1].isalpha())
            and self._is(start - 1, taken, _LETTERS)
            and self._goes_on(start - 1)
        ):
            start -= 1
        if (
            start < one.first
            and len(self._reading.folded[start]) > MAX_STRAY_LETTERS
            and self._reading.is_free(start - 1, taken)
            and self._goes_on(start - 1)
        ):
            start -= 1  # the letter that a word such as "Firenze" explains
        return min(start, self._edges.start(one, taken)), one.first

    def _after(self, one: Candidate, taken: Collection[int]) -> tuple[int, int]:
        """The end of a value: a letter with its explanation, or a rest of the last digit."""
        last = one.last
        digits = sum(map(str.isdecimal, one.text))
        if digits >= MIN_DIGITS_BEFORE_LETTER and self._explains(last, taken):
            return last, last + 3
        end = self._edges.end(one, taken)
        if end > last:
            return last, end
        if (
            one.asked
            and self._reading.is_free(last, taken)
            and self._goes_on(last - 1)
            and len(self._reading.folded[last]) <= MAX_STRAY_LETTERS
            and self._reading.ends_turn(last)
        ):
            return last, last + 1
        return last, last

    def _article(self, one: Candidate, taken: Collection[int]) -> tuple[int, int]:
        """The article of a date or a street."""
        before = one.first - 1
        articles = self._date_articles.get(one.type, self._articles)
        has_one = self._reading.is_free(before, taken) and self._reading.folded[before] in articles
        return one.first - has_one, one.first

    def _explains(self, word: int, taken: Collection[int]) -> bool:
        """Whether a short word, an explainer, and the word for a letter stand there.

        The letter's own name may be misheard: "vez de Barcelona" for "be de Barcelona".
        """
        if not all(self._reading.is_free(at, taken) for at in range(word, word + 3)):
            return False
        letter, explainer, example = self._reading.folded[word : word + 3]
        return (
            explainer in self._explainers
            and (letter[:1] == example[:1] or self._is(word + 2, taken, _LETTERS))
            and len(letter) <= MAX_STRAY_LETTERS < len(example)
        )

    def _is(self, word: int, taken: Collection[int], kinds: Collection[SymbolKind]) -> bool:
        symbol = self._reading.symbol_at.get(word)
        return bool(symbol and symbol.kind in kinds and self._reading.is_free(word, taken))

    def _goes_on(self, word: int) -> bool:
        """Whether no clause ends with the word."""
        return not self._words[word].text.endswith(BORDER_PUNCTUATION)


def _part(owner: Candidate, first: int, last: int) -> Candidate:
    why = "words between or beside its parts"
    part = owner._replace(first=first, last=last, checksum_valid=None, text="", why=why)
    return part._replace(score=0.0, evidence=NO_EVIDENCE)
