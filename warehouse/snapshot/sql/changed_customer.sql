-- One row per customer with a call that is superseded; customers of added calls follow.
create or replace temp table changed_customer as
select distinct call.customer_ref
from core.call
semi join superseded using (call_date, call_id)
where call.customer_ref is not null
