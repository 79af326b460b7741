"""Temporary tables of a run: its listed calls, their flags, the previous list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.reports.site.rows import rows_of

if TYPE_CHECKING:
    from datetime import date

    import duckdb

_LAST_TOLD_RUN = """
select run_id from meta.run
order by last_commit_no >= first_commit_no desc, last_commit_no desc, finished_at desc
limit 1
"""

_RUN_CALLS = """
create or replace temp table run_call as
select
    call.*,
    run.first_commit_no,
    timezone(snapshot.time_zone, call.started_at) as started_local,
    exists (
        select 1 from core.finding
        where finding.flagged
            and finding.call_date = call.call_date
            and finding.call_id = call.call_id
    ) as is_flagged
from core.call
inner join meta.run on call.commit_no between run.first_commit_no and run.last_commit_no
cross join meta.snapshot
where run.run_id = $run_id
"""

_TOLD = """
create or replace temp table listed as
select * from run_call where restricted = $restricted
"""

_TOLD_DAYS = """
select distinct lineage.call_date
from meta.lineage
semi join (
    select call.call_id
    from core.call
    inner join meta.run on call.commit_no between run.first_commit_no and run.last_commit_no
    where run.run_id = $run_id
) as listed using (call_id)
"""

_NIGHT_FLAGS = """
create or replace temp table night_flags as
select
    flag_id, flag.supervisor_id, flag.call_id, flag.call_date, listed.started_local,
    flag.agent_id, flag.agent_name, flag.team, flag.queue, flag.language, rule_id, rule_version,
    rule_title, rule_title_failed, rule_why, rule_tags, outcome, severity, confidence, reason_code,
    reason_values, why, role, start_s, start_minutes_seconds, end_minutes_seconds, quote,
    earlier_flag_count, earlier_call_count,
    machine_priority as priority,
    exists (
        select 1 from meta.lineage
        where lineage.call_id = flag.call_id and lineage.commit_no < listed.first_commit_no
    ) as listed_before
from mart.flag_list as flag
inner join listed using (call_id)
where flag.listed_run_id = $run_id
"""

_LAST_LISTS = """
create or replace temp table last_list as
with earlier as (
    select earlier.run_id, earlier.finished_at
    from meta.run as earlier
    inner join meta.run as this on earlier.last_commit_no < this.first_commit_no
    where this.run_id = $run_id and earlier.first_commit_no <= earlier.last_commit_no
    order by earlier.last_commit_no desc
    limit 1
),

judged as (select distinct call_id, rule_id from core.review),

flags as (
    select
        flag.supervisor_id, count(*) as flag_count, count(judged.call_id) as reviewed_count
    from mart.flag_list as flag
    inner join core.call using (call_date, call_id)
    left join judged on flag.call_id = judged.call_id and flag.rule_id = judged.rule_id
    where flag.listed_run_id = (select run_id from earlier) and call.restricted = $restricted
    group by flag.supervisor_id
)

select
    person.supervisor_id, timezone(snapshot.time_zone, earlier.finished_at) as listed_at,
    coalesce(flag_count, 0) as flag_count, coalesce(reviewed_count, 0) as reviewed_count
from (select distinct supervisor_id from core.agent) as person
cross join earlier
cross join meta.snapshot
left join flags using (supervisor_id)
"""


def gather_night(
    connection: duckdb.DuckDBPyConnection, run_id: str | None, *, restricted: bool
) -> None:
    """Create the tables.

    Args:
        connection: A connection to a snapshot.
        run_id: The run.
        restricted: Whether `listed` has the restricted calls, or all others.
    """
    of_run, of_kind = {"run_id": run_id}, {"restricted": restricted}
    connection.execute(_RUN_CALLS, of_run)
    connection.execute(_TOLD, of_kind)
    connection.execute(_NIGHT_FLAGS, of_run)
    connection.execute(_LAST_LISTS, {**of_run, **of_kind})


def listed_days(connection: duckdb.DuckDBPyConnection) -> list[date]:
    """The days that the last run with results has changed.

    These are the days of its calls, and their former days if their metadata were corrected.
    """
    run_id = last_listed_run(connection)
    return [row["call_date"] for row in rows_of(connection, _TOLD_DAYS, run_id=run_id)]


def last_listed_run(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The last run with results; None before the first."""
    row = connection.execute(_LAST_TOLD_RUN).fetchone()
    return row[0] if row else None
