-- One row per flag that nobody has decided: no person has reviewed its finding, a calibration
-- session aside.
with last_run as (
    select
        timezone(
            coalesce((select any_value(snapshot.time_zone) from meta.snapshot), 'UTC'),
            max(finished_at)
        )::date as ended_on
    from meta.run
),

decided as (
    select distinct
        call_id,
        rule_id
    from core.review
    where rule_id is not null and occasion != 'calibration'
)

select
    -- Id of the flag.
    flag.flag_id,
    -- The call.
    flag.call_id,
    -- Day on which the call started, in the site's time zone.
    flag.call_date,
    -- Who receives it, and has to decide it.
    call.supervisor_id,
    -- Name of the supervisor.
    call.supervisor_name,
    -- The agent's team on that day.
    call.team,
    -- Id of the agent in the contact centre.
    call.agent_id,
    -- Name of the agent.
    call.agent_name,
    -- Queue that the call came through.
    call.queue,
    -- Whether the call is restricted: true in files of people who may see such calls, else false.
    call.restricted,
    -- The rule.
    flag.rule_id,
    -- What a failure means, in a few words; the title where the rule file has nothing else.
    rule.title_failed as rule_title_failed,
    -- The machine's outcome: fail, cannot_tell or observed.
    flag.outcome,
    -- minor, major or critical: that of the rule, or one step below if a fail has weak grounds.
    flag.severity,
    -- Confidence in the outcome, 0..1.
    flag.confidence,
    -- Start of the passage to review, from the start of the recording; null without evidence.
    flag.start_s,
    -- The run whose list contains it; null if no run has ended since.
    listed.listed_run_id,
    -- Day on which that run ended, in the site's time zone: since then it waits for a decision.
    listed.listed_on,
    -- Days from then to the end of the last run; null if it is in no list yet.
    last_run.ended_on - listed.listed_on as open_days
from core.flag
inner join core.call using (call_date, call_id)
cross join last_run
anti join decided on flag.call_id = decided.call_id and flag.rule_id = decided.rule_id
left join core.listed_flag as listed
    on
        flag.call_id = listed.call_id
        and flag.rule_id = listed.rule_id
        and call.supervisor_id = listed.supervisor_id
left join core.rule on flag.rule_id = rule.rule_id and flag.rule_version = rule.rule_version
