-- One row per currency of the costs of the period.
-- A week of the mart belongs to the period in which it begins.
with weeks as (
    select
        *,
        week between $first_date and $last_date as is_now,
        week between $settled_first and $settled_last as is_settled
    from mart.cost
)

select
    currency,
    sum(cost) filter (where is_now) as total,
    sum(cost) filter (where is_now) / sum(call_count) filter (where is_now) as per_call,
    sum(settled_contact_cost) filter (where is_settled)
    / nullif(sum(resolved_contact_count) filter (where is_settled), 0) as per_resolved
from weeks
where is_now or is_settled
group by currency
having total is not null
order by currency
