-- One row: how many original recordings of all evaluated calls contain card data.
select
    count(*) as recording_count,
    count(*) filter (where has_cvv) as code_count
from mart.pci_evidence
