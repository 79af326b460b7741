"""Rules that missed their target or mostly returned cannot_tell, read from a snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.reports.agents.records import Clip
from warehouse.reports.management.records import Point
from warehouse.reports.site.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

MOST_POINTS = 4
"""Maximum number of rules of one kind in a report."""

_CLIPS = 3

# Rules whose share of passes is significantly below the target, as the share of failures that
# their failed title names.
_MISSED = """
with counts as (
    select
        rule_id,
        max_by(rule_title.title_failed, rule_version) as title_failed,
        max_by(finding.rule_severity, rule_version) as severity,
        count(*) filter (where outcome = 'fail') as k, count(*) as n
    from core.final_finding as finding
    inner join reported using (call_date, call_id)
    inner join rule_title using (rule_id, rule_version)
    where reported.is_now and outcome in ('pass', 'fail')
    group by rule_id
)

select
    rule_id, title_failed as subject, n as count, k / n as value,
    mart.share_low(k, n) as low, mart.share_high(k, n) as high, 1 - $bound as other
from counts
where n >= mart.minimum_count() and mart.share_low(k, n) > 1 - $bound
order by mart.severity_weight(severity) * value desc
"""

_PLACES = f"""
select
    call_id, call_date, any_value(language) as language, min_by(role, start_s) as role,
    min(start_s) as start_s, min_by(quote, start_s) as quote
from core.final_finding as finding
inner join reported using (call_date, call_id)
inner join core.evidence using (call_date, call_id, rule_id)
where
    reported.is_now and not reported.restricted
    and rule_id = $rule_id and outcome = 'fail'
group by call_id, call_date, finding.confidence
order by finding.confidence desc, call_date desc, call_id
limit {_CLIPS}
"""

# Rules with more cannot_tell than verdicts: a problem of recordings, not of people.
_UNCLEAR = """
select
    max_by(rule_title.title, rule_version) as subject,
    count(*) as count,
    count(*) filter (where outcome = 'cannot_tell') / count(*) as value
from core.final_finding as finding
inner join reported using (call_date, call_id)
inner join rule_title using (rule_id, rule_version)
where reported.is_now and outcome in ('pass', 'fail', 'cannot_tell')
group by rule_id
having
    count(*) >= mart.minimum_count()
    and mart.share_low(count(*) filter (where outcome = 'cannot_tell'), count(*)) > 0.5
order by value desc
"""


def missed_rules(connection: duckdb.DuckDBPyConnection, bound: float) -> Iterator[Point]:
    """Rules whose share of passes is significantly below a bound, the most severe first.

    The subject is what fails, and the figures are shares of failures.
    """
    for row in rows_of(connection, _MISSED, bound=bound)[:MOST_POINTS]:
        places = rows_of(connection, _PLACES, rule_id=row.pop("rule_id"))
        yield Point(kind="rule_missed", **row, clips=tuple(Clip(**place) for place in places))


def unclear_rules(connection: duckdb.DuckDBPyConnection) -> Iterator[Point]:
    """Rules that mostly returned cannot_tell."""
    for row in rows_of(connection, _UNCLEAR)[:MOST_POINTS]:
        yield Point(kind="rule_unclear", **row)
