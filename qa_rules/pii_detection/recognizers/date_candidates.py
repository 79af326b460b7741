"""Which dates are personal, according to the dialogue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa_rules.pii_detection.context.cues import CueKind
from qa_rules.pii_detection.context.dialogue import NO_CONTEXT, Context
from qa_rules.pii_detection.evidence.features import Feature
from qa_rules.pii_detection.evidence.weights import weights
from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from qa_rules.pii_detection.context.cues import Cue
    from qa_rules.pii_detection.recognizers.dates import DateStretch
    from qa_rules.pii_detection.types.pii_type import PiiRule

LEAST_CONTEXT = weights().limits.least_context
SCORE = weights().recognizers.date
UNSURE_SCORE = weights().recognizers.unsure_words
WHOLE_DATE_FIGURES = 8
"""Of day, month and year; no type with fewer has a day."""
_BEFORE_YEARS = ("", "1", "11", "0101")  # a year may follow a month, or a day and a month


def announced_years(
    cues: Iterable[Cue], types: Collection[str], folded: Sequence[str], joiners: Collection[str]
) -> dict[int, str]:
    """The words that follow the introducers of dates, each with the type; joiners aside."""
    announced = {}
    for cue in cues:
        if cue.kind is CueKind.INTRODUCER and cue.type in types:
            word = cue.last
            while word < len(folded) and folded[word] in joiners:
                word += 1
            announced[word] = cue.type
    return announced


def told_dates(
    dates: Iterable[DateStretch],
    types: Sequence[str],
    rules: Mapping[str, PiiRule],
    context_at: Callable[[str, int, int], Context],
) -> Iterator[tuple[DateStretch, Candidate | None]]:
    """Dates, each with a candidate if the dialogue determines its type.

    One without such evidence is returned only if it is certainly a date.

    Args:
        dates: Of one side.
        types: Those that are dates.
        rules: The rules by type.
        context_at: The evidence for a type at some words.
    """
    for date in dates:
        fitting = [one for one in types if not date.is_year or _is_year_of(rules[one], date.text)]
        context, type_ = _evidence(date, fitting, rules, context_at)
        if context.weight >= LEAST_CONTEXT and (
            context.asked or date.announced or not date.is_year
        ):
            is_sure = _may_be(rules[type_], date)
            yield (
                date,
                Candidate(
                    type=type_,
                    first=date.first,
                    last=date.last,
                    score=SCORE + context.weight if is_sure else UNSURE_SCORE,
                    checksum_valid=None,
                    asked=context.asked,
                    text=date.text,
                    why=f"a date, {context.why}",
                ),
            )
        elif date.is_plain and not date.is_written:
            yield date, None


def _is_year_of(rule: PiiRule, year: str) -> bool:
    """Whether a date of a type can have a year: no card expires in 1850, which is an amount."""
    return rule.shape is None or any(
        re.fullmatch(rule.shape.pattern, day_or_month + year) for day_or_month in _BEFORE_YEARS
    )


def _may_be(rule: PiiRule, date: DateStretch) -> bool:
    """Whether a date can be of a type: a card expires in a month, and an invoice on a day."""
    return rule.shape is None or not date.has_day or rule.shape.max_length >= WHOLE_DATE_FIGURES


def _evidence(
    date: DateStretch,
    types: Sequence[str],
    rules: Mapping[str, PiiRule],
    context_at: Callable[[str, int, int], Context],
) -> tuple[Context, str]:
    """The strongest evidence for any of the types, and that type."""
    context, type_ = max(
        (
            (told, type_)
            for type_ in types
            # Word times may drift: a date is asked for before it ends.
            for at in (date.first, date.last - 1)
            if (told := context_at(type_, at, date.last)).asked or _may_be(rules[type_], date)
        ),
        default=(NO_CONTEXT, ""),
    )
    if date.announced and context.weight < weights().choice[Feature.NAMED]:
        return Context(
            weights().choice[Feature.NAMED], asked=False, why="named before"
        ), date.announced
    return context, type_
