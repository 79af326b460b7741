"""Reading of the management report of a week or month from a snapshot."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from warehouse.reports.agents.reader import WEEKS_SHOWN
from warehouse.reports.agents.records import Week
from warehouse.reports.calls.security_codes import code_counts
from warehouse.reports.management.figures import read_figures
from warehouse.reports.management.points import achievements, challenges, prepare_answers
from warehouse.reports.management.records import (
    Adoption,
    Cost,
    ManagementReport,
    PrivacyRow,
    TeamRow,
)
from warehouse.reports.site.catalogue import SOURCE_LANGUAGE
from warehouse.reports.site.period import week_of
from warehouse.reports.site.rows import rows_of
from warehouse.reports.site.rule_texts import gather_titles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import duckdb

    from warehouse.reports.management.records import Point
    from warehouse.reports.management.targets import Targets
    from warehouse.reports.site.period import Period

ADOPTION_WEEKS = 12
"""Weeks for which the adoption of a change is reported."""

_KNOWN_AFTER_DAYS = 8
"""Days until it is known whether a contact was resolved, as in `mart.repeat_contacts`."""

_REPORTED = """
create or replace temp table reported as
select *, call_date >= $first_date as is_now
from core.scored_call
where call_date between $before_date and $last_date
"""

_COUNTS = """
select
    max(call_date) as last_date, count(*) as call_count, count(distinct agent_id) as agent_count,
    count(*) filter (where restricted) as restricted_count
from reported
where is_now
"""

_ADOPTIONS = f"""
select
    rule_id, rule_version, rule_title.title, effective_from, pass_ratio, pass_ratio_low,
    pass_ratio_high, judged_count, earlier_pass_ratio
from mart.policy_adoption
inner join rule_title using (rule_id, rule_version)
where
    rule_version > 1
    and effective_from > $last_date - {7 * ADOPTION_WEEKS}
    and effective_from + 7 * week_no <= $last_date
    and week_no >= 0
order by effective_from desc, rule_id, rule_version, week_no
"""

_PRIVACY = """
select
    pii_type,
    count(distinct call_id) as call_count,
    count(distinct call_id) filter (where reported) as reported_count,
    count(distinct call_id) filter (where reported and act = 'asked') as asked_count,
    count(distinct call_id) filter (where reported and pii_span.role = 'agent' and act != 'asked')
        as spoken_count
from core.pii_span
inner join reported as call using (call_date, call_id)
where call.is_now
group by pii_type
having reported_count > 0
order by reported_count desc, pii_type
"""

_TEAMS = """
select
    team,
    count(*) filter (where is_now) as call_count,
    avg(score) filter (where is_now) as score_mean,
    mart.score_margin(case when is_now then score end) as score_margin,
    avg(score) filter (where not is_now) as before,
    count(*) filter (where is_now and flag_count > 0) as flagged_call_count
from reported
group by team
having call_count > 0
order by team
"""

_WEEKS = f"""
select
    week, count(*) as call_count, avg(score) as score_mean,
    mart.score_margin(score) as score_margin,
    count(*) filter (where flag_count > 0) as flagged_call_count
from core.scored_call
where call_date <= $last_date
group by week
order by week desc
limit {WEEKS_SHOWN}
"""

# A week of the mart belongs to the period in which it begins.
_COSTS = """
select
    currency, sum(cost) filter (where is_now) as total,
    sum(cost) filter (where is_now) / sum(call_count) filter (where is_now) as per_call,
    sum(settled_contact_cost) filter (where is_settled)
    / nullif(sum(resolved_contact_count) filter (where is_settled), 0) as per_resolved
from (
    select
        *, week between $first_date and $last_date as is_now,
        week between $settled_first and $settled_last as is_settled
    from mart.cost
)
where is_now or is_settled
group by currency
having total is not null
order by currency
"""

_SET_ASIDE = """
select count(*) from core.quarantine
where (select max(call_date) from core.call) <= $last_date
"""


def read_report(
    connection: duckdb.DuckDBPyConnection,
    period: Period,
    targets: Targets,
    language: str = SOURCE_LANGUAGE,
) -> ManagementReport | None:
    """The report of a period in the reader's language; None without evaluated calls."""
    dates = {"first_date": period.first_date, "last_date": period.last_date}
    connection.execute(_REPORTED, {**dates, "before_date": period.before.first_date})
    (counts,) = rows_of(connection, _COUNTS)
    if not counts["call_count"]:
        return None
    gather_titles(connection, language)
    prepare_answers(connection)
    settled = _settled(connection, period)
    figures = read_figures(connection, targets, settled)
    adoptions = tuple(_adoptions(connection, period))
    (set_aside,) = connection.execute(_SET_ASIDE, {"last_date": period.last_date}).fetchone() or (
        0,
    )
    weeks = rows_of(connection, _WEEKS, last_date=period.last_date)
    paid = {
        "settled_first": settled and settled.first_date,
        "settled_last": settled and settled.last_date,
    }
    inputs = (connection, figures, adoptions, targets, dates)
    return ManagementReport(
        period=period,
        **counts,
        figures=figures,
        weeks=tuple(Week(**row) for row in reversed(weeks)),
        achievements=_by_kind(achievements(*inputs)),
        challenges=_by_kind(challenges(*inputs)),
        adoptions=adoptions,
        privacy=tuple(PrivacyRow(**row) for row in rows_of(connection, _PRIVACY)),
        codes=code_counts(connection, period.first_date, period.last_date),
        teams=tuple(TeamRow(**row) for row in rows_of(connection, _TEAMS)),
        costs=tuple(Cost(**row) for row in rows_of(connection, _COSTS, **dates, **paid)),
        quarantined_count=set_aside,
    )


def last_week(connection: duckdb.DuckDBPyConnection) -> Period | None:
    """The week of the last call; None without calls."""
    (day,) = connection.execute("select max(call_date) from core.call").fetchone() or (None,)
    return week_of(day) if day else None


def _settled(connection: duckdb.DuckDBPyConnection, period: Period) -> Period | None:
    """The period if it is known which of its contacts were resolved, or else the last such week.

    A month has the contacts of its first weeks until all are known.
    """
    (newest,) = connection.execute("select max(call_date) from core.call").fetchone() or (None,)
    if newest is None or not period.is_week:
        return period
    known = newest - timedelta(days=_KNOWN_AFTER_DAYS)
    if period.last_date <= known:
        return period
    week = week_of(known)
    return week if week.last_date == known else week.before


def _by_kind(points: Iterable[Point]) -> dict[str, list[Point]]:
    kinds: dict[str, list[Point]] = {}
    for point in points:
        kinds.setdefault(point.kind, []).append(point)
    return kinds


def _adoptions(connection: duckdb.DuckDBPyConnection, period: Period) -> Iterator[Adoption]:
    rows = rows_of(connection, _ADOPTIONS, last_date=period.last_date)
    for _, of_one in groupby(rows, key=lambda row: (row["rule_id"], row["rule_version"])):
        weeks = list(of_one)
        last = weeks[-1]
        yield Adoption(
            title=last["title"],
            rule_version=last["rule_version"],
            effective_from=last["effective_from"],
            ratios=tuple(
                (week["pass_ratio"], week["pass_ratio_low"], week["pass_ratio_high"])
                for week in weeks
            ),
            judged_count=last["judged_count"],
            earlier_ratio=last["earlier_pass_ratio"],
        )
