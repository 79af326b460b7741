"""Scores of types for dictated characters, from shape, checksum and context."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from qa_rules.pii_detection.context.dialogue import CHOICE, NO_CONTEXT
from qa_rules.pii_detection.evidence.features import NO_EVIDENCE, Evidence, Feature
from qa_rules.pii_detection.evidence.weights import weights
from qa_rules.pii_detection.types.pii_type import UNKNOWN_NUMBER
from qa_rules.pii_detection.types.validators import VALIDATORS, is_phone

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from qa_rules.pii_detection.context.dialogue import Context
    from qa_rules.pii_detection.recognizers.number_runs import Run
    from qa_rules.pii_detection.types.pii_type import PiiRule, Shape

MIN_LENGTH_WITH_PARTS = 7
"""Shorter types are too easily part of another number."""
DATE = "date"
"""How types are found that are dates."""
MIN_CLEAR_LENGTH = 4
"""Characters from which even a rest of a value is more than a stray digit."""
LIMITS = weights().limits


class Scored(NamedTuple):
    """The most probable type of a segment.

    Attributes:
        score: Sum of shape, checksum and context; about 0..1.3.
        type: The type of PII.
        checksum_valid: None if there is no checksum or the value is incomplete.
        context: Evidence of the dialogue.
        shape: Whether the shape is complete, nearly complete or partial, as text.
        evidence: The features that the score is the sum of.
    """

    score: float
    type: str
    checksum_valid: bool | None
    context: Context
    shape: str
    evidence: Evidence = NO_EVIDENCE


NOTHING = Scored(0.0, UNKNOWN_NUMBER, None, NO_CONTEXT, "digits")


class Possible(NamedTuple):
    """A type that is possible at a number of characters.

    Attributes:
        rule: The type.
        shape: Its shape.
        unnamed: False if it is considered only where somebody names it.
    """

    rule: PiiRule
    shape: Shape
    unnamed: bool


class ShapeTable:
    """The types that are possible at each number of characters, prepared once.

    Args:
        rules: All types; those without a shape are ignored.
        language: For the number plans.
    """

    def __init__(self, rules: Iterable[PiiRule], language: str) -> None:
        self.language = language
        self._shapes = [
            (rule, rule.shape) for rule in rules if rule.shape and rule.id != UNKNOWN_NUMBER
        ]
        self._by_length: dict[int, list[Possible]] = {}

    def of_length(self, length: int) -> list[Possible]:
        """The types in the order of the rules."""
        known = self._by_length.get(length)
        if known is None:
            known = self._by_length[length] = [
                Possible(rule, shape, _is_guessed(shape, length))
                for rule, shape in self._shapes
                if length <= shape.max_length + shape.slack
            ]
        return known


def _is_guessed(shape: Shape, length: int) -> bool:
    return shape.min_length <= length <= shape.max_length and shape.weight >= LIMITS.least_guess


class ShapeScorer:
    """Scores segments of one side's runs.

    Args:
        table: The types.
        texts: The words of the stream.
        context_at: Returns the evidence for a type at words of the stream.
        named: The types that anybody names in the call at all.
    """

    def __init__(
        self,
        table: ShapeTable,
        texts: Sequence[str],
        context_at: Callable[[str, int, int], Context],
        named: Collection[str],
    ) -> None:
        self._table = table
        self._texts = texts
        self._context_at = context_at
        self._named = named

    def best(self, run: Run, first: int, last: int) -> Scored:
        """The most probable type of the characters from `first` to before `last`."""
        text = run.text[first:last]
        words = run.firsts[first], run.lasts[last - 1]
        spoken = True not in run.written[first:last]
        best = NOTHING
        for possible in self._table.of_length(last - first):
            rule, shape, unnamed = possible
            named = rule.id in self._named
            scored = None
            if (named or unnamed) and _compiled(shape.pattern).fullmatch(text):
                scored = self._whole(possible, text, words, best.score, spoken=spoken)
            elif named and shape.slack and not (rule.spotter == DATE and _is_amount(run, words)):
                scored = self._incomplete(possible, text, words)
            if scored and scored.score > best.score:
                best = scored
        return best

    def _whole(
        self, possible: Possible, text: str, words: tuple[int, int], to_beat: float, *, spoken: bool
    ) -> Scored | None:
        """A complete value; None if even a valid checksum leaves it below `to_beat`."""
        rule, shape, _ = possible
        context = self._context_at(rule.id, *words)
        seen: list[Feature] = [Feature.DICTATED] if spoken else []
        if shape.written and _compiled(shape.written).fullmatch(self._written(words)):
            seen.append(Feature.WRITTEN_GROUPING)
        score = shape.weight + context.weight + sum(CHOICE[feature] for feature in seen)
        valid = None
        if rule.checksum:
            if score + rule.checksum.valid <= to_beat:
                return None
            valid = self._is_valid(rule, rule.checksum.validator, text.upper())
            if valid:
                score += rule.checksum.valid
                seen.append(Feature.CHECKSUM_VALID)
            elif valid is False and not context.asked:
                # In an answer, an invalid checksum only means that recognition lost a digit.
                score += rule.checksum.invalid
                seen.append(Feature.CHECKSUM_INVALID)
        least = LIMITS.least_guess
        if score < least or (shape.weight < least and not context.weight):
            return None
        return Scored(score, rule.id, valid, context, "whole", _seen(context, Feature.WHOLE, *seen))

    def _incomplete(self, possible: Possible, text: str, words: tuple[int, int]) -> Scored | None:
        """An incomplete value; only where one is expected."""
        rule, shape, _ = possible
        context = self._context_at(rule.id, *words)
        if context.weight < LIMITS.least_context or not _may_be_incomplete(shape, text):
            return None
        if text[-1].islower() and (not context.asked or not shape.has_letters):
            return None
        if rule.spotter == "address" and not context.asked and _is_few(shape, text):
            return None  # "I live in a village of two hundred"
        seen = [] if context.asked else [Feature.INCOMPLETE_UNASKED]
        if (
            context.weight >= LIMITS.clear_context
            and len(text) >= MIN_CLEAR_LENGTH
            and shape.min_length >= MIN_LENGTH_WITH_PARTS
            and (context.asked or not shape.has_letters)
        ):
            seen.append(Feature.CLEARLY_NAMED)
        if len(text) >= shape.min_length - shape.slack:
            return _part(rule.id, context, (Feature.NEARLY_WHOLE, *seen))
        if shape.min_length < MIN_LENGTH_WITH_PARTS:
            return None
        return _part(rule.id, context, (Feature.PART, *seen))

    def _written(self, words: tuple[int, int]) -> str:
        """As the recogniser wrote it, without the punctuation around it."""
        return " ".join(self._texts[words[0] : words[1]]).strip(".,;:!?'\"")

    def _is_valid(self, rule: PiiRule, validator: str, text: str) -> bool | None:
        if rule.regions:
            return is_phone(text, rule.regions.get(self._table.language, ()))
        return VALIDATORS[validator](text)


def _is_amount(run: Run, words: tuple[int, int]) -> bool:
    """Whether words are numbers like "twelve hundred", which no date consists of."""
    inside = [one for one in run.symbols if words[0] <= one.first < words[1]]
    return all(one.cardinal and not one.written for one in inside)


def _is_few(shape: Shape, text: str) -> bool:
    """Whether figures, uncertain letters aside, are fewer than the shortest value has."""
    certain = [char for char in text if not char.islower()]
    return all(map(str.isdecimal, certain)) and len(certain) < shape.min_length


def _part(type_: str, context: Context, seen: tuple[Feature, ...]) -> Scored:
    score = context.weight + sum(CHOICE[feature] for feature in seen)
    shape = "part" if Feature.PART in seen else "nearly whole"
    return Scored(score, type_, None, context, shape, _seen(context, *seen))


def _seen(context: Context, *seen: Feature) -> Evidence:
    return (*((feature, 1.0) for feature in seen), *context.evidence)


def _may_be_incomplete(shape: Shape, text: str) -> bool:
    """Whether lost characters explain the text: only codes with letters begin with one."""
    has_digits = any(map(str.isdecimal, text))
    if text[0].isalpha() and not shape.begins_with_letter:
        return False
    return shape.has_letters or (has_digits and not text[0].islower())


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
