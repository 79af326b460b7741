"""The values of one side that consist of digits and letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_rules.pii_detection.context.dialogue import ASKED
from qa_rules.pii_detection.context.prices import Prices
from qa_rules.pii_detection.evidence.features import NO_EVIDENCE, Feature
from qa_rules.pii_detection.evidence.weights import weights
from qa_rules.pii_detection.harmless_numbers import (
    MAX_AMOUNTS,
    are_amounts,
    are_compared,
    characters,
    is_amount_again,
    is_harmless,
    is_money,
    is_quantity,
    is_told_year,
)
from qa_rules.pii_detection.masking_policy import masked, reference_of
from qa_rules.pii_detection.recognizers.dates import YEAR_DIGITS
from qa_rules.pii_detection.recognizers.number_runs import CHARACTERS, RunBuilder
from qa_rules.pii_detection.recognizers.run_segmentation import RunSegmenter
from qa_rules.pii_detection.recognizers.shape_scoring import ShapeScorer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from models.language.spoken.symbols import Symbol
    from qa_rules.pii_detection.compiled_types import Detectors
    from qa_rules.pii_detection.context.dialogue import Context, Dialogue
    from qa_rules.pii_detection.context.references import References
    from qa_rules.pii_detection.context.word_view import WordView
    from qa_rules.pii_detection.recognizers.number_runs import Run
    from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

MIN_MASKED_DIGITS, MIN_TURN_DIGITS, MIN_ANSWER_DIGITS = 4, 3, 2
"""Fewest digits that are masked: anywhere, alone in a turn, and where they were asked for."""
MAX_READING_DIGITS = 6
"""Digits that a meter shows."""
MIN_WHOLE_VALUE = 6
"""Digits of the shortest value that is given next to another one: a sort code."""


class NumberValues:
    """Finds numbers and codes, and leaves quantities and references out of them.

    Args:
        reading: The side's words.
        detectors: What to look for.
        dialogue: The evidence for a type at a place.
        references: What numbers are called.
        is_cut: Whether the other side asks something between two words.
    """

    def __init__(
        self,
        reading: WordView,
        detectors: Detectors,
        dialogue: Dialogue,
        references: References,
        is_cut: Callable[[int, int], bool],
    ) -> None:
        self._reading = reading
        self._detectors = detectors
        self._dialogue = dialogue
        self._references = references
        self._prices = Prices(reading.stream, reading.folded, detectors.language.price_words)
        self._named = [rule for rule in detectors.shaped if rule.id in dialogue.types]
        self.is_cut = is_cut

    def candidates(
        self, symbols: Sequence[Symbol], blocked: Collection[int]
    ) -> Iterator[Candidate]:
        """Values in order: runs of digits and letters, segmented and typed by their shape.

        Args:
            symbols: Of the side.
            blocked: Words that belong to something else.
        """
        detectors, stream = self._detectors, self._reading.stream
        builder = RunBuilder(
            stream, self._reading.folded, detectors.explainers, detectors.connectors, self
        )
        scorer = ShapeScorer(
            detectors.shapes, stream.texts, self._dialogue.context, self._dialogue.types
        )
        segmenter = RunSegmenter(scorer)
        for run in builder.build(symbols, blocked):
            if self._is_counted(run) or self._is_read(run):
                continue
            harmless = is_harmless(run, self._reading.folded, detectors.language)
            if self._references.is_reference(run.first, run.last):
                is_count = self._is_short(run) and self._references.is_count(run.first)
                reference = None if harmless or is_count else reference_of(run)
                if reference:
                    yield reference
                continue
            pieces = segmenter.candidates(run)
            fewest = self._fewest(run)
            for one in masked(run, pieces, detectors.rules, is_harmless=harmless, fewest=fewest):
                yield from self._label(one)
                yield from self._apart(run, one)

    def expected_lengths(self, first: int, last: int) -> tuple[int, int]:
        """Shortest and longest value of the type that is expected most; zeros if none is.

        Only a value that the other side asked for has a minimum length.
        """
        best, lengths = weights().limits.least_context, (0, 0)
        for rule in self._named:
            context = self._dialogue.context(rule.id, first, last)
            if rule.shape and context.weight >= best:
                shortest = rule.shape.min_length if context.weight >= ASKED else 0
                best, lengths = context.weight, (shortest, rule.shape.max_length)
        return lengths

    def _is_counted(self, run: Run) -> bool:
        """Whether a run is not a value, even where one is expected."""
        folded, language = self._reading.folded, self._detectors.language
        symbol_at = self._reading.symbol_at
        connectors = self._detectors.connectors
        is_again = is_amount_again(run, folded, symbol_at, connectors)
        is_price = self._prices.is_price(characters(run))
        if is_price or is_again or is_quantity(run, folded, symbol_at, language):
            return True
        if is_told_year(run, folded, language) and not self._asks_for_four(run):
            return True
        is_other, may_be_amounts = are_compared(run), are_amounts(run)
        if not (is_other or may_be_amounts):
            return False
        contexts = [self._dialogue.context(rule.id, run.first, run.last) for rule in self._named]
        if is_other and not any(one.asked for one in contexts):
            return True
        if not may_be_amounts:
            return False
        words = [symbol.first for symbol in run.symbols if symbol.kind in CHARACTERS]
        are_money = is_money([self._reading.folded[word] for word in words])
        are_few = len(words) <= MAX_AMOUNTS
        return (are_money or are_few) and not any(
            context.asked or (self._is_named(context, run) and not (are_money and are_few))
            for context in contexts
        )

    def _asks_for_four(self, run: Run) -> bool:
        """Whether a value was asked for that may have no more figures than a year."""
        return any(
            rule.shape
            and rule.shape.min_length <= YEAR_DIGITS
            and self._dialogue.context(rule.id, run.first, run.last).asked
            for rule in self._named
        )

    def _is_read(self, run: Run) -> bool:
        """Whether a run is what a meter shows."""
        return self._is_short(run) and self._references.is_reading(run.first)

    def _is_short(self, run: Run) -> bool:
        return run.digit_count == len(run.text) <= MAX_READING_DIGITS

    def _is_named(self, context: Context, run: Run) -> bool:
        """Whether only "is the" and the like stand between the name of a type and its value."""
        evidence = dict(context.evidence)
        between = evidence.get(Feature.WORDS_BETWEEN, 0.0)
        before = self._reading.folded[max(0, run.first - int(between)) : run.first]
        return Feature.NAMED in evidence and self._detectors.before_values.issuperset(before)

    def _fewest(self, run: Run) -> int:
        """How many digits are masked: fewer if they were asked for, or are all that is said."""
        at = run.first, run.last
        if any(self._dialogue.context(rule.id, *at).weight >= ASKED for rule in self._named):
            return MIN_ANSWER_DIGITS
        begins = not run.first or self._reading.ends_turn(run.first - 1)
        is_turn = begins and self._reading.ends_turn(run.last - 1)
        return MIN_TURN_DIGITS if is_turn else MIN_MASKED_DIGITS

    def _label(self, one: Candidate) -> Iterator[Candidate]:
        """The words right before a value that tell which part of a number it is: "area code"."""
        for label in self._detectors.number_labels:
            first = one.first - len(label)
            if first >= 0 and tuple(self._reading.folded[first : one.first]) == label:
                part = one._replace(first=first, last=one.first, text="", checksum_valid=None)
                yield part._replace(score=0.0, evidence=NO_EVIDENCE, why="names a part of it")

    def _apart(self, run: Run, one: Candidate) -> Iterator[Candidate]:
        """A value, or two long ones with only an "and" between them; none ends with one."""
        for word in range(one.first + 1, one.last - 1):
            if not self._is_connector(word):
                continue
            inside = range(len(run.firsts))
            before = [at for at in inside if one.first <= run.firsts[at] < word]
            after = [at for at in inside if word < run.firsts[at] < one.last]
            if min(len(before), len(after)) >= MIN_WHOLE_VALUE:
                texts = ["".join(run.text[at] for at in part) for part in (before, after)]
                yield one._replace(last=word, text=texts[0])
                yield one._replace(first=word + 1, text=texts[1])
                return
        last = one.last
        while last - 1 > one.first and self._is_connector(last - 1):
            last -= 1
        yield one._replace(last=last)

    def _is_connector(self, word: int) -> bool:
        """Whether a word only joins numbers, and is no letter or digit of one."""
        is_joining = self._reading.folded[word] in self._detectors.connectors
        return is_joining and word not in self._reading.symbol_at
