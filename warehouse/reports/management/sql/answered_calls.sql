-- One row per call of the period in which a question was answered no, by one team or agent if any.
select
    reported.call_id,
    reported.call_date
from reported_answer as answer
inner join reported using (call_date, call_id)
where
    answer.is_now
    and not answer.is_yes
    and answer.title = $title
    and (nullif($team, '') is null or answer.team = $team)
    and (nullif($agent_id, '') is null or answer.agent_id = $agent_id)
order by reported.started_at desc, reported.call_id desc
limit $calls_shown
