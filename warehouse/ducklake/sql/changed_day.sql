-- One row per day on which a result came, went, or is current no longer: a day whose state in the
-- snapshot is another than in the lake, or one of another result of a call on such a day.
create or replace temp table changed_day as
with differing as (
    select coalesce(known.call_date, wanted.call_date) as call_date
    from callqa.meta.partition as known
    full join published.meta.partition as wanted using (call_date)
    where known.state_sha256 is distinct from wanted.state_sha256
),

touched as (
    select known.call_id
    from callqa.meta.lineage as known
    where
        known.call_date between
        (select min(differing.call_date) from differing)
        and (select max(differing.call_date) from differing)
        and known.call_date in (select differing.call_date from differing)
    union
    select wanted.call_id
    from published.meta.lineage as wanted
    where wanted.call_date in (select differing.call_date from differing)
)

select differing.call_date
from differing
union
select wanted.call_date
from published.meta.lineage as wanted
where wanted.call_id in (select touched.call_id from touched);
