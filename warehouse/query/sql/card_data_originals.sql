-- One row per original recording with card data or keyed digits, by day: the call, what is kept of
-- its path, and the end of the run that found the card data.
select
    evidence.call_id,
    evidence.call_date,
    call.agent_id,
    call.customer_ref,
    evidence.recording_path as kept_path,
    evidence.audio_sha256,
    evidence.has_cvv,
    run.finished_at as found_at
from mart.pci_evidence as evidence
inner join core.call using (call_date, call_id)
left join meta.run on call.run_id = run.run_id
order by evidence.call_date, evidence.call_id
