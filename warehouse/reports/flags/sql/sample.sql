-- One row per randomly sampled call of a supervisor.
-- The run is the seed, so that the same night has the same sample.
with scores as (
    select
        call_date,
        call_id,
        avg(score) as score,
        avg(machine_score) as machine_score
    from core.final_evaluation
    group by all
)

select
    call_id,
    call_date,
    listed.started_local,
    listed.agent_id,
    listed.agent_name,
    listed.team,
    listed.queue,
    listed.language,
    mart.minutes_seconds(listed.duration_s) as length_minutes_seconds,
    scores.score,
    scores.machine_score
from listed
left join scores using (call_date, call_id)
where listed.supervisor_id = $supervisor_id and not listed.is_flagged
order by md5($run_id || '/' || call_id)
limit $sample_size
