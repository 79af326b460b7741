"""Which type a run of characters is: shape, checksum and context, added up to a score."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from qa_rules.pii_dialogue import NO_CONTEXT
from qa_rules.pii_rules import UNKNOWN_NUMBER
from qa_rules.pii_validators import VALIDATORS, is_phone

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from qa_rules.pii_dialogue import Context
    from qa_rules.pii_rules import PiiRule, Shape
    from qa_rules.pii_runs import Run

MAX_BORDERS_AHEAD = 20
MIN_LENGTH_WITH_PARTS = 7
NEAR_WEIGHT, PART_WEIGHT = 0.12, 0.1
CLEARLY_NAMED, CLEARLY_NAMED_WEIGHT = 0.38, 0.12
MIN_CLEAR_LENGTH = 4
"""What a clear question or announcement adds to a value that recognition left incomplete."""
STYLE_PENALTY = 0.3
PIECE_PENALTY = 0.5
MIN_CONTEXT_FOR_PARTS = 0.3
MIN_GUESS = 0.2
WRITTEN_WEIGHT = 0.3
SPOKEN_WEIGHT = 0.2
"""Digits that are dictated word by word are seldom a house number or a quantity."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of one side's words and what it most likely is.

    Attributes:
        type: The type of PII.
        first: Index of its first word in the stream.
        last: Index after its last word.
        score: Shape, checksum and context together; about 0..1.3.
        checksum_valid: None where there is none or the value is not whole.
        asked: True if the other side asked for it.
        text: The characters, for comparing with what the other side says; never kept.
        why: Shape, validator and context in words.
        is_fragment: True for what is masked only if it repeats what the other side said.
    """

    type: str
    first: int
    last: int
    score: float
    checksum_valid: bool | None
    asked: bool
    text: str
    why: str
    is_fragment: bool = False


class _Scored(NamedTuple):
    score: float
    type: str
    checksum_valid: bool | None
    context: Context
    shape: str


ContextAt = "Callable[[str, int, int], Context]"


class RunTyper:
    """Splits runs into values and names their types.

    Args:
        rules: Those with a shape.
        language: For the number plans.
        texts: The words of the stream.
        context_at: What speaks for a type at some words of the stream.
        named: The types that anybody names in the call at all.
    """

    def __init__(
        self,
        rules: Sequence[PiiRule],
        language: str,
        texts: Sequence[str],
        context_at: Callable[[str, int, int], Context],
        named: Collection[str],
    ) -> None:
        self._rules = [rule for rule in rules if rule.shape and rule.id != UNKNOWN_NUMBER]
        self._language = language
        self._texts = texts
        self._context_at = context_at
        self._named = named

    def candidates(self, run: Run) -> list[Candidate]:
        """The best division of the run into values, each with its best type."""
        borders = _borders(run)
        best: list[tuple[float, list[tuple[int, int, _Scored]]]] = [(0.0, [])]
        for index in range(1, len(borders)):
            options = []
            for start in range(max(0, index - MAX_BORDERS_AHEAD), index):
                first, last = borders[start], borders[index]
                scored = self._best_type(run, first, last)
                value = scored.score * (last - first)
                value -= PIECE_PENALTY * (not _is_unsure(run.text[first:last]))
                value -= (
                    STYLE_PENALTY
                    * (last - first)
                    * any(first < border < last for border in run.style_borders)
                )
                total, pieces = best[start]
                options.append((total + value, [*pieces, (first, last, scored)]))
            best.append(max(options, key=lambda option: option[0]))
        return [self._candidate(run, *piece) for piece in best[-1][1]]

    def _best_type(self, run: Run, first: int, last: int) -> _Scored:
        text = run.text[first:last]
        words = run.firsts[first], run.lasts[last - 1]
        spoken = not any(run.written[first:last])
        found = [self._score(rule, text, words, spoken=spoken) for rule in self._rules]
        return max(
            (scored for scored in found if scored),
            key=lambda scored: scored.score,
            default=_Scored(0.0, UNKNOWN_NUMBER, None, NO_CONTEXT, "digits"),
        )

    def _score(
        self, rule: PiiRule, text: str, words: tuple[int, int], *, spoken: bool
    ) -> _Scored | None:
        shape = rule.shape
        if shape is None or len(text) > shape.max_length + shape.slack:
            return None
        if len(text) < shape.min_length and rule.id not in self._named:
            return None
        if _compiled(shape.pattern).fullmatch(text):
            return self._whole(rule, text, words, spoken=spoken)
        return self._incomplete(rule, text, words) if shape.slack else None

    def _whole(
        self, rule: PiiRule, text: str, words: tuple[int, int], *, spoken: bool
    ) -> _Scored | None:
        shape, valid = rule.shape, self._checksum(rule, text.upper())
        assert shape is not None
        context = self._context_at(rule.id, *words)
        score = shape.weight + context.weight + SPOKEN_WEIGHT * spoken
        if rule.checksum and valid is not None:
            score += rule.checksum.valid if valid else rule.checksum.invalid
        if shape.written and _compiled(shape.written).fullmatch(self._written(words)):
            score += WRITTEN_WEIGHT
        if score < MIN_GUESS or (shape.weight < MIN_GUESS and not context.weight):
            return None
        return _Scored(score, rule.id, valid, context, "whole")

    def _incomplete(self, rule: PiiRule, text: str, words: tuple[int, int]) -> _Scored | None:
        """What recognition or the speaker left of a value; only where one is expected."""
        shape, context = rule.shape, self._context_at(rule.id, *words)
        assert shape is not None
        if context.weight < MIN_CONTEXT_FOR_PARTS or not _may_be_incomplete(shape, text):
            return None
        if text[-1].islower() and (not context.asked or not shape.has_letters):
            return None
        score = context.weight
        if (
            score >= CLEARLY_NAMED
            and len(text) >= MIN_CLEAR_LENGTH
            and shape.min_length >= MIN_LENGTH_WITH_PARTS
            and (context.asked or not shape.has_letters)
        ):
            score += CLEARLY_NAMED_WEIGHT
        if len(text) >= shape.min_length - shape.slack:
            return _Scored(NEAR_WEIGHT + score, rule.id, None, context, "nearly whole")
        if shape.min_length < MIN_LENGTH_WITH_PARTS:
            return None
        return _Scored(PART_WEIGHT + score, rule.id, None, context, "part")

    def _written(self, words: tuple[int, int]) -> str:
        """As the recogniser wrote it, without the punctuation around it."""
        return " ".join(self._texts[words[0] : words[1]]).strip(".,;:!?'\"")

    def _checksum(self, rule: PiiRule, text: str) -> bool | None:
        if not rule.checksum:
            return None
        if rule.regions:
            return is_phone(text, rule.regions.get(self._language, ()))
        return VALIDATORS[rule.checksum.validator](text)

    def _candidate(self, run: Run, first: int, last: int, scored: _Scored) -> Candidate:
        checksum = {True: ", checksum holds", False: ", checksum fails", None: ""}
        return Candidate(
            type=scored.type,
            first=run.firsts[first],
            last=run.lasts[last - 1],
            score=scored.score,
            checksum_valid=scored.checksum_valid,
            asked=scored.context.asked,
            text=run.text[first:last],
            why=f"{scored.shape} shape{checksum[scored.checksum_valid]}, {scored.context.why}",
        )


def _may_be_incomplete(shape: Shape, text: str) -> bool:
    """Whether lost characters explain the text: only codes with letters begin with one."""
    has_digits = any(map(str.isdecimal, text))
    if text[0].isalpha() and not shape.begins_with_letter:
        return False
    return shape.has_letters or (has_digits and not text[0].islower())


def _is_unsure(text: str) -> bool:
    """Whether it is no more than an ordinary word that may also be a letter ("y", "a")."""
    return text.isalpha() and text.islower()


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _borders(run: Run) -> list[int]:
    return sorted({0, *run.borders, len(run.text)})
