"""Achievements and challenges of a period with their evidence, read from a snapshot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from warehouse.reports.management.calls import answered_calls, figure_calls, rule_calls
from warehouse.reports.management.records import Point, Verdict
from warehouse.reports.management.rules import MOST_POINTS, missed_rules, unclear_rules
from warehouse.reports.site.rows import rows_of
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from warehouse.reports.management.records import Adoption, Figure
    from warehouse.reports.management.targets import Targets
    from warehouse.snapshot.connection import Connection

_WATCHED = """
select count(distinct agent_id) as count from mart.theft_watch
where is_outlier and week between $first_date - 6 and $last_date
"""

Dates = dict[str, Any]


def prepare_answers(connection: Connection) -> None:
    """Collect the answers of the reported calls."""
    connection.execute(sql_of(__file__, "reported_answer"))


def achievements(
    connection: Connection,
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
    for row in _some(rows_of(connection, sql_of(__file__, "changed_questions")), is_better=True):
        yield Point(kind="question_better", **row)
    for adoption in adoptions:
        low = adoption.ratios[-1][1]
        if targets.adoption_ratio and low is not None and low >= targets.adoption_ratio.bound:
            yield _adoption("policy_adopted", adoption, targets.adoption_ratio.bound)
    for row in rows_of(connection, sql_of(__file__, "recognised_agents"), **dates)[:MOST_POINTS]:
        yield Point(kind=f"agent_{row.pop('reason')}", **row)


def challenges(
    connection: Connection,
    figures: Sequence[Figure],
    adoptions: Iterable[Adoption],
    targets: Targets,
    dates: Dates,
) -> Iterator[Point]:
    """Significant challenges, each with a proposed action."""
    for figure in figures:
        if figure.verdict is Verdict.MISSED:
            yield replace(_of(figure, "target_missed"), calls=figure_calls(connection, figure))
        elif figure.got_better is False:
            yield replace(_of(figure, "figure_worse"), calls=figure_calls(connection, figure))
    if targets.pass_ratio:
        yield from missed_rules(connection, targets.pass_ratio.bound)
    for row in _some(rows_of(connection, sql_of(__file__, "changed_questions")), is_better=False):
        calls = answered_calls(connection, row["subject"])
        yield Point(kind="question_worse", **row, calls=calls)
    for adoption in adoptions:
        high = adoption.ratios[-1][2]
        if targets.adoption_ratio and high is not None and high < targets.adoption_ratio.bound:
            lagging = _adoption("policy_lagging", adoption, targets.adoption_ratio.bound)
            yield replace(lagging, calls=rule_calls(connection, adoption.rule_id, "fail"))
    yield from _below(connection)
    yield from unclear_rules(connection)
    (watched,) = rows_of(connection, _WATCHED, **dates)
    if watched["count"]:
        yield Point(kind="agents_watched", subject="", **watched)


def _below(connection: Connection) -> Iterator[Point]:
    for row in rows_of(connection, sql_of(__file__, "below_others"), is_team=True)[:MOST_POINTS]:
        row.pop("agent_name")
        row.pop("team")
        calls = answered_calls(connection, row["subject"], team=row["who"])
        yield Point(kind="team_below", **row, calls=calls)
    for row in rows_of(connection, sql_of(__file__, "below_others"), is_team=False)[:MOST_POINTS]:
        agent_id, name, team = row.pop("who"), row.pop("agent_name"), row.pop("team")
        calls = answered_calls(connection, row["subject"], agent_id=agent_id)
        who = f"{name} ({team})"
        yield Point(kind="agent_below", agent_id=agent_id, who=who, **row, calls=calls)


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
