"""Absurd items cost neither memory nor time: each is quarantined by a limit, with the reason."""

from __future__ import annotations

import random
import struct
import time
import tracemalloc
import wave
from typing import TYPE_CHECKING

import pytest

from flows.sources.folder import take_in
from models.call import QuarantineReason
from models.limits import Limits
from tests.flows.sources.test_folder import recording, sidecar

if TYPE_CHECKING:
    from pathlib import Path

    from models.call import Quarantined

SMALL = Limits(max_call_s=2.0, max_recording_mb=1, max_sidecar_kb=4, max_csv_mb=1)


def _wav(folder: Path, name: str, seconds: float, rate_hz: int = 8000) -> None:
    with wave.open(str(folder / name), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(rate_hz)
        file.writeframes(b"\x80" * round(seconds * rate_hz))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with one good call."""
    recording(tmp_path, "good.wav", 1)
    sidecar(tmp_path, "good.json", "c-1")
    return tmp_path


def _told(source: Path, name: str) -> Quarantined:
    """What is told of one item, with the good call beside it still ready."""
    intake = take_in(source, {}, limits=SMALL)
    assert [call.call_id for call, _ in intake.ready] == ["c-1"]
    (item,) = [one for one in intake.quarantined if one.item.endswith(f"/{name}")]
    return item


def test_a_recording_that_is_too_long(source: Path) -> None:
    """Decoding ends where the limit is passed, and the reason names the setting."""
    _wav(source, "long.wav", 60)
    sidecar(source, "long.json", "c-2")
    item = _told(source, "long.wav")
    assert item.reason is QuarantineReason.TOO_LARGE
    assert "CALLQA_MAX_CALL_S" in item.detail


@pytest.mark.parametrize("rate_hz", [1, 4_000_000])
def test_a_recording_that_claims_an_absurd_rate(source: Path, rate_hz: int) -> None:
    """A few kilobytes at 1 Hz would be hours of audio."""
    _wav(source, "slow.wav", 20_000 / rate_hz, rate_hz)
    sidecar(source, "slow.json", "c-2")
    item = _told(source, "slow.wav")
    assert item.reason is QuarantineReason.CORRUPT_AUDIO
    assert str(rate_hz) in item.detail


def test_a_recording_that_is_too_large(source: Path) -> None:
    """A sparse file of 50 GB is not read at all."""
    with (source / "large.wav").open("wb") as file:
        file.truncate(50 << 30)
    sidecar(source, "large.json", "c-2")
    begun_s = time.monotonic()
    item = _told(source, "large.wav")
    assert time.monotonic() - begun_s < 10
    assert item.reason is QuarantineReason.TOO_LARGE
    assert "CALLQA_MAX_RECORDING_MB" in item.detail


def test_many_files_joined_into_one(source: Path) -> None:
    """Each would be opened by itself."""
    (source / "joined.amr").write_bytes(b"#!AMR\n" * 5000)
    sidecar(source, "joined.json", "c-2")
    assert "joined" in _told(source, "joined.amr").detail


def test_a_sidecar_that_is_too_large(source: Path) -> None:
    """It is not read, whether it is JSON or not."""
    recording(source, "named.wav", 2)
    sidecar(source, "named.json", "c-2", agent_name="n" * 60_000_000)
    tracemalloc.start()
    item = _told(source, "named.wav")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert item.reason is QuarantineReason.TOO_LARGE
    assert "CALLQA_MAX_SIDECAR_KB" in item.detail
    assert peak < 20_000_000


def test_a_table_that_is_too_large(source: Path) -> None:
    """Calls with a sidecar of their own are taken in all the same."""
    (source / "calls.csv").write_bytes(b"file,call_id\n" * 200_000)
    item = _told(source, "calls.csv")
    assert item.reason is QuarantineReason.TOO_LARGE
    assert "CALLQA_MAX_CSV_MB" in item.detail


def test_a_table_of_another_folder_costs_little_time(source: Path) -> None:
    """Looking for the nearest name of each line would take hours."""
    for number in range(40):
        (source / f"call-{number:04}.wav").write_bytes(b"")
    lines = [f"call_{n:06},c-{n},2026-03-10T09:14:05Z,ag-1,billing,inbound" for n in range(3000)]
    head = "file,call_id,started_at,agent_id,queue,direction"
    text = "\n".join([head, *lines, f"{'x' * 5000}.wav,c-0,,,,"])
    (source / "calls.csv").write_text(text, encoding="utf-8")
    begun_s = time.process_time()
    intake = take_in(source, {})
    assert time.process_time() - begun_s < 20
    assert [call.call_id for call, _ in intake.ready] == ["c-1"]
    assert all(len(one.item) + len(one.detail) < 2000 for one in intake.quarantined)


_SEED = 20261130


def _odd(rng: random.Random, whole: bytes) -> bytes:
    """Bytes that are no recording and no metadata, or nearly."""
    size = rng.randrange(len(whole))
    damaged = bytearray(whole)
    for _ in range(rng.randrange(1, 40)):
        damaged[rng.randrange(min(len(damaged), 200))] = rng.randrange(256)
    return rng.choice(
        [
            bytes(damaged),
            whole[:size],
            whole[size:],
            rng.randbytes(rng.randrange(400)),
            b"",
            whole[:4] + rng.randbytes(100),
            b"RIFF" + struct.pack("<I", rng.randrange(1 << 32)) + b"WAVE" + rng.randbytes(60),
            b"OggS" + rng.randbytes(80),
            b"\x00\x00\x00\x18ftypM4A " + rng.randbytes(200),
            b"ID3\x04" + rng.randbytes(200),
            b'{"call_id": ' + rng.choice([b"1e999", b"[" * 5000, b"null", b'"\\ud800"']) + b"}",
            b'{"call_id": "c", "started_at": '
            + rng.choice([b"{}", b'"9999-99-99T"', b"-1"])
            + b"}",
            b"\xff\xfe" + rng.randbytes(40),
        ]
    )


def test_no_odd_item_costs_another(source: Path) -> None:
    """A hundred damaged recordings and sidecars: each is told, and the good call is ready."""
    rng = random.Random(_SEED)  # noqa: S311  no secret
    wholes = {ending: (source / f"good.{ending}").read_bytes() for ending in ("wav", "json")}
    names = set()
    for number in range(100):
        ending = rng.choice(["wav", "json", "opus", "mp3", "flac", "m4a", "aiff", "au", "amr"])
        name = f"odd-{number:03}.{ending}"
        whole = wholes["json" if ending == "json" else "wav"]
        (source / name).write_bytes(_odd(rng, whole))
        names.add(name)
    if rng.random() < 0.5:
        (source / "calls.csv").write_bytes(b"file,call_id\n" + rng.randbytes(300))
        names.add("calls.csv")
    intake = take_in(source, {}, limits=SMALL)
    assert "c-1" in [call.call_id for call, _ in intake.ready]
    told = {one.item.rsplit("/", 1)[-1] for one in intake.quarantined}
    told |= {found.path.name for _, found in intake.ready}
    assert names <= told
    assert not [one for one in intake.quarantined if "internal error" in one.detail]
