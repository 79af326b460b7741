-- One row per original recording with card data or keyed digits.
select
    evidence.call_id,
    evidence.call_date,
    evidence.queue,
    evidence.recording_path,
    evidence.audio_sha256,
    evidence.has_cvv,
    evidence.has_card_number,
    evidence.stretches,
    evidence.is_copy_proven,
    evidence.deleted_on
from mart.pci_evidence as evidence
order by evidence.has_cvv desc, evidence.call_date desc, evidence.call_id asc
