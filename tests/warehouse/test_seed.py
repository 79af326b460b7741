"""Seeded lakes are whole, repeat themselves, and the marts find the truth that was put in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from tests.seed.seed import CHANGED_RULE, RULE_IDS, SeedPlan, write_seed
from warehouse.lake.lake import Lake
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

_PLAN = SeedPlan(
    call_count=6000, calls_per_night=300, agent_count=12, turns_per_call=3, change_night=10
)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published snapshot of twenty nights; publishing it shows that every gate holds."""
    home = tmp_path_factory.mktemp("seeded")
    lake = Lake(home / "lake", "Europe/Rome")
    write_seed(lake, _PLAN)
    return publish(lake, home / "snapshots")


def _rows(snapshot: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(snapshot, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_same_seed_writes_the_same_calls(tmp_path: Path) -> None:
    """Chance comes from the seed alone."""
    plan = SeedPlan(call_count=100, calls_per_night=50, agent_count=12)
    digests = []
    for name in ("one", "two"):
        lake = Lake(tmp_path / name, "Europe/Rome")
        write_seed(lake, plan)
        digests.append(
            [
                file.sha256
                for day in lake.days()
                for file in lake.manifest(day).parts[0].files.values()
            ]
        )
    assert digests[0] == digests[1]


def test_intervals_hold_the_truth(seeded: Path) -> None:
    """About 95 % of the rules' daily intervals hold the mean of what agents were given."""
    rows = _rows(
        seeded,
        "select rule_id, call_date, fail_ratio_low, fail_ratio_high from mart.rule_daily"
        " where fail_ratio_low is not null",
    )
    held = 0
    for rule_id, call_date, low, high in rows:
        night = (call_date - _PLAN.first_date).days
        truth = 1 - _PLAN.pass_ratios(night)[:, RULE_IDS.index(rule_id)].mean()
        held += low <= truth <= high
    assert len(rows) >= 0.9 * len(RULE_IDS) * _PLAN.night_count  # fewer than ten calls have none
    assert 0.9 <= held / len(rows) <= 1


def test_a_policy_change_is_seen_to_dip_and_recover(seeded: Path) -> None:
    """The changed rule's first week is surely worse than before, its second better than that."""
    first, second = _rows(
        seeded,
        "select pass_ratio, pass_ratio_change_high from mart.policy_adoption"
        f" where rule_id = '{RULE_IDS[CHANGED_RULE]}' and rule_version = 2 order by week_no",
    )
    assert first[1] < 0
    assert second[0] > first[0]


def test_ranks_agree_with_skill(seeded: Path) -> None:
    """No agent is ranked significantly above another whose true skill is clearly higher."""
    skill = _PLAN.pass_ratios(0)[:, :7].mean(axis=1)
    rows = _rows(
        seeded,
        "select one.agent_id, other.agent_id from mart.agent_weekly as one"
        " inner join mart.agent_weekly as other using (week)"
        " where one.worst_rank < other.best_rank",
    )
    assert rows, "intervals separate nobody, so nothing was shown"
    wrong = [pair for pair in rows if skill[int(pair[0][-3:])] + 0.02 < skill[int(pair[1][-3:])]]
    assert wrong == []
