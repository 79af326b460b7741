"""Dealing calls out to workers."""

from __future__ import annotations

import random

from hypothesis import example, given
from hypothesis import strategies as st

from flows.workers.portions import MOST_CALLS_PER_PORTION, portions

_CALLS = st.lists(st.tuples(st.floats(0, 7200), st.sampled_from(["en", "es", None])), max_size=60)
_ROUNDING_S = 1e-6


def _dealt(calls: list[tuple[float, str | None]], workers: int) -> list[list[int]]:
    return portions([call[0] for call in calls], [call[1] for call in calls], workers)


@given(_CALLS, st.integers(1, 8))
@example([(0.0, "en"), (0.0, "en")], 1)
def test_every_call_is_dealt_once(calls: list[tuple[float, str | None]], workers: int) -> None:
    """No call is lost or in two portions, no portion is empty or too large to show progress."""
    portions = _dealt(calls, workers)
    assert sorted(at for portion in portions for at in portion) == list(range(len(calls)))
    assert all(0 < len(portion) <= MOST_CALLS_PER_PORTION for portion in portions)


@given(_CALLS, st.integers(1, 8))
@example([(245.0, "en"), (51.0, "en"), (52.0, "en"), (63.0, "en"), (86.0, "en")], 2)
def test_no_worker_idles(calls: list[tuple[float, str | None]], workers: int) -> None:
    """The worker that ends last ends within one call and two minutes of an even share."""
    ends_s = [0.0] * workers
    for portion in _dealt(calls, workers):
        free = ends_s.index(min(ends_s))
        ends_s[free] += sum(calls[at][0] for at in portion)
    durations_s = [duration_s for duration_s, _ in calls]
    bound_s = sum(durations_s) / workers + max(durations_s, default=0.0) + 120.0
    assert max(ends_s) <= bound_s + _ROUNDING_S


@given(st.integers(100, 400), st.integers(1, 4))
def test_calls_of_a_language_are_heard_together(count: int, workers: int) -> None:
    """Most calls of a night share their batches with others, and hardly any portion is mixed."""
    languages = ["en", "es", "it"] * count
    portions = _dealt([(60.0, language) for language in languages], workers)
    together = sum(len(portion) for portion in portions if len(portion) == MOST_CALLS_PER_PORTION)
    assert together >= len(languages) / 2
    mixed = [portion for portion in portions if len({languages[at] for at in portion}) > 1]
    assert len(mixed) <= 2


def test_portions_fill_batches_to_the_end() -> None:
    """Short calls at the end are heard together, and yet every worker has some."""
    assert all(len(portion) > 1 for portion in _dealt([(50.0, "en")] * 24, 2))
    assert len(_dealt([(50.0, "en"), (50.0, "en")], 2)) == 2


def test_portions_keep_the_cores_of_a_cluster_busy() -> None:
    """64 cores with what is planned for them at a time, 128 calls each, work 95 % of the time."""
    draw = random.Random(17)  # noqa: S311  no secret
    durations_s = [draw.lognormvariate(5.4, 0.7) for _ in range(64 * 128)]
    dealt = portions(durations_s, ["en"] * len(durations_s), 64, 64)
    assert max(map(len, dealt)) <= 64
    ends_s = [0.0] * 64
    for portion in dealt:
        ends_s[ends_s.index(min(ends_s))] += sum(durations_s[at] for at in portion)
    assert sum(durations_s) / (64 * max(ends_s)) > 0.95
