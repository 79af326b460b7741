"""Odd items never end a run: each is quarantined by name, and the calls beside it are taken in."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from flows.sources.folder import take_in
from flows.sources.listing import list_items
from models.call import QuarantineReason
from tests.flows.sources.test_folder import reasons, recording, sidecar

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with one good call."""
    recording(tmp_path, "good.wav", 1)
    sidecar(tmp_path, "good.json", "c-1")
    return tmp_path


def _reason(source: Path, name: str) -> QuarantineReason:
    """The reason of one item, with the good call beside it still ready."""
    intake = take_in(source, {})
    assert [call.call_id for call, _ in intake.ready] == ["c-1"]
    return reasons(intake)[name]


def test_a_name_that_is_not_utf_8(source: Path) -> None:
    """Old recorders write names in Latin-1."""
    (source / os.fsdecode(b"Mu\xf1oz.wav")).write_bytes(b"RIFF")
    assert _reason(source, "Mu\\xf1oz.wav") is QuarantineReason.UNREADABLE


def test_a_link_to_nothing_and_a_pipe(source: Path) -> None:
    """Neither is passed over in silence, and nobody waits for the pipe."""
    (source / "gone.wav").symlink_to(source / "nowhere.wav")
    os.mkfifo(source / "pipe.wav")
    assert _reason(source, "gone.wav") is QuarantineReason.UNREADABLE
    assert _reason(source, "pipe.wav") is QuarantineReason.UNREADABLE


def test_a_link_that_leads_elsewhere(
    source: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whoever may write recordings must not have any file of the machine read."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    recording(elsewhere, "others.wav", 2)
    (source / "others.wav").symlink_to(elsewhere / "others.wav")
    (source / "here.wav").symlink_to(source / "good.wav")

    found = list_items(source)

    assert [*found.unreadable] == [str(source / "others.wav")]
    assert "leads out of the folder" in found.unreadable[str(source / "others.wav")]
    assert source / "here.wav" in found.files


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_and_a_file_without_access(source: Path) -> None:
    """The run's user lacks a permission that somebody must grant."""
    (source / "closed").mkdir(mode=0)
    recording(source, "private.wav", 2)
    (source / "private.wav").chmod(0)
    assert _reason(source, "closed") is QuarantineReason.UNREADABLE
    assert _reason(source, "private.wav") is QuarantineReason.UNREADABLE


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("half.json", '{"call_id": "c-\\ud800", "started_at": "2026-03-10T09:14:05+01:00"}'),
        ("deep.json", "[" * 100_000),
        ("list.json", "[1, 2]"),
    ],
)
def test_a_sidecar_that_is_no_metadata(source: Path, name: str, text: str) -> None:
    """Half a character, nesting without end, another document."""
    (source / name).write_text(text, encoding="ascii")
    assert _reason(source, name) is QuarantineReason.INVALID_METADATA


@pytest.mark.parametrize(
    "change",
    [
        {"agent_id": "a" * 300},
        {"agent_id": "a\ud800"},
        {"team": "\udcff"},
        {"started_at": 20260310091405},
        {"started_at": "20260310091405"},
        {"started_at": "20260310"},
        {"started_at": "1773130445"},
        {"started_at": "2612-01-10T07:54:51+00:00"},
        {"started_at": "2026-03-10T09:14:05"},
    ],
    ids=str,
)
def test_a_field_that_cannot_be_meant(source: Path, change: dict[str, object]) -> None:
    """Ids that no file name can hold, half characters, numbers instead of times, odd years."""
    recording(source, "odd.wav", 2)
    sidecar(source, "odd.json", "c-2", **change)
    assert _reason(source, "odd.wav") is QuarantineReason.INVALID_METADATA


def test_a_time_as_mails_write_it(tmp_path: Path) -> None:
    """RFC 2822, as some telephone systems export it."""
    recording(tmp_path, "call.wav", 1)
    sidecar(tmp_path, "call.json", "c-1", started_at="Tue, 10 Mar 2026 09:14:05 +0100")
    ((call, _),) = take_in(tmp_path, {}).ready
    assert call.started_at.isoformat() == "2026-03-10T09:14:05+01:00"


def test_a_csv_that_cannot_be_read(source: Path) -> None:
    """Calls with a file of their own are still evaluated."""
    (source / "calls.csv").write_bytes(b"file,call_id\n\xff.wav,1\n")
    assert _reason(source, "calls.csv") is QuarantineReason.INVALID_METADATA


def test_a_long_cell_harms_nothing(source: Path) -> None:
    """Exports hold notes and transcripts of any length."""
    recording(source, "noted.wav", 2)
    fields = {
        "file": "noted.wav",
        "call_id": "c-0",
        "started_at": "2026-03-10T09:14:05+01:00",
        "agent_id": "ag-1",
        "queue": "billing",
        "direction": "inbound",
        "notes": "n" * 200_000,
    }
    lines = [",".join(fields), ",".join(fields.values())]
    (source / "calls.csv").write_text("\n".join(lines), encoding="utf-8")
    assert [call.call_id for call, _ in take_in(source, {}).ready] == ["c-0", "c-1"]
    json.dumps([one.item for one in take_in(source, {}).quarantined])
