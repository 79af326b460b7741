-- One row per question to show with one answer, the clearest of each agent first.
select
    agent_id,
    scorecard_id,
    question,
    yes_count,
    answered_count,
    rule_ids,
    yes_ratio_low,
    yes_ratio_high,
    others_yes_ratio,
    is_comparable,
    significantly_better,
    significantly_worse,
    shown_answer
from skill
order by place
