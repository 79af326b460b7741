-- One row per customer with a call that was added.
insert into changed_customer
select distinct call.customer_ref
from core.call
semi join added using (call_date, call_id)
where call.customer_ref is not null
