-- One row per flag of the results in new parts that are in the lineage, with the supervisor of the
-- call.
insert into meta.raised_flag by name
select
    call.call_date,
    call.call_id,
    finding.rule_id,
    call.supervisor_id,
    call.commit_no
from part_finding as finding
inner join part_call as call
    on finding.call_id = call.call_id and finding.commit_no = call.commit_no
semi join meta.lineage as lineage
    on call.call_id = lineage.call_id and call.commit_no = lineage.commit_no
where finding.flagged
