"""What a contact centre writes of its calls becomes a Call, or an error that names the field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from flows.sources.metadata import MetadataError, read_csv, read_sidecar
from models.call import Call, Role

if TYPE_CHECKING:
    from pathlib import Path

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
