-- One row: how many recordings contain a security code.
select
    count(*) filter (where pci_evidence.is_cvv_heard) as heard,
    count(*) filter (where not pci_evidence.is_cvv_heard) as precaution
from mart.pci_evidence
inner join core.call using (call_date, call_id)
where
    call_date between coalesce($first_date, call_date) and coalesce($last_date, call_date)
    and call.restricted = coalesce($restricted, call.restricted)
