-- One row per flag and supervisor to whom a run's list has told it: a flag belongs to the list of
-- the run that raised it first for this supervisor.
with listing_run as (
    select
        run_id,
        last_commit_no,
        -- Days are in the site's time zone, whatever the client's time zone is.
        timezone(
            coalesce((select any_value(snapshot.time_zone) from meta.snapshot), 'UTC'),
            finished_at
        )::date as listed_on
    from meta.run
    where first_commit_no <= last_commit_no
),

raised as (
    select
        call_id,
        rule_id,
        supervisor_id,
        min(commit_no) as commit_no
    from meta.raised_flag
    group by call_id, rule_id, supervisor_id
)

select
    -- The call.
    raised.call_id,
    -- The rule.
    raised.rule_id,
    -- The supervisor who received the flags of the call then.
    raised.supervisor_id,
    -- The run whose list contains it.
    listing_run.run_id as listed_run_id,
    -- Day on which that run ended, in the site's time zone.
    listing_run.listed_on
from raised
asof inner join listing_run on raised.commit_no <= listing_run.last_commit_no
