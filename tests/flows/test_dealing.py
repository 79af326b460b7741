"""Dealing calls out to workers."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from flows.dealing import CALLS_PER_SUBMISSION, dealt


@given(st.lists(st.floats(0, 7200), max_size=60), st.integers(1, 8))
@example([0.0, 0.0], 1)
def test_every_call_is_dealt_once(durations_s: list[float], workers: int) -> None:
    """No call is lost or dealt twice, no portion is empty, and the longest portion comes first."""
    portions = dealt(durations_s, workers)
    assert sorted(at for portion in portions for at in portion) == list(range(len(durations_s)))
    assert all(portions)
    loads_s = [sum(durations_s[at] for at in portion) for portion in portions]
    assert loads_s == sorted(loads_s, reverse=True)


@given(st.integers(1, 400), st.integers(1, 8))
def test_no_worker_idles(count: int, workers: int) -> None:
    """Calls of one length: every worker has as many, give or take a portion, and it is small."""
    portions = dealt([60.0] * count, workers)
    sizes = [len(portion) for portion in portions]
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= CALLS_PER_SUBMISSION
    assert len(portions) % workers == 0 or len(portions) == count
