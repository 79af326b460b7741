-- One row: how many recordings contain a security code.
select
    count(*) filter (where pci_evidence.is_cvv_heard) as heard,
    count(*) filter (where not pci_evidence.is_cvv_heard) as precaution
from mart.pci_evidence
where
    pci_evidence.call_date between coalesce($first_date, pci_evidence.call_date)
    and coalesce($last_date, pci_evidence.call_date)
