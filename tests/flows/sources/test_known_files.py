"""An unchanged file is not read again; one that changed in any way is."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from flows.sources import opening
from flows.sources.centre.key import HomeKey
from flows.sources.folder import take_in
from flows.sources.known_files import KnownFiles
from models.audio.decoding import probe
from tests.night.recognitions.recorded_night import CALLS

if TYPE_CHECKING:
    from pathlib import Path

    from models.call import Recording
    from models.limits import Limits


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source of two calls."""
    source = tmp_path / "calls"
    source.mkdir()
    for stem in ("lt-0009", "lt-0010"):
        for path in CALLS.glob(f"{stem}.*"):
            shutil.copy(path, source)
    return source


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the recordings that were read, in the order of their names."""
    read: list[str] = []

    def counted(path: Path, limits: Limits) -> Recording:
        read.append(path.name)
        return probe(path, limits)

    monkeypatch.setattr(opening, "probe", counted)
    return read


def test_an_unchanged_file_is_read_once(source: Path, tmp_path: Path, read: list[str]) -> None:
    """A second scan finds the same calls without reading a recording."""
    first = take_in(source, {}, KnownFiles(tmp_path / "known", source, HomeKey(tmp_path)))
    assert sorted(read) == ["lt-0009.opus", "lt-0010.wav"]
    read.clear()
    assert take_in(source, {}, KnownFiles(tmp_path / "known", source, HomeKey(tmp_path))) == first
    assert read == []


def test_another_content_of_equal_size_and_time_is_seen(
    source: Path, tmp_path: Path, read: list[str]
) -> None:
    """A copying program may set both; the file is read again, and its hash is another."""
    first = take_in(source, {}, KnownFiles(tmp_path / "known", source, HomeKey(tmp_path)))
    path = source / "lt-0010.wav"
    before = path.stat()
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    read.clear()
    second = take_in(source, {}, KnownFiles(tmp_path / "known", source, HomeKey(tmp_path)))
    assert read == ["lt-0010.wav"]
    assert {one.audio_sha256 for _, one in first.ready} != {
        one.audio_sha256 for _, one in second.ready
    }


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": {}}', '{"a": []}', "null"])
def test_a_damaged_list_costs_time_only(
    source: Path, tmp_path: Path, read: list[str], text: str
) -> None:
    """It is read again from the recordings."""
    first = take_in(source, {}, KnownFiles(tmp_path / "known", source, HomeKey(tmp_path)))
    (known,) = (tmp_path / "known").iterdir()
    known.write_text(text)
    read.clear()
    assert take_in(source, {}, KnownFiles(tmp_path / "known", source, HomeKey(tmp_path))) == first
    assert len(read) == 2


def test_no_file_name_is_kept(source: Path, tmp_path: Path) -> None:
    """Recorders put telephone numbers into names."""
    take_in(source, {}, KnownFiles(tmp_path / "known", source, HomeKey(tmp_path)))
    (known,) = (tmp_path / "known").iterdir()
    assert "lt-00" not in known.name + known.read_text()


def test_lists_of_before_are_hashed_with_the_key(
    source: Path, tmp_path: Path, read: list[str]
) -> None:
    """Those of all sources, also of one that no run reads any more; and no recording is reread."""
    known, key = tmp_path / "known", HomeKey(tmp_path)
    first = take_in(source, {}, KnownFiles(known, source, key))
    (own,) = known.glob("*.json")
    guesses = {hashlib.sha256(str(path).encode()).hexdigest() for path in source.iterdir()}
    by_key = json.loads(own.read_bytes())
    before = {
        hashlib.sha256(str(pair[1].path).encode()).hexdigest(): next(
            one for one in by_key.values() if one["audio_sha256"] == pair[1].audio_sha256
        )
        for pair in first.ready
    }
    assert before.keys() < guesses
    other, cut = known / "0123456789abcdef.json", known / "fedcba9876543210.json"
    for path in (own, other):
        path.write_text(json.dumps(before))
    cut.write_text(json.dumps(before)[:90])
    read.clear()

    assert take_in(source, {}, KnownFiles(known, source, key)) == first

    assert read == []
    kept = "".join(path.read_text() for path in known.iterdir())
    assert [one for one in guesses if one in kept] == []
    assert json.loads(other.read_bytes()) == json.loads(own.read_bytes()) == by_key
