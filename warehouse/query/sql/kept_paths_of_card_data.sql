-- One row per original recording with card data or keyed digits: what is kept of its path.
select distinct recording_path as kept_path
from mart.pci_evidence
order by kept_path
