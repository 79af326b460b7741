-- One row per contact that a known customer began: whether the customer called again within seven
-- days. A call back of an agent is no repeat. Calls without a contact id are a contact each.
with site as (
    -- Days are in the site's time zone, whatever the client's time zone is.
    select coalesce(any_value(snapshot.time_zone), 'UTC') as time_zone
    from meta.snapshot
),

contacts as (
    select
        customer_ref,
        coalesce(contact_id, call_id) as contact,
        min_by(call_id, started_at) as call_id,
        min_by(agent_id, started_at) as agent_id,
        min_by(team, started_at) as team,
        min_by(queue, started_at) as queue,
        min(call_date) as call_date,
        min(started_at) as started_at,
        count(*) as call_count
    from core.call
    where customer_ref is not null
    group by customer_ref, coalesce(contact_id, call_id)
    having min_by(direction, started_at) = 'inbound'
),

followed as (
    select
        contacts.*,
        period.last_date,
        timezone(site.time_zone, contacts.started_at) as started_local,
        lead(timezone(site.time_zone, contacts.started_at)) over customer_contacts
            as next_started_local,
        lead(contacts.contact) over customer_contacts as next_contact,
        lead(contacts.started_at) over customer_contacts as next_started_at
    from contacts
    cross join core.period
    cross join site
    window customer_contacts as (
        partition by contacts.customer_ref
        order by contacts.started_at, contacts.contact
    )
),

judged as (
    -- A repeat is known at once, its absence only after seven days. Both count from then on, since
    -- a share of the contacts known so far would have all of the repeats and none of the others.
    select
        *,
        case
            when last_date > call_date + 7
                then coalesce(next_started_local < started_local + interval 7 day, false)
        end as is_repeated
    from followed
)

select
    -- The contact centre's reference of the customer.
    customer_ref,
    -- The contact; a call's id where the contact is not known.
    contact,
    -- Its first call.
    call_id,
    -- Day of the first call, in the site's time zone.
    call_date,
    -- Start of the first call.
    started_at,
    -- Agent of the first call.
    agent_id,
    -- That agent's team on that day.
    team,
    -- Queue of the first call.
    queue,
    -- Calls of the contact.
    call_count,
    -- The next contact that the customer began; null without one.
    next_contact,
    -- Start of the next contact.
    next_started_at,
    -- Whether the next contact came within seven days of the site's clock; null until there are
    -- calls of a later day than these seven.
    is_repeated,
    -- Whether it was resolved at first contact, without a repeat; null until then.
    not is_repeated as is_resolved
from judged
