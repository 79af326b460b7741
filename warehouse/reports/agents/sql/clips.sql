-- One row per clip of a question that is shown on the page of an agent.
-- One clip per call, latest first: the first evidence of the answering rules, or of a failed one.
with shown as (
    select
        answer.agent_id,
        answer.scorecard_id,
        answer.question,
        answer.answer,
        answer.call_id,
        answer.call_date,
        answer.started_at,
        unnest(answer.rule_ids) as rule_id
    from core.recent_answer as answer
    inner join skill
        on
            answer.agent_id = skill.agent_id
            and answer.scorecard_id = skill.scorecard_id
            and answer.question = skill.question
            and answer.answer = skill.shown_answer
),

places as (
    select
        shown.agent_id,
        shown.scorecard_id,
        shown.question,
        shown.answer,
        shown.call_id,
        shown.call_date,
        shown.started_at,
        evidence.role,
        evidence.start_s,
        evidence.quote,
        case
            when shown.answer = 'no' and finding.outcome = 'fail'
                then [struct_pack(rule_id := rule_id, version := finding.rule_version)]
        end as failed
    from shown
    inner join core.evidence using (call_date, call_id, rule_id)
    inner join core.final_finding as finding using (call_date, call_id, rule_id)
    qualify row_number() over (
        partition by
            shown.agent_id, shown.scorecard_id, shown.question, shown.answer, shown.call_id,
            shown.call_date
        order by failed is null, evidence.start_s
    ) = 1
)

select
    places.agent_id,
    places.scorecard_id,
    places.question,
    places.answer,
    places.call_id,
    places.call_date,
    places.role,
    places.start_s,
    places.quote,
    places.failed,
    call.language
from places
inner join core.call using (call_date, call_id)
qualify
    row_number() over (
        partition by places.agent_id, places.scorecard_id, places.question, places.answer
        order by places.started_at desc, call_id asc
    ) <= $clips_shown
order by places.started_at desc, call_id asc
