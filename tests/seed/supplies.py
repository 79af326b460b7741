"""What people of the invented centre supply: rates, schedules, and reviews whose truth is known."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from qa_rules.results import Outcome
from warehouse.lake.upload_records import Rate, Review, ShiftBlock, SurveyAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import polars as pl

    from warehouse.lake.lake import Lake

CONFIRMED_RATIO = 0.9
"""The truth: how often a person agrees with a flagged failure."""

MISSED_RATIO = 0.04
"""The truth: how often a person fails what passed."""

_REVIEWS = 20
_SURVEYS = 20
_SHIFT = (
    (time(8), time(13), "work"),
    (time(13), time(13, 30), "break"),
    (time(13, 30), time(20), "work"),
)


def supply_rates(lake: Lake, since: date) -> None:
    """Every queue has one rate, and sales has its own."""
    rates = [
        Rate(valid_from=since, hour_cost=24.0, call_cost=0.05, currency="EUR"),
        Rate(valid_from=since, queue="sales", hour_cost=30.0, call_cost=0.05, currency="EUR"),
    ]
    lake.uploads.add("rate", rates)


def supply_night(
    lake: Lake, day: date, agent_count: int, findings: pl.DataFrame, generator: np.random.Generator
) -> None:
    """The day's schedule, and what people say of some flags and of some passes drawn at random."""
    zone = ZoneInfo(lake.time_zone)
    stretches = [
        ShiftBlock(
            agent_id=f"agent-{agent:03}",
            starts_at=datetime.combine(day, start, zone),
            ends_at=datetime.combine(day, end, zone),
            activity=activity,
        )
        for agent in range(agent_count)
        for start, end, activity in _SHIFT
    ]
    lake.uploads.add("schedule", stretches)
    failed = findings.filter(outcome="fail", flagged=True)
    passed = findings.filter(outcome="pass", flagged=False)
    at = datetime.combine(day + timedelta(days=1), time(9), UTC)
    reviews = [
        *_reviews(failed, "flag", at, 1 - CONFIRMED_RATIO, generator),
        *_reviews(passed, "sample", at, MISSED_RATIO, generator),
    ]
    lake.uploads.add("review", reviews)
    lake.uploads.add("survey", list(_surveys(findings, at, generator)))


def _surveys(
    findings: pl.DataFrame, at: datetime, generator: np.random.Generator
) -> Iterator[SurveyAnswer]:
    """Some customers answer; most are content."""
    calls = findings["call_id"].unique(maintain_order=True)
    count = min(_SURVEYS, len(calls))
    scores = generator.choice(5, count, p=(0.1, 0.05, 0.1, 0.3, 0.45)) + 1
    for call_id, score in zip(
        calls.gather(generator.choice(len(calls), count, replace=False)), scores, strict=True
    ):
        yield SurveyAnswer(
            survey_id=f"survey-{call_id}",
            call_id=call_id,
            question="satisfaction",
            score=float(score),
            scale="1-5",
            answered_at=at,
        )


def _reviews(
    findings: pl.DataFrame,
    occasion: Literal["flag", "sample"],
    at: datetime,
    wrong_ratio: float,
    generator: np.random.Generator,
) -> Iterator[Review]:
    """Reviewers who overrule the machine in this share of their reviews."""
    count = min(_REVIEWS, findings.height)
    chosen = generator.choice(findings.height, count, replace=False)
    wrong = generator.random(count) < wrong_ratio
    for row, is_wrong in zip(findings[chosen].iter_rows(named=True), wrong, strict=True):
        machine = Outcome(row["outcome"])
        other = Outcome.FAIL if machine is Outcome.PASS else Outcome.PASS
        yield Review(
            review_id=f"{occasion}-{row['call_id']}-{row['rule_id']}",
            call_id=row["call_id"],
            rule_id=row["rule_id"],
            occasion=occasion,
            machine_value=machine,
            human_value=other if is_wrong else machine,
            reviewer_id="reviewer-1",
            reviewed_at=at,
            reason="Invented for seed data.",
        )
