"""Intervals contain what they claim to contain, and chance puts hardly anybody below the others."""

from __future__ import annotations

from math import comb
from statistics import mean
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

if TYPE_CHECKING:
    import duckdb

_SAMPLES = 4000
_COVERAGE = (0.93, 0.97)


@pytest.mark.parametrize("count", [10, 30, 100])
def test_shares(database: duckdb.DuckDBPyConnection, count: int) -> None:
    """Mean coverage over true rates from .05 to .95, exact by the binomial distribution."""
    query = "select mart.share_low(k, $n), mart.share_high(k, $n) from range($n + 1) as r(k)"
    ends = database.execute(query, {"n": count}).fetchall()
    coverages = [
        sum(
            comb(count, k) * rate**k * (1 - rate) ** (count - k)
            for k, (low, high) in enumerate(ends)
            if low <= rate <= high
        )
        for rate in np.linspace(0.05, 0.95, 91)
    ]
    assert _COVERAGE[0] <= mean(coverages) <= _COVERAGE[1]
    assert all(0 <= low <= high <= 1 for low, high in ends)


def test_fewer_than_ten_have_no_interval(database: duckdb.DuckDBPyConnection) -> None:
    """Neither a share nor a mean nor a change; the bounds themselves are never outside 0 to 1."""
    query = "select mart.share_low(3, 9), mart.share_high(3, 9), mart.mean_margin(5, 9),"
    query += " mart.share_change_low(30, 60, 3, 9), mart.is_below(0, 9, 90, 100)"
    assert database.execute(query).fetchone() == (None, None, None, None, False)
    query = "select min(mart.wilson_low(0, n)), max(mart.wilson_high(n, n)) from range(1, 500) r(n)"
    assert database.execute(query).fetchone() == pytest.approx((0, 1))


@pytest.mark.parametrize("count", [10, 30, 100])
def test_means_of_scores(database: duckdb.DuckDBPyConnection, count: int) -> None:
    """Scores of which a tenth are auto-fails; ten of them need a wider interval than they get."""
    chance = np.random.default_rng(count)
    shape = (_SAMPLES, count)
    scores = np.clip(chance.normal(82, 10, shape), 0, 100)
    truth = 0.9 * np.clip(chance.normal(82, 10, 400_000), 0, 100).mean()
    scores[chance.random(shape) < 0.1] = 0
    cases = pl.DataFrame({"sample": np.repeat(np.arange(_SAMPLES), count), "score": scores.ravel()})
    database.register("cases", cases)
    query = "select avg(score), mart.score_margin(score) from cases group by sample"
    found = database.execute(query).fetchall()
    coverage = mean(float(abs(value - truth) <= margin) for value, margin in found)
    if count == 10:
        print(f"coverage of the mean of ten scores: {coverage:.3f}")
        return
    assert _COVERAGE[0] <= coverage <= _COVERAGE[1]


@pytest.mark.parametrize("rate", [0.5, 0.85, 0.95])
def test_equal_agents_are_rarely_below(database: duckdb.DuckDBPyConnection, rate: float) -> None:
    """At most one agent in twenty, of those who are all as good."""
    chance = np.random.default_rng(7)
    agents = pl.DataFrame({"n": chance.integers(20, 200, 4000)})
    agents = agents.with_columns(k=pl.Series(chance.binomial(agents["n"].to_numpy(), rate)))
    database.register("agents", agents)
    query = "select avg(mart.is_below(k, n, (select sum(k) from agents) - k,"
    query += " (select sum(n) from agents) - n)::int) from agents"
    (share,) = database.execute(query).fetchone() or (1.0,)
    assert share <= 0.05
