"""Retention over a seeded year: what went and what stayed, by policy.

The centre is invented: the Mondays of a year, its leap day, and both Sundays on which clocks are
set. Every second call of a night is of the campaign spring, the others of the campaign retention.
The answers are written by hand, from the numbers of calls:

    a Monday     13 calls   7 spring   6 retention   53 of them: 31 up to 2028-02-28, of which
                                                   5 in August 2027
    2027-10-31    6 calls   3 spring   3 retention   a Sunday
    2028-02-29   12 calls   6 spring   6 retention   a Tuesday
    2028-03-26    6 calls   3 spring   3 retention   a Sunday
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from flows.errors import FlowsError
from flows.governance.audit import entries, verify
from flows.governance.holds import Scope, holds_of
from flows.governance.retention.expiry import apply, is_owed
from flows.governance.retention.plan import Line, plan_of
from flows.governance.retention.policy import Kind
from flows.settings.centre import Settings
from tests.seed.seed import SeedPlan, night_frames, write_night
from warehouse.lake.index.stored_calls import stored_calls
from warehouse.lake.lake import Lake
from warehouse.snapshot.publish import current_snapshot

if TYPE_CHECKING:
    from pathlib import Path

_FIRST = date(2027, 8, 2)
_NIGHTS = sorted(
    {7 * week for week in range(53)}
    | {(day - _FIRST).days for day in (date(2027, 10, 31), date(2028, 2, 29), date(2028, 3, 26))}
)
_SEED = SeedPlan(
    call_count=3660,
    calls_per_night=10,
    first_date=_FIRST,
    agent_count=12,
    turns_per_call=2,
    late_ratio=0.0,
)
_POLICY = """
maximum: {audio: 1 year}
policies:
  - {id: all, why: coaching, keep: {audio: 6 months, transcript: 1 year, score: 18 months}}
  - id: spring
    why: proof of sales
    calls: {fields: {campaign: [spring]}}
    keep: {audio: 2 years, transcript: 18 months}
"""
_TODAY = date(2029, 3, 1)
_HELD = "seed-00000-000000"  # of 2027-08-02, campaign spring

_EXPECTED = [
    # class, policy, stays, goes, held, next
    Line(Kind.AUDIO, "all", 0, 330, 0, None),
    Line(Kind.AUDIO, "maximum", 157, 225, 1, date(2029, 3, 7)),
    Line(Kind.TRANSCRIPT, "all", 135, 195, 0, date(2029, 3, 7)),
    Line(Kind.TRANSCRIPT, "spring", 348, 34, 1, date(2029, 3, 7)),
    Line(Kind.SCORE, "all", 648, 64, 1, date(2029, 3, 7)),
]
"""By hand: of 713 calls, 383 are spring and 330 retention.

Copies: six months of all retention calls are over; the two years of spring calls are cut to one,
which is over for the 31 Mondays, the leap day and 2027-10-31: 217 + 6 + 3 = 226. Words: one year of
retention calls is over for 186 + 6 + 3 = 195; 18 months of spring calls for the five Mondays of
August 2027, 35. Scores: 18 months of those Mondays, 65 calls. One spring call of the first Monday
is held. Next: the Monday 2028-03-06 ends with 2029-03-06, and 2027-09-06 with it.
"""


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home folder with the year, published, with a copy per call."""
    folder = tmp_path_factory.mktemp("year")
    (folder / "retention.yaml").write_text(_POLICY, encoding="utf-8")
    settings = Settings(
        home=folder / "home", retention=folder / "retention.yaml", time_zone="Europe/Rome"
    )
    lake = Lake(settings.lake, settings.time_zone)
    write_night(lake, _SEED, 0)
    frames = {
        _FIRST + timedelta(days=night): night_frames(lake, _SEED, night, _count(night))
        for night in _NIGHTS[1:]
    }
    lake.commit_frames("seed-00001", frames)
    for call in stored_calls(lake):
        copy = settings.audio.path_on(call.call_date, call.call_id)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(b"sound")
    return settings


def _count(night: int) -> int:
    return {0: 13, 1: 12, 6: 6}[(_FIRST + timedelta(days=night)).weekday()]


def _lines(settings: Settings, today: date) -> list[Line]:
    return plan_of(settings, holds_of(settings), today).lines


def _calls(settings: Settings) -> dict[str, pl.DataFrame]:
    lake = Lake(settings.lake, settings.time_zone)
    return {
        table: pl.concat(
            [pl.read_parquet(file, hive_partitioning=False) for file in lake.files(table)]
        )
        for table in ("call", "turn", "evidence", "finding", "evaluation")
    }


