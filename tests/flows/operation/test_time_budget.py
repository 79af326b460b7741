"""A run that may not reach every call hears the most needed first, and ends in time."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from flows.errors import FlowsError
from flows.night.night import Night
from flows.night.planning import Budget, most_needed_first, next_time
from flows.settings.centre import Settings
from models.call import Call, Direction, Recording
from tests.night.recognitions.recorded import RecordedFactory
from tests.night.recognitions.recorded_night import CALLS, workers_here

if TYPE_CHECKING:
    from flows.sources.folder import Pair

ROME = ZoneInfo("Europe/Rome")


def pair(call_id: str, agent: str, *, restricted: bool = False) -> Pair:
    """A call of a minute."""
    call = Call(
        call_id=call_id,
        started_at=datetime(2026, 3, 10, 9, tzinfo=UTC),
        agent_id=agent,
        agent_name="",
        team="",
        supervisor_id="sv-1",
        supervisor_name="",
        queue="billing",
        direction=Direction.INBOUND,
        restricted=restricted,
    )
    recording = Recording(
        path=Path(f"{call_id}.wav"),
        audio_sha256=call_id,
        duration_s=60.0,
        channel_count=1,
        sample_rate_hz=8000,
    )
    return call, recording


def test_restricted_then_new_agents_then_a_sample_of_everybody() -> None:
    """The busy agent gets no more of the first calls than the other one."""
    calls = [pair(f"busy-{number}", "busy") for number in range(40)]
    calls += [pair(f"calm-{number}", "calm") for number in range(8)]
    calls += [pair(f"new-{number}", "new") for number in range(3)]
    calls += [pair("secret", "busy", restricted=True)]
    order = [call.call_id for call, _ in most_needed_first(calls, {"busy": 500, "calm": 99})]
    assert order[0] == "secret"
    assert sorted(order[1:4]) == ["new-0", "new-1", "new-2"]
    sample = [call_id.split("-")[0] for call_id in order[4:14]]
    assert sample.count("busy") in (4, 5)  # 4 if the restricted call was drawn
    assert sample.count("calm") == 5
    assert sorted(order) == sorted(call.call_id for call, _ in calls), "none is lost"
    rest = [call.call_id for call, _ in calls if call.call_id in order[14:]]
    assert order[14:] == rest, "the rest keeps its order"


def test_the_sample_is_not_the_first_calls_of_a_day_and_stays_the_same() -> None:
    """It depends on ids, not on the order of the listing, so the next run goes on with it."""
    calls = [pair(f"c-{number:03}", "busy") for number in range(200)]
    order = [call.call_id for call, _ in most_needed_first(calls, {"busy": 500})]
    again = [call.call_id for call, _ in most_needed_first(calls[::-1], {"busy": 500})]
    assert set(order[:5]) == set(again[:5])
    assert set(order[:5]) != {f"c-{number:03}" for number in range(5)}


@pytest.mark.parametrize(
    ("now", "wanted", "expected"),
    [
        ("2026-03-10T00:30:00+00:00", "06:00", "2026-03-10T05:00:00+00:00"),  # winter: UTC+1
        ("2026-03-10T05:00:00+00:00", "06:00", "2026-03-11T05:00:00+00:00"),  # exactly now: next
        ("2026-03-28T22:30:00+00:00", "06:00", "2026-03-29T04:00:00+00:00"),  # set forward
        ("2026-10-24T21:30:00+00:00", "06:00", "2026-10-25T05:00:00+00:00"),  # set back
    ],
)
def test_until_is_the_next_time_of_day_at_the_site(now: str, wanted: str, expected: str) -> None:
    """Also in the nights in which the clock is set."""
    assert next_time(wanted, ROME, datetime.fromisoformat(now)) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("wanted", ["6", "25:00", "06:60", "six", ""])
def test_what_is_no_time_of_day_is_refused(wanted: str) -> None:
    """With an example of what is expected."""
    with pytest.raises(FlowsError, match=r"--until .*expected a time of day such as 06:00"):
        Budget("Europe/Rome", wanted)


def test_batches_end_when_the_next_would_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a tenth of a second per call, a second takes eight calls to measure and two more."""
    now_s = 0.0
    monkeypatch.setattr("flows.night.planning.time.monotonic", lambda: now_s)
    budget = Budget("Europe/Rome", "06:00")
    budget._end_s = 1.05
    todo = [pair(str(number), "busy") for number in range(100)]
    taken = []
    for batch in budget.batches(todo, size=64, workers=2):
        taken.append(len(batch))
        now_s += 0.1 * len(batch)
    assert taken == [8, 2]
    assert now_s <= 1.05


def test_without_an_end_all_calls_are_taken_in_whole_batches() -> None:
    """No call is left, and none is taken twice."""
    todo = [pair(str(number), "busy") for number in range(100)]
    batches = list(Budget("Europe/Rome", None).batches(todo, size=64, workers=2))
    assert [len(batch) for batch in batches] == [64, 36]
    assert [call for batch in batches for call in batch] == todo


def test_what_does_not_fit_is_pending_and_heard_by_the_next_run(tmp_path: Path) -> None:
    """A night that ends at once hears nothing, and the next one completes it."""
    source = tmp_path / "calls"
    source.mkdir()
    for name in ("lt-0001", "lt-0009"):
        for path in CALLS.glob(f"{name}.*"):
            shutil.copy(path, source)
    settings = Settings.with_overrides(source=source, home=tmp_path / "home", workers=1)
    workers, runs = workers_here(settings, "avx2"), []
    for seconds in (0.0, 600.0):
        night = Night(settings, listener=RecordedFactory("avx2"), until="06:00")
        night._budget._end_s = time.monotonic() + seconds
        night.take_in()
        for batch in night.batches():
            night.evaluate(batch, workers, lambda: None)
        runs.append(night._record())
    counts = [(run.evaluated_count, run.pending_count) for run in runs]
    assert counts == [(0, 2), (2, 0)]
    assert runs[1].seen_count == 2
