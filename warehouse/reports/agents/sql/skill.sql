-- One row per question and answer to show on the page of an agent.
create or replace temp table skill as
with counts as (
    select
        answer_daily.agent_id,
        answer_daily.scorecard_id,
        answer_daily.question,
        sum(answer_daily.yes_count)::bigint as yes_count,
        sum(answer_daily.answered_count)::bigint as answered_count,
        max_by(answer_daily.rule_ids, answer_daily.last_started_at) as rule_ids
    from core.answer_daily
    cross join core.period
    where answer_daily.call_date > period.last_date - 28
    group by answer_daily.agent_id, answer_daily.scorecard_id, answer_daily.question
),

others as (
    select
        *,
        sum(yes_count) over same_question - yes_count as others_yes_count,
        sum(answered_count) over same_question - answered_count as others_answered_count
    from counts
    window same_question as (partition by scorecard_id, question)
),

compared as (
    select
        agent_id,
        scorecard_id,
        question,
        yes_count,
        answered_count,
        rule_ids,
        mart.share_low(yes_count, answered_count) as yes_ratio_low,
        mart.share_high(yes_count, answered_count) as yes_ratio_high,
        others_yes_count / nullif(others_answered_count, 0) as others_yes_ratio,
        answered_count >= mart.minimum_count() as is_comparable,
        mart.is_above(yes_count, answered_count, others_yes_count, others_answered_count)
            as significantly_better,
        mart.is_below(yes_count, answered_count, others_yes_count, others_answered_count)
            as significantly_worse
    from others
)

select
    compared.agent_id,
    compared.scorecard_id,
    compared.question,
    compared.yes_count,
    compared.answered_count,
    compared.rule_ids,
    compared.yes_ratio_low,
    compared.yes_ratio_high,
    compared.others_yes_ratio,
    compared.is_comparable,
    compared.significantly_better,
    compared.significantly_worse,
    shown.answer as shown_answer,
    row_number() over (
        partition by compared.agent_id, shown.answer
        order by
            case
                when shown.answer = 'yes' then compared.significantly_better
                else compared.significantly_worse
            end desc,
            case
                when shown.answer = 'yes'
                    then mart.wilson_low(compared.yes_count, compared.answered_count)
                else -mart.wilson_high(compared.yes_count, compared.answered_count)
            end desc,
            compared.question asc
    ) as place
from compared
cross join (values ('yes'), ('no')) as shown (answer)
where
    case
        when shown.answer = 'yes'
            then
                not compared.significantly_worse
                and 2 * compared.yes_count > compared.answered_count
        else not compared.significantly_better and compared.yes_count < compared.answered_count
    end
qualify place <= $skills_shown
