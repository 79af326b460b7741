-- One row per supervisor: the list before this run, and how much of it was reviewed.
create or replace temp table last_list as
with earlier as (
    select
        earlier.run_id,
        earlier.finished_at
    from meta.run as earlier
    inner join meta.run as this on earlier.last_commit_no < this.first_commit_no
    where this.run_id = $run_id and earlier.first_commit_no <= earlier.last_commit_no
    order by earlier.last_commit_no desc
    limit 1
),

judged as (
    select distinct
        call_id,
        rule_id
    from core.review
),

flags as (
    select
        flag.supervisor_id,
        count(*) as flag_count,
        count(judged.call_id) as reviewed_count
    from mart.flag_list as flag
    left join judged on flag.call_id = judged.call_id and flag.rule_id = judged.rule_id
    where flag.listed_run_id = (select earlier.run_id from earlier)
    group by flag.supervisor_id
)

select
    person.supervisor_id,
    timezone(snapshot.time_zone, earlier.finished_at) as listed_at,
    coalesce(flags.flag_count, 0) as flag_count,
    coalesce(flags.reviewed_count, 0) as reviewed_count
from (select distinct supervisor_id from core.agent) as person
cross join earlier
cross join meta.snapshot
left join flags using (supervisor_id)
