"""What a contact centre writes of its calls becomes a Call, or an error that names the field."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from flows.sources.calls_table import read_csv
from flows.sources.documents import MetadataError
from flows.sources.metadata import read_sidecar
from models.call import Call, Direction, Role

if TYPE_CHECKING:
    from pathlib import Path

STARTED_AT = datetime.fromisoformat("2026-03-10T09:14:05+01:00")
SIDECAR: dict[str, Any] = {
    "call_id": "c-1",
    "started_at": "2026-03-10T09:14:05+01:00",
    "agent_id": "ag-1",
    "queue": "billing",
    "direction": "inbound",
    "channel_map": {"left": "customer", "right": "agent"},
}


def write(folder: Path, data: object) -> Path:
    """Write one sidecar."""
    path = folder / "c-1.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_sidecar_becomes_a_call(tmp_path: Path) -> None:
    """The fields arrive, the channel map in channel order, and names default to ids."""
    call = read_sidecar(write(tmp_path, SIDECAR | {"a_field_of_the_switch": 1}))
    assert call.call_id == "c-1"
    assert call.channel_roles == (Role.CUSTOMER, Role.AGENT)
    assert call.agent_name == "ag-1"
    assert call.started_at.utcoffset() is not None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"started_at": "2026-03-10T09:14:05"}, "started_at"),
        ({"direction": "sideways"}, "direction"),
        ({"call_id": "../../etc"}, "call_id"),
        ({"agent_id": ""}, "agent_id"),
        ({"language": "english"}, "language"),
        ({"channel_map": {"left": "agent"}}, "channel_map"),
        ({"channel_map": {"left": "agent", "right": "agent"}}, "channel_map"),
    ],
)
def test_wrong_field_is_named_and_its_value_is_not(
    tmp_path: Path, change: dict[str, Any], field: str
) -> None:
    """The error says which field; it keeps the call id, and repeats no value, which may be PII."""
    with pytest.raises(MetadataError) as caught:
        read_sidecar(write(tmp_path, SIDECAR | change))
    assert f"`{field}" in str(caught.value)
    assert "sideways" not in str(caught.value)
    assert "c-1.json" in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "\x00"])
def test_sidecar_that_is_no_object(tmp_path: Path, text: str) -> None:
    """Whatever the bytes, the error names the file and says what to write."""
    path = tmp_path / "c-1.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MetadataError, match=r"c-1\.json.*write one"):
        read_sidecar(path)


def test_csv_gives_one_call_or_error_per_line(tmp_path: Path) -> None:
    """A wrong line is an error of that line alone, with its number."""
    path = tmp_path / "calls.csv"
    path.write_text(
        "file,call_id,started_at,agent_id,queue,direction,channel_left,channel_right\n"
        "a.wav,c-1,2026-03-10T09:14:05Z,ag-1,billing,inbound,agent,customer\n"
        "b.wav,c-2,yesterday,ag-1,billing,inbound,,\n",
        encoding="utf-8",
    )
    rows = read_csv(path)
    first, second = rows["a.wav"], rows["b.wav"]
    assert isinstance(first, Call)
    assert first.channel_roles == (Role.AGENT, Role.CUSTOMER)
    assert isinstance(second, MetadataError)
    assert second.call_id == "c-2"
    assert "calls.csv:3" in str(second)


def test_csv_of_a_spreadsheet(tmp_path: Path) -> None:
    """Semicolons are read; a line without a file and one for the same file again are errors."""
    path = tmp_path / "calls.csv"
    path.write_text(
        "call_id;started_at;agent_id;queue;direction;file\n"
        "c-1;2026-03-10T09:14:05Z;ag-1;billing;inbound;a.wav\n"
        "c-2;2026-03-10T09:15:05Z;ag-1;billing;inbound\n"
        "c-3;2026-03-10T09:16:05Z;ag-1;billing;inbound;b.wav\n"
        "c-4;2026-03-10T09:17:05Z;ag-1;billing;inbound;b.wav\n",
        encoding="utf-8-sig",
    )
    rows = read_csv(path)
    assert isinstance(rows["a.wav"], Call)
    assert "names no file" in str(rows["calls.csv:3"])
    assert "calls.csv:5 describes b.wav again" in str(rows["b.wav"])


def test_csv_without_file_column(tmp_path: Path) -> None:
    """A table that names no recordings is refused as a whole."""
    path = tmp_path / "calls.csv"
    path.write_text("call_id\nc-1\n", encoding="utf-8")
    with pytest.raises(MetadataError, match="no column `file`"):
        read_csv(path)


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"call_id": 7731}, "call_id", "7731"),
        ({"agent_id": 17}, "agent_id", "17"),
        ({"queue": "  billing "}, "queue", "billing"),
        ({"direction": "Inbound"}, "direction", Direction.INBOUND),
        ({"direction": "IN_BOUND"}, "direction", Direction.INBOUND),
        ({"direction": "outbound-api"}, "direction", Direction.OUTBOUND),
        ({"language": "en-GB"}, "language", "en"),
        ({"language": "ES"}, "language", "es"),
        ({"team": None, "supervisor_id": ""}, "team", "unassigned"),
        ({"started_at": "2026-03-10T09:14:05+01"}, "started_at", STARTED_AT),
        ({"started_at": "2026-03-10 09:14:05+01:00"}, "started_at", STARTED_AT),
        ({"started_at": "Tue, 10 Mar 2026 09:14:05 +0100"}, "started_at", STARTED_AT),
    ],
)
def test_what_other_systems_write_is_understood(
    tmp_path: Path, change: dict[str, Any], field: str, value: object
) -> None:
    """Numbers as ids, regions of languages, other spellings and empty fields are no errors."""
    assert getattr(read_sidecar(write(tmp_path, SIDECAR | change)), field) == value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_as_spreadsheets_save_it(tmp_path: Path, encoding: str, separator: str) -> None:
    """Whichever separator and encoding, with blank lines at the end."""
    lines = ["file,call_id,started_at,agent_id,queue,direction", f"a.wav,c-1,{STARTED_AT},ag,q,in"]
    text = "\r\n".join([*lines, "", ",,,,,", ""]).replace(",", separator)
    path = tmp_path / "calls.csv"
    path.write_bytes(text.encode(encoding))
    (call,) = read_csv(path).values()
    assert isinstance(call, Call)
    assert call.started_at == STARTED_AT
