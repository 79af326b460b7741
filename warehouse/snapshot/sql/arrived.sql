-- One row per result in the files of new parts. A part is in the lineage once its files have been
-- compared with its manifest.
create or replace temp table arrived as
select
    call_date,
    call_id,
    commit_no,
    run_id,
    audio_sha256,
    metadata_sha256,
    model_pin,
    rules_sha256,
    results_version,
    false as is_current
from part_call
