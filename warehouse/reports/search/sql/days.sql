-- One row per day with calls whose words are there, the latest first: their number, and a hash
-- that changes with what the search shows of them.
select
    call.call_date,
    count(*) as call_count,
    md5(
        string_agg(
            concat_ws(' ', call.call_id, call.commit_no, scored.flag_count > 0),
            ','
            order by call.call_id
        )
    ) as state
from core.call
inner join core.scored_call as scored using (call_date, call_id)
where call.transcript_removed_on is null
group by call.call_date
order by call.call_date desc
limit $days
