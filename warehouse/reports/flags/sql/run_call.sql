-- One row per call of a run, as it was judged last.
create or replace temp table run_call as
select
    call.call_id,
    call.call_date,
    call.started_at,
    call.duration_s,
    call.agent_id,
    call.agent_name,
    call.team,
    call.queue,
    call.language,
    call.supervisor_id,
    run.first_commit_no,
    timezone(snapshot.time_zone, call.started_at) as started_local,
    exists(
        select 1 from core.finding
        where
            finding.flagged
            and finding.call_date = call.call_date
            and finding.call_id = call.call_id
    ) as is_flagged
from core.call
cross join meta.run
cross join meta.snapshot
where
    run.run_id = $run_id
    and exists (
        select 1 from meta.lineage
        where
            lineage.call_id = call.call_id
            and lineage.commit_no between run.first_commit_no and run.last_commit_no
    )
