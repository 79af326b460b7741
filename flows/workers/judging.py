"""Judge stored transcripts again, in processes of their own if there are many."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from flows.errors import internal_error
from models.call import Call, Quarantined, QuarantineReason, Recording
from qa_rules.assessing import judge_again
from qa_rules.rule_files.rulebook import RuleBook, load_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from qa_rules.results import CallResult

_PER_TASK = 25
_FEW = 50
"""So many calls are judged by the time a process has started."""

_rulebook: RuleBook | None = None


class Stored(NamedTuple):
    """A stored result, with the metadata and the recording that its call has now."""

    result: CallResult
    call: Call
    recording: Recording


class Judged(NamedTuple):
    """A result before and after it was judged again."""

    before: CallResult
    after: CallResult


def judge_stored(
    stored: Iterable[Stored], rulebook: RuleBook, rules: Path, count: int
) -> Iterator[list[Judged | Quarantined]]:
    """Judge stored results by other rules or with other metadata; no recording is opened.

    Args:
        stored: The results.
        rulebook: The rules.
        rules: Where they are, for processes of their own.
        count: Number of processes.

    Yields:
        Some results at a time. A call that cannot be judged is reported and keeps its result.
    """
    left = iter(stored)
    first = list(islice(left, _FEW))
    if first:
        yield [_judge(one, rulebook) for one in first]
    tasks = iter(lambda: list(islice(left, _PER_TASK)), [])
    begun = list(islice(tasks, 1))
    if not begun:
        return
    # Not by fork, which the threads of Polars and DuckDB do not survive.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, spawn, initializer=_start, initargs=(rules,)) as pool:
        running = []
        for task in chain(begun, tasks):
            running.append(pool.submit(_judge_all, task))
            # The lake is read no faster than calls are judged.
            if len(running) > 2 * count:
                yield running.pop(0).result()
        for future in running:
            yield future.result()


def _start(rules: Path) -> None:
    global _rulebook  # noqa: PLW0603  a process pool has no other place for what a worker loads once
    _rulebook = load_rulebook(rules)


def _judge_all(task: Sequence[Stored]) -> list[Judged | Quarantined]:
    assert _rulebook is not None
    return [_judge(one, _rulebook) for one in task]


def _judge(stored: Stored, rulebook: RuleBook) -> Judged | Quarantined:
    try:
        after = judge_again(stored.result, rulebook, stored.call, stored.recording)
    except Exception as error:  # noqa: BLE001  a bug of ours costs one call, not the run
        return Quarantined(
            item=str(stored.recording.path),
            call_id=stored.call.call_id,
            reason=QuarantineReason.EVALUATION_FAILED,
            detail=f"{internal_error(error)}. Its earlier result stands",
        )
    return Judged(stored.result, after)
