-- One row per question and team, or agent, who does significantly worse on it than all others.
with everybody as (
    select
        scorecard_id,
        question,
        count(*) filter (where is_yes) as yes_count,
        count(*) as n
    from reported_answer
    where is_now
    group by all
),

own as (
    select
        case when $is_team then team else agent_id end as who,
        scorecard_id,
        question,
        any_value(title) as title,
        max_by(agent_name, started_at) as agent_name,
        max_by(team, started_at) as team,
        count(*) filter (where is_yes) as k,
        count(*) as n
    from reported_answer
    where is_now
    group by all
)

select
    own.title as subject,
    own.who,
    own.agent_name,
    own.team,
    own.n as count,
    own.k / own.n as value,
    mart.share_low(own.k, own.n) as low,
    mart.share_high(own.k, own.n) as high,
    (everybody.yes_count - own.k) / (everybody.n - own.n) as other
from own
inner join everybody using (scorecard_id, question)
where mart.is_below(own.k, own.n, everybody.yes_count - own.k, everybody.n - own.n)
order by other - value desc, own.who
