-- One row per follow-up of an escalation or a flag whose call is in the warehouse: who has to do
-- what, and whether it is done.
with last_run as (
    select
        -- Days are in the site's time zone, whatever the client's time zone is.
        timezone(
            coalesce((select any_value(snapshot.time_zone) from meta.snapshot), 'UTC'),
            max(finished_at)
        )::date as ended_on
    from meta.run
)

select
    -- Id of the follow-up.
    follow_up.follow_up_id,
    -- The call.
    follow_up.call_id,
    -- Day on which the call started, in the site's time zone.
    call.call_date,
    -- The rule that flagged it or heard the escalation.
    follow_up.rule_id,
    -- Title of the rule.
    rule.title as rule_title,
    -- Whether the rule that judged the call has the tag `escalation`.
    coalesce(list_contains(rule.tags, 'escalation'), false) as is_escalation,
    -- Id of the agent in the contact centre.
    call.agent_id,
    -- Name of the agent.
    call.agent_name,
    -- The agent's team on that day.
    call.team,
    -- The supervisor who receives this call's flags.
    call.supervisor_id,
    -- Whether the call is restricted: true in files of people who may see such calls, else false.
    call.restricted,
    -- Who has to do it.
    follow_up.owner_id,
    -- What is to be done.
    follow_up.action,
    -- Day on which it was opened.
    follow_up.opened_on,
    -- Due date; null if none.
    follow_up.due_on,
    -- Day on which it was closed; null while open.
    follow_up.closed_on,
    -- Whether it is open.
    follow_up.closed_on is null as is_open,
    -- Whether it is open after its due date, as of the end of the last run.
    follow_up.closed_on is null and coalesce(follow_up.due_on < last_run.ended_on, false)
        as is_overdue,
    -- Whether it was closed after its due date; null while open, or without one.
    follow_up.closed_on > follow_up.due_on as is_late,
    -- Days from its opening to the end of the last run; null once it is closed.
    case
        when follow_up.closed_on is null
            then greatest(last_run.ended_on - follow_up.opened_on, 0)
    end as open_days,
    -- Days from its opening to its closing; null while open.
    follow_up.closed_on - follow_up.opened_on as closing_days
from core.follow_up
inner join core.call using (call_id)
cross join last_run
left join core.finding
    on
        call.call_date = finding.call_date
        and follow_up.call_id = finding.call_id
        and follow_up.rule_id = finding.rule_id
left join core.rule on finding.rule_id = rule.rule_id and finding.rule_version = rule.rule_version
