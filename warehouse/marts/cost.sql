-- One row per queue, week (from Monday) and currency in which calls have a rate: their cost, and
-- the cost per contact resolved at first contact. Empty until rates are recorded. A contact counts,
-- with all of its calls, for the queue and the week of its first.
with rates as (
    select
        *,
        lead(valid_from) over (partition by queue order by valid_from) as next_from
    from core.rate
),

priced as (
    select
        call.call_date,
        call.queue,
        call.duration_s,
        coalesce(call.after_call_work_s, 0) as after_call_work_s,
        call.customer_ref,
        coalesce(call.contact_id, call.call_id) as contact,
        coalesce(own.currency, other.currency) as currency,
        (call.duration_s + coalesce(call.after_call_work_s, 0)) / 3600
        * coalesce(own.hour_cost, other.hour_cost)
        + coalesce(own.call_cost, other.call_cost) as cost
    from core.call
    left join rates as own
        on
            call.queue = own.queue
            and call.call_date >= own.valid_from
            and (call.call_date < own.next_from or own.next_from is null)
    left join rates as other
        on
            other.queue is null
            and call.call_date >= other.valid_from
            and (call.call_date < other.next_from or other.next_from is null)
),

weeks as (
    select
        queue,
        currency,
        date_trunc('week', call_date)::date as week,
        count(*) as call_count,
        sum(duration_s) as duration_s,
        sum(after_call_work_s) as after_call_work_s,
        sum(cost) as cost
    from priced
    where cost is not null
    group by queue, date_trunc('week', call_date), currency
),

contacts as (
    select
        first_call.queue,
        priced.currency,
        date_trunc('week', first_call.call_date)::date as week,
        count(distinct first_call.call_id) as settled_contact_count,
        count(distinct first_call.call_id) filter (where first_call.is_resolved)
            as resolved_contact_count,
        sum(priced.cost) as cost
    from mart.repeat_contacts as first_call
    inner join priced using (customer_ref, contact)
    where first_call.is_resolved is not null and priced.cost is not null
    group by first_call.queue, date_trunc('week', first_call.call_date), priced.currency
)

select
    -- The queue.
    weeks.queue,
    -- Monday of the week.
    weeks.week,
    -- Currency of the costs, ISO 4217.
    weeks.currency,
    -- Calls that have a rate.
    weeks.call_count,
    -- Length of these calls together.
    weeks.duration_s,
    -- Their after-call work where it is known, which costs as much.
    weeks.after_call_work_s,
    -- Total cost.
    weeks.cost,
    -- Cost per call.
    weeks.cost / weeks.call_count as cost_per_call,
    -- Contacts of known customers for which it is known whether there was a repeat contact.
    coalesce(contacts.settled_contact_count, 0) as settled_contact_count,
    -- Of these, contacts without a repeat.
    coalesce(contacts.resolved_contact_count, 0) as resolved_contact_count,
    -- Cost of these contacts, with all of their calls.
    coalesce(contacts.cost, 0) as settled_contact_cost,
    -- The same cost per resolved contact; null without one.
    contacts.cost / nullif(contacts.resolved_contact_count, 0) as cost_per_resolved_contact
from weeks
left join contacts using (queue, week, currency)
