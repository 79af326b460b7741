"""Relations depend on the calls, never on the order in which they arrived.

One week comes in pieces: a night without calls, late calls, a corrected sidecar that moves a call
to another day and agent, calls judged anew, an agent who changes teams, reviews before and after.
Every relation must then have the rows that it has when all of it is known from the start.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from models.call import Role
from qa_rules.results import Outcome
from tests.warehouse.factory import NIGHT, TIME_ZONE, night, result, turn
from warehouse.lake.lake import Lake
from warehouse.lake.upload_records import Rate, Review, ShiftBlock
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from qa_rules.results import CallResult

_HISTORY = ("commit_no", "run_id", "listed_run_id", "listed_on", "open_days")
"""Columns about how a row arrived; they differ on purpose."""
_OF_RUNS = {"core.listed_flag"}
"""Relations about what each run told; they differ on purpose, too."""

_NEXT_DAY = NIGHT + timedelta(days=1)
_MOVED: dict[str, Any] = {"team": "South", "supervisor_id": "s2", "supervisor_name": "Tom Walsh"}


def _week() -> list[CallResult]:
    """All calls in their final state."""
    return [
        result("c1", greeting=Outcome.FAIL, customer_ref="k1"),
        _fed_up(result("c2", greeting=Outcome.CANNOT_TELL, promises=Outcome.NOT_APPLICABLE)),
        result("c3", promises=Outcome.FAIL, agent_id="a2", agent_name="Ben Carter"),
        result("moved", started_at=_NEXT_DAY, customer_ref="k1", **_MOVED),
        result("late", greeting=Outcome.FAIL, agent_id="a2", agent_name="Ben Carter"),
        result("corrected", started_at=_NEXT_DAY, agent_id="a3", queue="claims"),
    ]


def _fed_up(call: CallResult) -> CallResult:
    """The call with a customer who says so."""
    said = turn("honestly I am fed up", 20.0, Role.CUSTOMER)
    words = replace(call.transcript, turns=(*call.transcript.turns, said))
    return replace(call, transcript=words)


def _supply(lake: Lake) -> None:
    start = NIGHT - timedelta(hours=1)
    lake.uploads.add("rate", [Rate(valid_from=start.date(), hour_cost=24.0, currency="EUR")])
    lake.uploads.add(
        "schedule",
        [ShiftBlock(agent_id="a1", starts_at=start, ends_at=start + timedelta(hours=8))],
    )


def _review(answer: Any, hours: int) -> Review:
    return Review(
        review_id=f"review-{hours}",
        call_id="c1",
        scorecard_id="service",
        question="greeting",
        occasion="flag",
        machine_value="no",
        human_value=answer,
        reviewer_id="s1",
        reviewed_at=NIGHT + timedelta(hours=hours),
        reason="Heard it.",
    )


def _rows(snapshot: Path) -> dict[str, list[tuple[Any, ...]]]:
    with duckdb.connect(snapshot, read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where schema_name != 'meta' union all"
            " select schema_name || '.' || view_name from duckdb_views() where not internal"
        ).fetchall()
        return {
            name: sorted(
                connection.execute(
                    f"select columns(c -> not list_contains({list(_HISTORY)}, c)) from {name}"
                ).fetchall(),
                key=repr,
            )
            for (name,) in names
        }


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every relation when all is known from the start."""
    home = tmp_path_factory.mktemp("at-once")
    lake = Lake(home / "lake", TIME_ZONE)
    night(lake, "night-1", _week())
    _supply(lake)
    lake.uploads.add("review", [_review("no", 20), _review("yes", 30)])
    return _rows(publish(lake, home / "snapshots"))


@pytest.fixture(scope="module")
def in_pieces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the same came bit by bit, published after every bit."""
    home = tmp_path_factory.mktemp("in-pieces")
    lake = Lake(home / "lake", TIME_ZONE)
    known = {item.call.call_id: item for item in _week()}
    old_rules = replace(result("c2", promises=Outcome.FAIL), rules_sha256="rules-0")
    night(lake, "night-1", [known["c1"], old_rules, result("corrected", agent_id="a9")])
    publish(lake, home / "snapshots")
    night(lake, "night-2", [])
    lake.uploads.add("review", [_review("no", 20)])
    publish(lake, home / "snapshots")
    night(lake, "night-3", [known["moved"], known["c3"], known["late"]])
    _supply(lake)
    publish(lake, home / "snapshots")
    night(lake, "night-4", [known["c2"], known["corrected"]])
    lake.uploads.add("review", [_review("yes", 30)])
    publish(lake, home / "snapshots")
    return home


def test_the_order_of_events_leaves_no_trace(
    at_once: dict[str, list[tuple[Any, ...]]], in_pieces: Path
) -> None:
    """Every relation, grown night by night, has the rows of a week that was known at once."""
    grown = _rows(in_pieces / "snapshots" / "current.duckdb")
    compared = at_once.keys() - _OF_RUNS
    assert [name for name in compared if grown[name] != at_once[name]] == []
    assert set(grown) == set(at_once)


def test_a_rebuilt_warehouse_equals_a_grown_one(in_pieces: Path) -> None:
    """From the lake alone come the same rows of every relation, history included."""
    lake = Lake(in_pieces / "lake", TIME_ZONE)
    rebuilt = _rows(publish(lake, in_pieces / "rebuilt"))
    grown = _rows(in_pieces / "snapshots" / "current.duckdb")
    assert [name for name in rebuilt if rebuilt[name] != grown[name]] == []


def test_the_week_says_something(at_once: dict[str, list[tuple[Any, ...]]]) -> None:
    """The relations that need many calls or other rules are the only empty ones."""
    empty = {name for name, rows in at_once.items() if not rows}
    assert empty <= {
        "core.calibration",
        "core.coaching_session",
        "core.commitment",
        "core.compared_rating",
        "core.contact_reason",
        "core.deleted_original",
        "core.dispute",
        "core.follow_up",
        "core.quarantine",
        "core.question_text",
        "core.rule_text",
        "core.survey",
        "core.survey_answer",
        "core.tag_text",
        "mart.auto_qa_accuracy",
        "mart.calibration",
        "mart.calibration_rater",
        "mart.coaching_candidates",
        "mart.commitment_outcome",
        "mart.contact_reason",
        "mart.escalations",
        "mart.follow_up",
        "mart.recognition",
        "mart.satisfaction",
    }


def test_one_call_is_enough_for_every_relation(tmp_path: Path) -> None:
    """A centre's first call breaks no mart, and no rate of it is a certainty."""
    lake = Lake(tmp_path / "lake", TIME_ZONE)
    night(lake, "night-1", [result("c1", greeting=Outcome.CANNOT_TELL)])
    rows = _rows(publish(lake, tmp_path / "snapshots"))
    assert len(rows["core.call"]) == len(rows["mart.agent_daily"]) == 1
    assert rows["mart.coaching_candidates"] == rows["mart.recognition"] == []
