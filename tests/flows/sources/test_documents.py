"""Files of metadata with many calls, as telephone systems and their tools write them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from flows.sources.folder import take_in
from models.call import QuarantineReason
from models.limits import Limits
from tests.flows.sources.test_folder import reasons, recording

if TYPE_CHECKING:
    from pathlib import Path


def record(number: int) -> dict[str, Any]:
    """A contact record of Amazon Connect, with much that is not needed."""
    return {
        "ContactId": f"c-{number}",
        "InitiationMethod": "INBOUND",
        "InitiationTimestamp": "2026-03-10T08:14:05Z",
        "Agent": {"Username": "laura"},
        "Attributes": {"menu": "x" * 2000},
    }


def taken(folder: Path, content: bytes, name: str = "records.jsonl") -> tuple[list[str], list[str]]:
    """The calls that are ready of two recordings, and the details of what is wrong."""
    for number in (1, 2):
        recording(folder, f"c-{number}.wav", number)
    (folder / name).write_bytes(content)
    intake = take_in(folder, {})
    ready = sorted(call.call_id for call, _ in intake.ready)
    return ready, [item.detail for item in intake.quarantined]


def test_an_export_may_be_larger_than_a_sidecar(tmp_path: Path) -> None:
    """A day of contact records is; the limit of tables holds for it."""
    lines = "".join(json.dumps(record(number)) + "\n" for number in range(1, 700))
    assert len(lines) > Limits().max_sidecar_kb << 10
    assert taken(tmp_path, lines.encode()) == (["c-1", "c-2"], [])
    intake = take_in(tmp_path, {}, limits=Limits(max_csv_mb=1))
    assert reasons(intake)["records.jsonl"] is QuarantineReason.TOO_LARGE


def test_a_line_with_an_error_costs_no_other(tmp_path: Path) -> None:
    """A download that was cut is told by its lines, none of which is shown."""
    first, second = json.dumps(record(1)), json.dumps(record(2))
    ready, wrong = taken(tmp_path, f"{first}\n\nno json\n{second}\n{first[:-40]}".encode())
    assert ready == ["c-1", "c-2"]
    (text,) = wrong
    assert text.startswith("records.jsonl: 2 of its lines not valid JSON (3, 5)")
    assert "no json" not in text


@pytest.mark.parametrize("name", ["records.json", "records.jsonl"])
@pytest.mark.parametrize("between", ["", "\n", " "])
def test_records_may_follow_each_other(tmp_path: Path, name: str, between: str) -> None:
    """Amazon Data Firehose writes them so, in a file with any name."""
    content = between.join(json.dumps(record(number)) for number in (1, 2))
    assert taken(tmp_path, content.encode(), name) == (["c-1", "c-2"], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_lines(tmp_path: Path, encoding: str) -> None:
    """A redirection in PowerShell writes UTF-16."""
    content = "".join(json.dumps(record(number)) + "\r\n" for number in (1, 2))
    assert taken(tmp_path, content.encode(encoding)) == (["c-1", "c-2"], [])


def test_lines_of_something_else_are_left_alone(tmp_path: Path) -> None:
    """Transcripts may lie there, too."""
    (tmp_path / "transcripts.jsonl").write_text('{"words": []}\nno json\n', encoding="utf-8")
    ready, wrong = taken(tmp_path, (json.dumps(record(1)) + json.dumps(record(2))).encode())
    assert (ready, wrong) == (["c-1", "c-2"], [])
