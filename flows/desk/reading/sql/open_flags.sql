-- The flags without a review in the calls that somebody may see, with the rule's title in their
-- language; what was decided at the desk since the last run is left to the caller. The same flags as
-- in mart.open_flag, whose statement reads the calls of all others first.
with theirs as (
    select
        finding.call_date,
        finding.call_id,
        finding.rule_id,
        finding.rule_version,
        finding.severity,
        finding.confidence
    from core.finding
    semi join visible using (call_date, call_id)
    anti join (
        select
            call_id,
            rule_id
        from core.review
        where rule_id is not null and occasion != 'calibration'
    ) as decided using (call_id, rule_id)
    where finding.flagged
),

first_place as (
    select
        evidence.call_date,
        evidence.call_id,
        evidence.rule_id,
        min_by(evidence.start_s, evidence.position) as start_s,
        min_by(evidence.quote, evidence.position) as quote
    from core.evidence
    semi join theirs using (call_date, call_id, rule_id)
    group by evidence.call_date, evidence.call_id, evidence.rule_id
)

select
    theirs.call_id || '/' || theirs.rule_id as flag_id,
    theirs.call_id,
    theirs.call_date,
    visible.started_at,
    visible.agent_id,
    visible.agent_name,
    visible.team,
    visible.queue,
    visible.language,
    theirs.rule_id,
    coalesce(rule_text.title_failed, rule.title_failed, theirs.rule_id) as title,
    theirs.severity,
    first_place.start_s,
    first_place.quote,
    mart.severity_weight(theirs.severity) * theirs.confidence as urgency,
    last_run.ended_on - listed.listed_on as open_days
from theirs
inner join visible using (call_date, call_id)
left join first_place using (call_date, call_id, rule_id)
left join core.listed_flag as listed
    on
        theirs.call_id = listed.call_id
        and theirs.rule_id = listed.rule_id
        and visible.supervisor_id = listed.supervisor_id
left join core.rule
    on theirs.rule_id = rule.rule_id and theirs.rule_version = rule.rule_version
left join core.rule_text
    on
        theirs.rule_id = rule_text.rule_id
        and theirs.rule_version = rule_text.rule_version
        and rule_text.language = $language
cross join (
    select
        timezone(
            coalesce((select any_value(snapshot.time_zone) from meta.snapshot), 'UTC'),
            max(finished_at)
        )::date as ended_on
    from meta.run
) as last_run
