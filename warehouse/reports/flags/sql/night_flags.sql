-- One row per flag of a run's listed calls.
create or replace temp table night_flags as
select
    flag.flag_id,
    flag.supervisor_id,
    flag.call_id,
    flag.call_date,
    listed.started_local,
    flag.agent_id,
    flag.agent_name,
    flag.team,
    flag.queue,
    flag.language,
    flag.rule_id,
    flag.rule_version,
    flag.rule_title,
    flag.rule_title_failed,
    flag.rule_why,
    flag.rule_tags,
    flag.outcome,
    flag.severity,
    flag.confidence,
    flag.reason_code,
    flag.reason_values,
    flag.why,
    flag.role,
    flag.start_s,
    flag.start_minutes_seconds,
    flag.end_minutes_seconds,
    flag.quote,
    flag.earlier_flag_count,
    flag.earlier_call_count,
    flag.machine_priority as priority,
    exists(
        select 1 from meta.lineage
        where lineage.call_id = flag.call_id and lineage.commit_no < listed.first_commit_no
    ) as listed_before
from mart.flag_list as flag
inner join listed using (call_id)
where flag.listed_run_id = $run_id
