-- One row per flag of the results in new parts, with the supervisor of the call.
insert into meta.raised_flag by name
with call as (
    select
        call_date,
        call_id,
        supervisor_id,
        commit_no
    from read_parquet(
        getvariable('call_files'), hive_partitioning = true, hive_types = { 'call_date': date }
    )
)

select
    call.call_date,
    call.call_id,
    finding.rule_id,
    call.supervisor_id,
    call.commit_no
from read_parquet(getvariable('files')) as finding
inner join call on finding.call_id = call.call_id and finding.commit_no = call.commit_no
where finding.flagged
