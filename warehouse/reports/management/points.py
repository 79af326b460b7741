"""Achievements and challenges of a period with their evidence, read from a snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.reports.management.records import Point, Verdict
from warehouse.reports.management.rules import MOST_POINTS, missed_rules, unclear_rules
from warehouse.reports.site.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import duckdb

    from warehouse.reports.management.records import Adoption, Figure
    from warehouse.reports.management.targets import Targets

_ANSWERS = """
create or replace temp table reported_answer as
select
    reported.is_now, reported.agent_id, reported.agent_name, reported.team,
    reported.started_at, answer.scorecard_id, answer.question, answer.answer = 'yes' as is_yes,
    coalesce(question_title.title, answer.question) as title
from core.final_answer as answer
inner join reported using (call_date, call_id)
left join question_title using (scorecard_id, question)
where answer.answer in ('yes', 'no')
"""

# Questions whose share of yes changed significantly since the previous period.
_CHANGED = """
with counts as (
    select
        title,
        count(*) filter (where is_now and is_yes) as k, count(*) filter (where is_now) as n,
        count(*) filter (where not is_now and is_yes) as k0,
        count(*) filter (where not is_now) as n0
    from reported_answer
    group by scorecard_id, question, title
)

select
    title as subject, n as count, k / n as value, mart.share_low(k, n) as low,
    mart.share_high(k, n) as high, k0 / n0 as other,
    mart.share_change_low(k, n, k0, n0) > 0 as is_better
from counts
where
    least(n, n0) >= mart.minimum_count()
    and (mart.share_change_low(k, n, k0, n0) > 0 or mart.share_change_high(k, n, k0, n0) < 0)
order by abs(value - other) desc
"""

# Teams or agents who do significantly worse on a question than all others.
_BELOW = """
with everybody as (
    select scorecard_id, question, count(*) filter (where is_yes) as yes_count, count(*) as n
    from reported_answer
    where is_now
    group by all
),

own as (
    select
        {who} as who, scorecard_id, question, any_value(title) as title,
        max_by(agent_name, started_at) as agent_name, max_by(team, started_at) as team,
        count(*) filter (where is_yes) as k, count(*) as n
    from reported_answer
    where is_now
    group by all
)

select
    title as subject, own.who, own.agent_name, own.team, own.n as count, k / own.n as value,
    mart.share_low(k, own.n) as low, mart.share_high(k, own.n) as high,
    (everybody.yes_count - k) / (everybody.n - own.n) as other
from own
inner join everybody using (scorecard_id, question)
where mart.is_below(k, own.n, everybody.yes_count - k, everybody.n - own.n)
order by other - value desc, who
"""

# A week of these marts counts for every period that it overlaps.
_RECOGNISED = """
select
    agent_id, max_by(agent_name, week) as subject, max_by(team, week) as who,
    max_by(score_count, gain) as count, max_by(score_mean, gain) as value, max(gain) as other,
    max_by(reason, gain) as reason
from mart.recognition
where week between $first_date - 6 and $last_date
group by agent_id
order by other desc
"""

_WATCHED = """
select count(distinct agent_id) as count from mart.theft_watch
where is_outlier and week between $first_date - 6 and $last_date
"""

Dates = dict[str, Any]


def prepare_answers(connection: duckdb.DuckDBPyConnection) -> None:
    """Collect the answers of the reported calls."""
    connection.execute(_ANSWERS)


def achievements(
    connection: duckdb.DuckDBPyConnection,
    figures: Sequence[Figure],
    adoptions: Iterable[Adoption],
    targets: Targets,
    dates: Dates,
) -> Iterator[Point]:
    """Significant achievements."""
    for figure in figures:
        if figure.got_better:
            yield _of(figure, "figure_better")
        elif figure.verdict is Verdict.MET:
            yield _of(figure, "target_met")
    for row in _some(rows_of(connection, _CHANGED), is_better=True):
        yield Point(kind="question_better", **row)
    for adoption in adoptions:
        low = adoption.ratios[-1][1]
        if targets.adoption_ratio and low is not None and low >= targets.adoption_ratio.bound:
            yield _adoption("policy_adopted", adoption, targets.adoption_ratio.bound)
    for row in rows_of(connection, _RECOGNISED, **dates)[:MOST_POINTS]:
        yield Point(kind=f"agent_{row.pop('reason')}", **row)


def challenges(
    connection: duckdb.DuckDBPyConnection,
    figures: Sequence[Figure],
    adoptions: Iterable[Adoption],
    targets: Targets,
    dates: Dates,
) -> Iterator[Point]:
    """Significant challenges, each with a proposed action."""
    for figure in figures:
        if figure.verdict is Verdict.MISSED:
            yield _of(figure, "target_missed")
        elif figure.got_better is False:
            yield _of(figure, "figure_worse")
    if targets.pass_ratio:
        yield from missed_rules(connection, targets.pass_ratio.bound)
    for row in _some(rows_of(connection, _CHANGED), is_better=False):
        yield Point(kind="question_worse", **row)
    for adoption in adoptions:
        high = adoption.ratios[-1][2]
        if targets.adoption_ratio and high is not None and high < targets.adoption_ratio.bound:
            yield _adoption("policy_lagging", adoption, targets.adoption_ratio.bound)
    yield from _below(connection)
    yield from unclear_rules(connection)
    (watched,) = rows_of(connection, _WATCHED, **dates)
    if watched["count"]:
        yield Point(kind="agents_watched", subject="", **watched)


def _below(connection: duckdb.DuckDBPyConnection) -> Iterator[Point]:
    for row in rows_of(connection, _BELOW.format(who="team"))[:MOST_POINTS]:
        row.pop("agent_name")
        row.pop("team")
        yield Point(kind="team_below", **row)
    for row in rows_of(connection, _BELOW.format(who="agent_id"))[:MOST_POINTS]:
        agent_id, name, team = row.pop("who"), row.pop("agent_name"), row.pop("team")
        yield Point(kind="agent_below", agent_id=agent_id, who=f"{name} ({team})", **row)


def _of(figure: Figure, kind: str) -> Point:
    return Point(
        kind=kind,
        subject=figure.name,
        count=figure.count,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        other=figure.before,
        figure=figure,
    )


def _adoption(kind: str, adoption: Adoption, bound: float) -> Point:
    value, low, high = adoption.ratios[-1]
    return Point(
        kind=kind,
        subject=adoption.title,
        count=adoption.judged_count,
        value=value,
        low=low,
        high=high,
        other=bound,
    )


def _some(rows: Iterable[dict[str, Any]], *, is_better: bool) -> list[dict[str, Any]]:
    wanted = [row for row in rows if row.pop("is_better") is is_better]
    return wanted[:MOST_POINTS]
