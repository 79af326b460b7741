"""Figures recomputed from the lake's parts, with no SQL and no macro of the warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest

from tests.seed.seed import SeedPlan, write_seed
from warehouse.lake.lake import Lake
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

_PLAN = SeedPlan(call_count=12_000, calls_per_night=800, agent_count=12, turns_per_call=3)
_Z = 1.959964


class _Seeded:
    """A seeded lake and its snapshot."""

    def __init__(self, home: Path) -> None:
        self.lake = Lake(home / "lake", "Europe/Rome")
        write_seed(self.lake, _PLAN)
        self._snapshot = publish(self.lake, home / "snapshots")
        self.calls = self.part("call")
        self.reviews = (
            self.lake.uploads.frame("review")
            .filter(pl.col("rule_id").is_not_null(), pl.col("occasion") != "calibration")
            .sort("reviewed_at", descending=True)
            .unique(["call_id", "rule_id"], keep="first", maintain_order=True)
        )
        final = self.part("finding").join(
            self.reviews.select("call_id", "rule_id", "human_value"),
            on=["call_id", "rule_id"],
            how="left",
        )
        overruled = (pl.col("human_value") != pl.col("outcome")).fill_null(value=False)
        self.findings = final.with_columns(
            flagged=pl.col("flagged") & ~overruled,
            outcome=pl.coalesce("human_value", "outcome"),
        )

    def part(self, table: str) -> pl.DataFrame:
        """All rows of a table of the lake."""
        return pl.read_parquet([str(path) for path in self.lake.files(table)])

    def asked(self, sql: str) -> tuple[Any, ...]:
        """The first row of a query of the snapshot."""
        return next(iter(self.all_rows(sql)), ())

    def all_rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query of the snapshot."""
        with duckdb.connect(self._snapshot, read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> _Seeded:
    """Fifteen nights with 12,000 calls in all, and reviews."""
    return _Seeded(tmp_path_factory.mktemp("figures"))


def _contacts(seeded: _Seeded) -> pl.DataFrame:
    known = seeded.calls.filter(pl.col("customer_ref").is_not_null()).sort("started_at", "call_id")
    following = pl.col("started_at").shift(-1).over("customer_ref")
    days = pl.col("started_at").dt.convert_time_zone("Europe/Rome").dt.date()
    last = seeded.calls.select(days.max()).item()
    gap = (following - pl.col("started_at")).dt.total_seconds()
    return known.with_columns(is_repeated=(gap < 7 * 86400).fill_null(value=False)).filter(
        (pl.lit(last) - days).dt.total_days() > 7
    )


def test_first_contact_resolution_and_repeats(seeded: _Seeded) -> None:
    """Of the contacts whose seven days are over, and of no others."""
    contacts = _contacts(seeded)
    found = seeded.asked(
        "select count(is_resolved), count(*) filter (where is_resolved),"
        " count(*) filter (where is_repeated) from mart.repeat_contacts"
    )
    repeated = contacts["is_repeated"].sum()
    assert found == (contacts.height, contacts.height - repeated, repeated)
    assert 0 < repeated < contacts.height


def test_flagged_calls_and_their_interval(seeded: _Seeded) -> None:
    """Without the flags that reviewers dismissed; the interval is Wilson's."""
    k = seeded.findings.filter("flagged")["call_id"].n_unique()
    n = seeded.calls.height
    assert k < seeded.part("finding").filter("flagged")["call_id"].n_unique()
    expected = (k, n, *_wilson(k, n))
    found = seeded.asked(
        "select count(*) filter (where flag_count > 0) as k, count(*) as n,"
        " mart.share_low(k, n), mart.share_high(k, n) from core.scored_call"
    )
    assert found == pytest.approx(expected)


def test_checks_passed(seeded: _Seeded) -> None:
    """What a rule observes is no check."""
    counts = dict(seeded.findings["outcome"].value_counts().iter_rows())
    found = seeded.asked(
        "select sum(pass_count), sum(judged_count), sum(observed_count) from mart.rule_daily"
    )
    assert found == (counts["pass"], counts["pass"] + counts["fail"], counts["observed"])


def test_security_codes(seeded: _Seeded) -> None:
    """Recordings, once each: a code that is heard outweighs one masked as a precaution."""
    codes = seeded.part("pii_span").filter(pii_type="cvv").group_by("call_id")
    heard = codes.agg(pl.col("reported").any())["reported"]
    found = seeded.asked(
        "select count(*) filter (where is_cvv_heard), count(*) filter (where not is_cvv_heard)"
        " from mart.pci_evidence"
    )
    assert found == (heard.sum(), (~heard).sum())
    spans = seeded.part("pii_span").filter(pii_type="cvv")
    assert 0 < found[1] < found[0] < spans.height
    assert codes.agg(pl.col("reported").n_unique() > 1)["reported"].any()  # one of each in a call


def _wilson(k: int, n: int) -> tuple[float, float]:
    middle, half = k + _Z**2 / 2, _Z * (k * (n - k) / n + _Z**2 / 4) ** 0.5
    return (middle - half) / (n + _Z**2), (middle + half) / (n + _Z**2)


def _decided(seeded: _Seeded) -> pl.DataFrame:
    """The questions of all calls that are answered yes or no, each by the one rule it has."""
    answers = seeded.part("answer")
    assert answers["rule_ids"].list.len().unique().to_list() == [1]
    return answers.with_columns(rule_id=pl.col("rule_ids").list.first()).join(
        seeded.findings.filter(pl.col("outcome").is_in(["pass", "fail"])).select(
            "call_id", "rule_id", "outcome"
        ),
        on=["call_id", "rule_id"],
    )


def test_below_the_others(seeded: _Seeded) -> None:
    """The agents and questions whose share of yes is significantly below that of the others."""
    answers = _decided(seeded).join(seeded.calls.select("call_id", "agent_id"), on="call_id")
    is_yes = (pl.col("outcome") == "pass").sum()
    own = answers.group_by("agent_id", "question").agg(k=is_yes, n=pl.len())
    everybody = answers.group_by("question").agg(all_k=is_yes, all_n=pl.len())
    below = []
    for row in own.join(everybody, on="question").iter_rows(named=True):
        k, n = row["k"], row["n"]
        others_k, others_n = row["all_k"] - k, row["all_n"] - n
        gap = k / n - others_k / others_n
        high, low = _wilson(k, n)[1], _wilson(others_k, others_n)[0]
        width = ((high - k / n) ** 2 + (others_k / others_n - low) ** 2) ** 0.5
        if n >= 20 and gap + width < 0:
            below.append((row["agent_id"], row["question"]))
    found = seeded.asked("select list((agent_id, question)) from mart.coaching_candidates")
    assert below
    assert sorted(found[0]) == sorted(below)


def test_handle_time(seeded: _Seeded) -> None:
    """The length of the calls and the work after them, of the calls of which that is known."""
    known = seeded.calls.filter(pl.col("after_call_work_s").is_not_null())
    assert 0 < known.height < seeded.calls.height
    handled = known.group_by("agent_id").agg(
        pl.len(), (pl.col("duration_s") + pl.col("after_call_work_s")).mean()
    )
    rows = seeded.all_rows(
        "select agent_id, sum(handle_time_count),"
        " sum(handle_time_mean_s * handle_time_count) / sum(handle_time_count)"
        " from mart.agent_daily group by agent_id"
    )
    assert {row[0]: row[1:] for row in rows} == {
        agent: (count, pytest.approx(mean)) for agent, count, mean in handled.iter_rows()
    }


def test_cost(seeded: _Seeded) -> None:
    """An agent's hours, also after calls, and a price per call; a queue's own rate comes first."""
    rates = seeded.lake.uploads.frame("rate").sort("valid_from")
    of_all = rates.filter(pl.col("queue").is_null())
    assert of_all.height == 1
    own = rates.filter(pl.col("queue").is_not_null())
    assert own["queue"].is_unique().all()
    days = seeded.calls["started_at"].dt.date()
    assert (days >= rates.select(pl.col("valid_from").max()).item()).all()
    priced = seeded.calls.join(
        own.select("queue", "hour_cost", "call_cost"), on="queue", how="left"
    )
    hour = pl.col("hour_cost").fill_null(of_all["hour_cost"].item())
    each = pl.col("call_cost").fill_null(of_all["call_cost"].item())
    paid_s = pl.col("duration_s") + pl.col("after_call_work_s").fill_null(0)
    total = priced.select((paid_s / 3600 * hour + each).sum()).item()
    assert seeded.asked("select sum(cost) from mart.cost") == pytest.approx((total,))


def test_scores_after_a_dismissed_flag(seeded: _Seeded) -> None:
    """Answers follow from the outcomes that people left, and scores from the answers."""
    machine = seeded.part("finding").select("call_id", "rule_id", machine="outcome")
    outcomes = seeded.findings.join(machine, on=["call_id", "rule_id"])
    dismissed = outcomes.filter(pl.col("outcome") != pl.col("machine"), machine="fail")
    calls = dismissed["call_id"].unique()
    earned = pl.col("weight") * (pl.col("outcome") == "pass")
    scores = (
        _decided(seeded)
        .filter(pl.col("call_id").is_in(calls.implode()))
        .group_by("call_id")
        .agg(score=100 * earned.sum() / pl.col("weight").sum())
    )
    expected = dict(scores.iter_rows())
    rows = seeded.all_rows(
        "select call_id, score, machine_score from core.final_evaluation where score is not null"
    )
    found = {call_id: score for call_id, score, _ in rows if call_id in expected}
    assert found == pytest.approx(expected)
    assert any(score > machine_score for call_id, score, machine_score in rows if call_id in found)
