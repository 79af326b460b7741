"""Figures of a period, read from a snapshot: shares and means with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.reports.management.records import Figure
from warehouse.reports.site.rows import rows_of

if TYPE_CHECKING:
    import duckdb

    from warehouse.reports.management.targets import Targets
    from warehouse.reports.site.period import Period

FIGURE_NAMES = {
    "score_mean": "mean score of the calls",
    "pass_ratio": "checks that passed",
    "auto_fail_ratio": "auto-failed calls",
    "critical_call_ratio": "calls with a critical flag",
    "flagged_call_ratio": "calls with any flag",
    "resolved_ratio": "contacts resolved at first contact (no repeat within seven days)",
    "escalation_ratio": "calls with a complaint, a threat to leave or a request for a supervisor",
    "duration_mean_s": "mean call duration",
    "hold_mean_s": "mean hold time",
    "cannot_tell_ratio": "inconclusive checks",
}
"""Display names of the figures, in the order of the report."""

# `reported` is a temporary table of the calls of the period and the previous one, marked as such.
_SHARES = """
with cases as (
    select 'pass_ratio' as name, is_now, pass_count as k, pass_count + fail_count as n
    from reported
    union all
    select 'cannot_tell_ratio', is_now, cannot_tell_count,
        pass_count + fail_count + cannot_tell_count
    from reported
    union all
    select 'auto_fail_ratio', is_now, auto_fail::integer, (score is not null)::integer
    from reported
    union all
    select 'flagged_call_ratio', is_now, (flag_count > 0)::integer, 1
    from reported
    union all
    select 'critical_call_ratio', reported.is_now, (flags.call_id is not null)::integer, 1
    from reported
    left join (
        select distinct call_date, call_id from core.flag
        where severity = 'critical' and not is_dismissed
    ) as flags using (call_date, call_id)
    union all
    select 'escalation_ratio', reported.is_now, (heard.call_id is not null)::integer, 1
    from reported
    left join (
        select distinct call_date, call_id from mart.escalations
    ) as heard using (call_date, call_id)
    union all
    select
        'resolved_ratio', call_date >= $first_date, is_resolved::integer,
        (is_resolved is not null)::integer
    from mart.repeat_contacts
    where call_date between $before_date and $last_date
),

sums as (
    select
        name,
        coalesce(sum(k) filter (where is_now), 0)::bigint as k,
        coalesce(sum(n) filter (where is_now), 0)::bigint as n,
        coalesce(sum(k) filter (where not is_now), 0)::bigint as k0,
        coalesce(sum(n) filter (where not is_now), 0)::bigint as n0
    from cases
    group by name
)

select
    name, n as count, k / nullif(n, 0) as value, k0 / nullif(n0, 0) as before,
    mart.share_low(k, n) as low, mart.share_high(k, n) as high,
    mart.share_change_low(k, n, k0, n0) as change_low,
    mart.share_change_high(k, n, k0, n0) as change_high
from sums
"""

_MEANS = """
with cases as (
    select 'score_mean' as name, is_now, score as x from reported
    union all
    select 'duration_mean_s', is_now, duration_s from reported
    union all
    select 'hold_mean_s', reported.is_now, metric.value
    from core.metric
    inner join reported using (call_date, call_id)
    where metric.metric = 'hold_s' and metric.role is null
),

sums as (
    select
        name,
        count(x) filter (where is_now) as n,
        avg(x) filter (where is_now) as value,
        avg(x) filter (where not is_now) as before,
        case
            when name = 'score_mean' then mart.score_margin(case when is_now then x end)
            else mart.mean_margin(
                stddev_samp(x) filter (where is_now), count(x) filter (where is_now)
            )
        end as margin,
        case
            when name = 'score_mean' then mart.score_margin(case when not is_now then x end)
            else mart.mean_margin(
                stddev_samp(x) filter (where not is_now), count(x) filter (where not is_now)
            )
        end as margin0
    from cases
    group by name
)

select
    name, n as count, value, before, value - margin as low, value + margin as high,
    value - before - mart.change_margin(margin, margin0) as change_low,
    value - before + mart.change_margin(margin, margin0) as change_high
from sums
"""

_NOTHING: dict[str, Any] = {"count": 0} | dict.fromkeys(
    ("value", "low", "high", "before", "change_low", "change_high")
)


def read_figures(
    connection: duckdb.DuckDBPyConnection, targets: Targets, settled: Period | None
) -> tuple[Figure, ...]:
    """All figures; those without cases have no value.

    Args:
        connection: A connection to a snapshot.
        targets: The targets of the figures.
        settled: The last period of which it is known which contacts were resolved.
    """
    dates = {
        "first_date": settled and settled.first_date,
        "last_date": settled and settled.last_date,
        "before_date": settled and settled.before.first_date,
    }
    rows = rows_of(connection, _SHARES, **dates) + rows_of(connection, _MEANS)
    found = {row.pop("name"): row for row in rows}
    return tuple(
        Figure(
            name=name,
            target=targets.of(name),
            of=settled if name == "resolved_ratio" else None,
            **found.get(name, _NOTHING),
        )
        for name in FIGURE_NAMES
    )
