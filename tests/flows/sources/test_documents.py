"""Files of metadata with many calls, as telephone systems and their tools write them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from flows.sources.documents import read_table
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


CDR = (
    "calldate,src,dst,dcontext,channel,dstchannel,lastapp,duration,billsec,disposition,uniqueid\n"
    "2026-10-26 11:00:00,34911230003,1042,ext-local,PJSIP/trunk-00000005,PJSIP/1042-00000006,"
    "Dial,15,10,ANSWERED,1793012400.400\n"
)


@pytest.mark.parametrize("head", ["", "sep=,\n", "SEP=,\r\n", '"sep=,"\r\n'])
def test_a_line_for_excel_above_the_columns_is_no_row(tmp_path: Path, head: str) -> None:
    """The separator that it names counts, and lines are counted with it."""
    recording(tmp_path, "rec-1793012400.400.wav", 1)
    (tmp_path / "cdr.csv").write_text(head + CDR, encoding="utf-8")
    ((call, _),) = take_in(tmp_path, {}).ready
    assert call.agent_id == "1042"


def test_the_separator_of_that_line_counts(tmp_path: Path) -> None:
    """Also one that is not looked for otherwise; an error names the line of the file."""
    path = tmp_path / "calls.csv"
    path.write_text("sep=|\nfile|call_id\na.wav|c,1;2\n", encoding="utf-8")
    rows = read_table(path, Limits())
    assert rows == [(2, ["file", "call_id"]), (3, ["a.wav", "c,1;2"])]


@pytest.mark.parametrize("name", ["cdr.csv", "notes.csv", "cdr.tsv"])
def test_a_table_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    """Another encoding, and more than the limit: nobody knows what it would have said."""
    (tmp_path / name).write_bytes((CDR + "Cola de atención".ljust(200)).encode("latin-1"))
    (item,) = take_in(tmp_path, {}).quarantined
    assert (item.item, item.reason) == (str(tmp_path / name), QuarantineReason.INVALID_METADATA)
    assert "UTF-8" in item.detail
    (tmp_path / name).write_text(CDR * 5000, encoding="utf-8")
    (item,) = take_in(tmp_path, {}, limits=Limits(max_csv_mb=1)).quarantined
    assert item.reason is QuarantineReason.TOO_LARGE


OWN = "file,call_id,started_at,agent_id,queue,direction,agent_id\n"
ROW = "a.wav,c-1,2026-03-10T09:00:00Z,ag-1,q,inbound,"
MAPPING = "files: x.csv\nrecording: file\ncall_id: call_id\nstarted_at: started_at\n"
MAPPING += "agent_id: agent_id\nqueue: queue\ndirection: direction\n"


@pytest.mark.parametrize("name", ["calls.csv", "x.csv"])
def test_two_columns_of_one_name_are_refused(tmp_path: Path, name: str) -> None:
    """In our own table and in a mapped one, where they say different things."""
    recording(tmp_path, "a.wav", 1)
    (tmp_path / "callqa-mapping.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / name).write_text(f"{OWN}{ROW}ag-2\n", encoding="utf-8")
    intake = take_in(tmp_path, {})
    assert not intake.ready
    assert any("several columns `agent_id`" in item.detail for item in intake.quarantined)
    (tmp_path / name).write_text(f"{OWN}{ROW}ag-1\n", encoding="utf-8")
    assert len(take_in(tmp_path, {}).ready) == 1


def test_two_columns_of_an_export_are_refused(tmp_path: Path) -> None:
    """A table that was joined with another has two agents, of which neither is guessed."""
    recording(tmp_path, "rec-1793012400.400.wav", 1)
    head, row = CDR.splitlines()
    (tmp_path / "cdr.csv").write_text(f"{head},dst\n{row},1050\n", encoding="utf-8")
    intake = take_in(tmp_path, {})
    assert not intake.ready
    assert any("several columns `dst`" in item.detail for item in intake.quarantined)


FRAME = [{"type": "header", "version": "5"}, {"type": "database", "name": "asteriskcdrdb"}]


@pytest.mark.parametrize("is_framed", [True, False])
@pytest.mark.parametrize("number", ["1793012400.400", '"1793012400.400"'])
def test_rows_of_a_database_tool(tmp_path: Path, number: str, *, is_framed: bool) -> None:
    """In the frame of phpMyAdmin or without, ids as text or as numbers with a zero at the end."""
    recording(tmp_path, "rec-1793012400.400.wav", 1)
    head, row = (line.split(",") for line in CDR.splitlines())
    rows = [dict(zip(head, row, strict=True))]
    table = {"type": "table", "name": "cdr", "data": rows}
    text = json.dumps([*FRAME, table] if is_framed else rows)
    (tmp_path / "cdr.json").write_text(text.replace('"1793012400.400"', number), encoding="utf-8")
    ((call, _),) = take_in(tmp_path, {}).ready
    assert call.call_id == "1793012400.400"


def test_numbers_of_a_sidecar_are_kept_as_written(tmp_path: Path) -> None:
    """An id, a length and a custom field that are numbers."""
    recording(tmp_path, "a.wav", 1)
    fields = {"started_at": "2026-03-10T09:00:00Z", "agent_id": 7, "queue": "q"}
    text = json.dumps(fields | {"direction": "inbound"})
    more = '"call_id": 12.50, "duration_s": 1.50, "fields": {"rate": 2.50}}'
    (tmp_path / "a.json").write_text(f"{text[:-1]}, {more}", encoding="utf-8")
    ((call, _),) = take_in(tmp_path, {}).ready
    assert (call.call_id, call.stated_duration_s) == ("12.50", 1.5)
    assert dict(call.fields) == {"rate": "2.50"}


def test_a_line_with_more_cells_than_columns_is_refused(tmp_path: Path) -> None:
    """A separator that is not quoted moves all cells after it; empty cells do no harm."""
    for seed, name in enumerate(("a.wav", "b.wav", "c.wav")):
        recording(tmp_path, name, seed)
    (tmp_path / "calls.csv").write_text(
        "file,call_id,started_at,agent_id,direction,queue,team\n"
        "a.wav,c-1,2026-03-10T09:00:00Z,ag-1,inbound,sales,north,,\n"
        "b.wav,c-2,2026-03-10T09:00:00Z,ag-1,inbound,sales, spain,north\n"
        "c.wav,c-3,2026-03-10T09:00:00Z,ag-1,inbound,sales\n",
        encoding="utf-8",
    )
    intake = take_in(tmp_path, {})
    assert sorted(call.call_id for call, _ in intake.ready) == ["c-1", "c-3"]
    (item,) = intake.quarantined
    assert item.detail.startswith("calls.csv:3 has more cells than columns")
