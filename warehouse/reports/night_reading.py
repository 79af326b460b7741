"""Read out of a snapshot what a run has to tell."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from warehouse.reports.language import reads_source
from warehouse.reports.night import (
    CallKey,
    CannotTell,
    Flag,
    LastList,
    QuarantinedItem,
    RunNight,
    SampledCall,
    SupervisorNight,
)
from warehouse.reports.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    import duckdb

_LAST_TOLD_RUN = """
select run_id from meta.run
order by last_commit_no >= first_commit_no desc, last_commit_no desc, finished_at desc
limit 1
"""

_RUN = """
select run_id, source, seen_count, evaluated_count, unchanged_count, quarantined_count,
       pending_count
from meta.run
where run_id = $run_id
"""

_QUARANTINED = "select item, reason, detail from core.quarantine order by source, item"

_SUPERVISORS = """
select supervisor_id, max_by(supervisor_name, valid_from)
from core.agent
where valid_to is null or supervisor_id in (select supervisor_id from told)
group by supervisor_id
order by supervisor_id
"""

_TOLD = """
create or replace temp table told as
select
    call.*,
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

_CALL_IDS = "select call_date, call_id from told order by call_date, call_id"

_CALLS = """
select count(*), min(call_date), max(call_date), count(*) filter (where is_flagged)
from told
where supervisor_id = $supervisor_id
"""

_NIGHT_FLAGS = """
create or replace temp table night_flags as
select
    flag_id, flag.supervisor_id, flag.call_id, flag.call_date, told.started_local,
    flag.agent_id, flag.agent_name, flag.team, flag.queue, flag.language, rule_id, rule_version,
    rule_title, rule_why, outcome, severity, confidence, why, role, start_s,
    start_minutes_seconds, end_minutes_seconds, quote, earlier_flag_count, earlier_judged_count,
    priority,
    exists (
        select 1 from meta.lineage
        where lineage.call_id = flag.call_id and lineage.commit_no < told.commit_no
    ) as told_before
from mart.flag_list as flag
inner join told using (call_id)
where flag.told_run_id = $run_id
"""

_FLAGS = """
select
    row_number() over urgency as rank,
    night_flags.* exclude (supervisor_id, rule_version, rule_title, rule_why),
    coalesce(rule_text.title, rule_title) as rule_title,
    coalesce(rule_text.why, rule_why) as rule_why
from night_flags
left join core.rule_text
    on night_flags.rule_id = rule_text.rule_id
    and night_flags.rule_version = rule_text.rule_version
    and rule_text.language = $language
where supervisor_id = $supervisor_id
window urgency as (order by priority desc, started_local, start_s, flag_id)
order by rank
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
    select supervisor_id, count(*) as flag_count, count(judged.call_id) as reviewed_count
    from mart.flag_list as flag
    left join judged on flag.call_id = judged.call_id and flag.rule_id = judged.rule_id
    where flag.told_run_id = (select run_id from earlier)
    group by supervisor_id
)

select
    person.supervisor_id, timezone(snapshot.time_zone, earlier.finished_at) as told_at,
    coalesce(flag_count, 0) as flag_count, coalesce(reviewed_count, 0) as reviewed_count
from (select distinct supervisor_id from core.agent) as person
cross join earlier
cross join meta.snapshot
left join flags using (supervisor_id)
"""

_LAST_LIST = """
select told_at, flag_count, reviewed_count from last_list where supervisor_id = $supervisor_id
"""

# The seed is the run: who reads the same night twice hears the same calls.
_SAMPLE = """
with scores as (
    select call_date, call_id, min(score) as score from core.evaluation group by all
)
select
    call_id, call_date, started_local, agent_id, agent_name, team, queue, language,
    mart.minutes_seconds(duration_s) as length_minutes_seconds, score
from told
left join scores using (call_date, call_id)
where supervisor_id = $supervisor_id and not is_flagged
order by md5($run_id || '/' || call_id)
limit $sample_size
"""

