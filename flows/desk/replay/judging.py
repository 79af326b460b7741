"""The process that judges stored calls again, writes nothing, and tells what would change."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.errors import internal_error
from flows.settings.process import Kind, begin
from flows.sources.children import confine, end_with_parent, memory_of_machine
from qa_rules.assessing import judge_again
from qa_rules.authoring.replay import Comparison, NumberChange, OutcomeChange
from qa_rules.errors import RuleFilesError
from qa_rules.rule_files.rulebook import load_rulebook
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from multiprocessing.connection import Connection
    from pathlib import Path

    from qa_rules.rule_files.rulebook import RuleBook

SHOWN_CHANGES = 200
"""Changes that are listed one by one; the others are only counted."""

_PER_MESSAGE = 10
_POLITENESS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be judged, by which rules.

    Attributes:
        lake: Folder of the lake.
        time_zone: Of the centre.
        rules: Folder of the rules to try.
        first: First day; None for the oldest.
        last: Last day; None for the newest.
        as_of: Judge as if the calls had been made on this day; None for their own days.
        drafts: Whether drafts are in force.
    """

    lake: Path
    time_zone: str
    rules: Path
    first: date | None = None
    last: date | None = None
    as_of: date | None = None
    drafts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What would change.

    Attributes:
        call_count: Calls that were judged again.
        by_rule: Rule, outcome before and after (None where it is not in force), number of calls.
        first: The first changed outcomes.
        numbers: Changed means.
    """

    call_count: int
    by_rule: tuple[tuple[str, str | None, str | None, int], ...]
    first: tuple[OutcomeChange, ...]
    numbers: tuple[NumberChange, ...]


@dataclass(frozen=True, slots=True)
class Faults:
    """The rule files have errors: one line each, `path:line: what; expected what`."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """How many calls were judged, of how many."""

    done: int
    of: int


def judge_beside(answers: Connection, order: Order) -> None:
    """Run in a process of its own: send a `Step` from time to time, then `Changes` or `Faults`.

    Args:
        answers: Where to send them; it just ends if anything else is wrong.
        order: What to judge.
    """
    begin(Kind.WORKER)
    end_with_parent()
    confine(memory_of_machine() // 2)
    os.nice(_POLITENESS)  # the server and its readers come first
    try:
        answers.send(answer_to(order, answers.send))
    except Exception as error:  # noqa: BLE001  a traceback could quote a call
        raise SystemExit(internal_error(error, " in a replay")) from None


def answer_to(order: Order, tell: Callable[[Step], None]) -> Changes | Faults:
    """Judge the calls of an order that are not restricted.

    Args:
        order: What to judge.
        tell: Told how far it is.
    """
    try:
        book = _book(order)
    except RuleFilesError as error:
        above = f"{order.rules}/"
        return Faults(tuple(fault.replace(above, "") for fault in error.faults))
    return _judged(order, book, tell)


def _book(order: Order) -> RuleBook:
    book = load_rulebook(order.rules)
    if order.drafts:
        book = book.with_drafts()
    return book.as_of(order.as_of) if order.as_of else book


def _judged(order: Order, book: RuleBook, tell: Callable[[Step], None]) -> Changes:
    lake = Lake(order.lake, order.time_zone)
    days = [day for day in lake.index.days() if (order.first or day) <= day <= (order.last or day)]
    total = sum(len(keys) for _, keys in lake.index.current(None, days))
    tell(Step(0, total))
    comparison, judged = Comparison(), 0
    for seen, result in enumerate(lake.results(days=days), start=1):
        if not result.call.restricted:
            comparison.add(result, judge_again(result, book))
            judged += 1
        if not seen % _PER_MESSAGE:
            tell(Step(seen, total))
    found = comparison.replay()
    counted = Counter((one.rule_id, one.before, one.after) for one in found.outcomes)
    return Changes(
        call_count=judged,
        by_rule=tuple((*key, count) for key, count in counted.most_common()),
        first=found.outcomes[:SHOWN_CHANGES],
        numbers=found.numbers,
    )
