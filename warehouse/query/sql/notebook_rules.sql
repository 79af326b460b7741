-- One row per rule that was judged in the last four weeks, the most failed first.
select
    any_value(title) as rule,
    sum(judged_count)::bigint as judged,
    sum(fail_count)::bigint as failed,
    round(failed / judged, 3) as fail_ratio,
    round(mart.share_low(failed, judged), 3) as low,
    round(mart.share_high(failed, judged), 3) as high
from mart.rule_daily
where call_date > (select max(call.call_date) - 28 from core.call)
group by rule_id
having judged > 0
order by low desc
