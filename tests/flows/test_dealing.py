"""Dealing calls out to workers."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from flows.dealing import CALLS_PER_SUBMISSION, dealt

_DURATIONS_S = st.lists(st.floats(0, 7200), max_size=60)
_ROUNDING_S = 1e-6


@given(_DURATIONS_S, st.integers(1, 8))
@example([0.0, 0.0], 1)
def test_every_call_is_dealt_once(durations_s: list[float], workers: int) -> None:
    """No call is lost or dealt twice, no portion is empty or too large to see progress."""
    portions = dealt(durations_s, workers)
    assert sorted(at for portion in portions for at in portion) == list(range(len(durations_s)))
    assert all(0 < len(portion) <= CALLS_PER_SUBMISSION for portion in portions)


@given(_DURATIONS_S, st.integers(1, 8))
@example([245.0, 51.0, 52.0, 63.0, 86.0, 60.0, 53.0], 2)
def test_no_worker_idles(durations_s: list[float], workers: int) -> None:
    """The worker that ends last ends within one call of an even share."""
    ends_s = [0.0] * workers
    for portion in dealt(durations_s, workers):
        free = ends_s.index(min(ends_s))
        ends_s[free] += sum(durations_s[at] for at in portion)
    bound_s = sum(durations_s) / workers + max(durations_s, default=0.0)
    assert max(ends_s) <= bound_s + _ROUNDING_S


@given(st.integers(100, 400), st.integers(1, 4))
def test_calls_are_heard_together(count: int, workers: int) -> None:
    """Most calls of a night share their batches with others."""
    portions = dealt([60.0] * count, workers)
    together = sum(len(portion) for portion in portions if len(portion) == CALLS_PER_SUBMISSION)
    assert together >= count / 2