_CALLS_SHOWN = 4

_CANNOT_TELLS = f"""
select
    coalesce(any_value(rule_text.title), any_value(rule.title)) as rule_title,
    count(*) as call_count,
    list({{'call_id': call_id, 'call_date': call_date}} order by started_at)[:{_CALLS_SHOWN}]
        as calls
from told
inner join core.finding using (call_date, call_id)
inner join core.rule using (rule_id, rule_version)
left join core.rule_text
    on rule.rule_id = rule_text.rule_id
    and rule.rule_version = rule_text.rule_version
    and rule_text.language = $language
where supervisor_id = $supervisor_id and finding.outcome = 'cannot_tell'
group by rule.rule_id, rule.rule_version
order by call_count desc, rule_title
"""


class NightReader:
    """Reads one run out of a snapshot."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, run_id: str | None) -> None:
        """Choose the run; None is the last one that has anything to tell."""
        self._connection = connection
        if run_id is None:
            (run_id,) = connection.execute(_LAST_TOLD_RUN).fetchone() or (None,)
        self._run_id = run_id
        connection.execute(_TOLD, {"run_id": run_id})
        connection.execute(_NIGHT_FLAGS, {"run_id": run_id})
        connection.execute(_LAST_LISTS, {"run_id": run_id})

    def run(self) -> RunNight | None:
        """The run as a whole; None if no run has been recorded under that id."""
        rows = rows_of(self._connection, _RUN, run_id=self._run_id)
        quarantined = tuple(
            QuarantinedItem(**row) for row in rows_of(self._connection, _QUARANTINED)
        )
        return RunNight(**rows[0], quarantined=quarantined) if rows else None

    def calls(self) -> dict[date, list[str]]:
        """The calls that the run tells of, by day."""
        days: dict[date, list[str]] = defaultdict(list)
        for row in rows_of(self._connection, _CALL_IDS):
            days[row["call_date"]].append(row["call_id"])
        return days

    def supervisors(
        self, cap: int, sample_size: int, reader: Callable[[str], str] = reads_source
    ) -> list[SupervisorNight]:
        """Everybody who leads an agent now or on the days of the calls, in order of id.

        Args:
            cap: Flags that a list holds.
            sample_size: Calls drawn at random beside them.
            reader: The language of a supervisor.
        """
        people = self._connection.execute(_SUPERVISORS).fetchall()
        sizes = {"cap": cap, "sample_size": sample_size}
        return [self._supervisor(person, name, reader(person), **sizes) for person, name in people]

    def _supervisor(
        self, supervisor_id: str, supervisor_name: str, language: str, cap: int, sample_size: int
    ) -> SupervisorNight:
        of_theirs = {"supervisor_id": supervisor_id}
        told = {**of_theirs, "run_id": self._run_id}
        spoken = {**of_theirs, "language": language}
        (calls,) = self._connection.execute(_CALLS, of_theirs).fetchall()
        flags = rows_of(self._connection, _FLAGS, **spoken)
        last = rows_of(self._connection, _LAST_LIST, **of_theirs)
        return SupervisorNight(
            supervisor_id=supervisor_id,
            supervisor_name=supervisor_name,
            call_count=calls[0],
            first_date=calls[1],
            last_date=calls[2],
            flagged_call_count=calls[3],
            flags=tuple(Flag(**row) for row in flags[:cap]),
            left_out_count=len(flags[cap:]),
            sample=tuple(
                SampledCall(**row)
                for row in rows_of(self._connection, _SAMPLE, **told, sample_size=sample_size)
            ),
            cannot_tells=tuple(self._cannot_tells(spoken)),
            last_list=LastList(**last[0]) if last else None,
        )

    def _cannot_tells(self, spoken: dict[str, str]) -> Iterator[CannotTell]:
        for row in rows_of(self._connection, _CANNOT_TELLS, **spoken):
            calls = tuple(CallKey(**call) for call in row.pop("calls"))
            yield CannotTell(**row, calls=calls)
