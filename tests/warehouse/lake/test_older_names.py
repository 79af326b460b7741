"""A lake that was written before a field was renamed can still be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from warehouse.lake.records import RunRecord, StoredRun
from warehouse.lake.upload_store import UploadPart


def test_a_run_of_before_says_whether_its_lists_were_written() -> None:
    """`told` was the name of `lists_written`; a run is written by the new one."""
    at = datetime(2026, 3, 1, 4, tzinfo=UTC)
    run = RunRecord(
        run_id="qa-1",
        source="calls",
        started_at=at,
        finished_at=at,
        seen_count=1,
        evaluated_count=1,
        unchanged_count=0,
        pending_count=0,
        quarantined=(),
        model_pin="whisper@1",
        rules_sha256="0" * 64,
    )
    stored = StoredRun(run=run, last_commit_no=3, lists_written=False).model_dump(mode="json")
    stored["told"] = stored.pop("lists_written")
    read = StoredRun.model_validate_json(json.dumps(stored))
    assert read.lists_written is False
    assert "lists_written" in read.model_dump_json()


def test_an_upload_of_before_keeps_its_time() -> None:
    """`supplied_at` was the name of `uploaded_at`."""
    file = {"path": "supplied/review/part-00001.parquet", "row_count": 1, "sha256": "0" * 64}
    part = {"table": "review", "supplied_at": "2026-03-01T04:00:00Z", "file": file}
    read = UploadPart.model_validate_json(json.dumps(part))
    assert read.uploaded_at == datetime(2026, 3, 1, 4, tzinfo=UTC)