def test_the_calendar_decides_to_the_day(year: Settings) -> None:
    """A leap day's year ends on 28 February, and what ends on a day is there until it is over.

    On 28 February 2029 the words of 2028-02-28 and of 2028-02-29 are there; one day later both go.
    """
    gone = {
        today: {
            call.call_date for call in plan_of(year, holds_of(year), today).calls[Kind.TRANSCRIPT]
        }
        for today in (date(2029, 2, 28), date(2029, 3, 1), date(2029, 3, 26), date(2029, 3, 27))
    }
    assert max(gone[date(2029, 2, 28)]) == date(2028, 2, 21)
    assert gone[date(2029, 3, 1)] - gone[date(2029, 2, 28)] == {
        date(2028, 2, 28),
        date(2028, 2, 29),
    }
    # The day on which clocks are set has 23 hours, and ends like any other.
    assert date(2028, 3, 26) not in gone[date(2029, 3, 26)]
    assert date(2028, 3, 26) in gone[date(2029, 3, 27)]


def test_a_year_goes_by_policy_and_a_hold_stops_it(year: Settings) -> None:
    """The table is the one that was written by hand; what went is gone, and nothing else is."""
    hold = holds_of(year).add(Scope.CALL, _HELD, "a court case")
    plan = plan_of(year, holds_of(year), _TODAY)
    assert plan.lines == _EXPECTED
    (year.home / "warehouse").write_text("no folder")  # the first attempt ends halfway
    with pytest.raises(OSError, match="warehouse"):
        apply(year, plan)
    assert is_owed(year)
    (year.home / "warehouse").unlink()
    assert apply(year, plan_of(year, holds_of(year), _TODAY))
    assert not is_owed(year)
    stays = [line._replace(goes=0) for line in _EXPECTED if line.stays or line.held]
    of_calls = [line for line in _lines(year, _TODAY) if line.kind is not Kind.REPORT]
    assert of_calls == stays
    assert not apply(year, plan_of(year, holds_of(year), _TODAY))  # again: nothing to do
    _check_contents(year)

    holds_of(year).release(hold.hold_id, "the case is closed")
    released = plan_of(year, holds_of(year), _TODAY)
    assert {kind: [call.call_id for call in calls] for kind, calls in released.calls.items()} == {
        kind: [_HELD] for kind in (Kind.AUDIO, Kind.TRANSCRIPT, Kind.SCORE)
    }
    assert apply(year, released)
    assert _HELD not in set(_calls(year)["call"]["call_id"])
    assert not verify(year.home)
    kinds = {entry.facts["what"] for entry in entries(year.home) if entry.act == "retention"}
    assert kinds == {"audio", "transcript", "score"}


def _check_contents(settings: Settings) -> None:
    """713 calls less 64; words of 649 - 195 + 30 (their calls went) - 4 are there."""
    tables = _calls(settings)
    call, turn = tables["call"], tables["turn"]
    assert call.height == 713 - 64
    # Of the 195 retention calls without words, the 30 of August have gone whole.
    wordless = set(call.filter(pl.col("transcript_removed_on") == _TODAY)["call_id"])
    assert len(wordless) == 195 - 30
    is_wordless = pl.col("call_id").is_in(list(wordless))
    assert set(turn.filter(is_wordless)["text"]) == {""}
    assert "" not in set(turn.filter(~is_wordless)["text"])
    assert set(tables["evidence"].filter(is_wordless)["quote"]) <= {""}
    assert tables["evaluation"].height == call.height  # scores stay
    assert len(list(settings.home.glob("audio/*/*.opus"))) == 157 + 1
    reviewed = Lake(settings.lake, settings.time_zone).uploads.frame("review")["call_id"]
    assert set(reviewed) <= {_HELD}  # all reviews were of the first Monday
    snapshot = current_snapshot(settings.warehouse)
    assert snapshot is not None
    assert [path.name for path in settings.warehouse.glob("qa-*")] == [snapshot.name]
    with duckdb.connect(snapshot, read_only=True) as connection:
        rows = connection.execute(
            "select count(*), count(transcript_removed_on), count(audio_removed_on) from core.call"
        ).fetchall()
        texts = connection.execute(
            "select count(*) from core.turn join core.call using (call_date, call_id)"
            " where transcript_removed_on is not null and text <> ''"
        ).fetchall()
    assert rows == [(649, 165, 649 - 158)]
    assert texts == [(0,)]


def test_a_centre_without_a_policy_is_told(tmp_path: Path) -> None:
    """Nothing is removed by default."""
    settings = Settings(home=tmp_path)
    with pytest.raises(FlowsError, match="CALLQA_RETENTION"):
        plan_of(settings, holds_of(settings))
