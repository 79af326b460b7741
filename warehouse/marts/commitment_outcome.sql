-- One row per commitment made in a coaching session, with its outcome: its recorded status,
-- and how often its agent's calls passed its rule in the four weeks before and in those since, the
-- day of the session excluded.
with promised as (
    select
        commitment.*,
        session.agent_id,
        session.supervisor_id,
        -- Days are in the site's time zone, whatever the client's time zone is.
        timezone(
            coalesce((select any_value(snapshot.time_zone) from meta.snapshot), 'UTC'),
            session.held_at
        )::date as held_on
    from core.commitment
    inner join core.coaching_session as session using (session_id)
),

judged as (
    select
        promised.commitment_id,
        count(*) filter (where finding.call_date < promised.held_on) as before_count,
        count(*) filter (
            where finding.call_date < promised.held_on and finding.outcome = 'pass'
        ) as before_pass_count,
        count(*) filter (where finding.call_date > promised.held_on) as after_count,
        count(*) filter (
            where finding.call_date > promised.held_on and finding.outcome = 'pass'
        ) as after_pass_count
    from promised
    inner join core.call
        on
            promised.agent_id = call.agent_id
            and call.call_date between promised.held_on - 28 and promised.held_on + 28
    inner join core.final_finding as finding
        on
            call.call_date = finding.call_date
            and call.call_id = finding.call_id
            and promised.rule_id = finding.rule_id
    where finding.outcome in ('pass', 'fail')
    group by promised.commitment_id
),

last_day as (
    select max(call_date) as last_date from core.call
),

counted as (
    select
        promised.*,
        last_day.last_date,
        coalesce(judged.before_count, 0) as before_count,
        coalesce(judged.before_pass_count, 0) as before_pass_count,
        coalesce(judged.after_count, 0) as after_count,
        coalesce(judged.after_pass_count, 0) as after_pass_count,
        least(judged.before_count, judged.after_count) >= mart.minimum_count() as is_enough
    from promised
    left join judged using (commitment_id)
    cross join last_day
)

select
    -- The commitment.
    commitment_id,
    -- The session.
    session_id,
    -- Day of the session, in the site's time zone.
    held_on,
    -- The agent of the session, whoever made the commitment.
    agent_id,
    -- The supervisor of the session.
    supervisor_id,
    -- Who committed: agent or supervisor.
    made_by,
    -- What was promised.
    promise,
    -- The rule it is about; null if none.
    rule_id,
    -- Due date; null if none.
    due_on,
    -- Its recorded status: open, kept or broken.
    status,
    -- Whether it is open after its due date, as of the last day with calls.
    status = 'open' and coalesce(due_on < last_date, false) as is_overdue,
    -- Calls of the four weeks before that passed or failed the rule.
    before_count,
    -- Share of passes among these, 0..1.
    before_pass_count / nullif(before_count, 0) as before_pass_ratio,
    -- Calls of the four weeks since that passed or failed the rule.
    after_count,
    -- Share of passes among these, 0..1.
    after_pass_count / nullif(after_count, 0) as after_pass_ratio,
    -- Lower end of the 95 % interval of the rise; null with too few calls.
    case
        when is_enough
            then mart.share_change_low(
                after_pass_count, after_count, before_pass_count, before_count
            )
    end as pass_ratio_change_low,
    -- Upper end of the 95 % interval of the rise.
    case
        when is_enough
            then mart.share_change_high(
                after_pass_count, after_count, before_pass_count, before_count
            )
    end as pass_ratio_change_high
from counted
