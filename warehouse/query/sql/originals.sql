-- One row per original recording with card data or keyed digits, or whose redacted copy was not
-- proven, by day: the call, what is kept of its path, and the end of the run that heard it.
select
    call.call_id,
    call.call_date,
    call.agent_id,
    call.customer_ref,
    call.restricted,
    call.recording_path,
    call.audio_sha256,
    evidence.call_id is not null as has_card_data,
    call.remuted_count is not null as is_copy_proven,
    call.audio_removed_on is not null as is_copy_removed,
    run.finished_at as found_at,
    evidence.deleted_on
from core.call
left join mart.pci_evidence as evidence using (call_date, call_id)
left join meta.run on call.run_id = run.run_id
where evidence.call_id is not null or call.remuted_count is null
order by call.call_date, call.call_id
