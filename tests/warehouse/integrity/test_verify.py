"""Each kind of damage is found by name, and repaired without losing what is whole."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING

import duckdb
import pytest

from qa_rules.results import Outcome
from tests.warehouse.factory import CATALOGUE, NIGHT, TIME_ZONE, night, result
from warehouse.audio_folder import AudioFolder
from warehouse.errors import LakeError
from warehouse.integrity.copies import HearAgain
from warehouse.integrity.verify import StoredHome, verify
from warehouse.lake.lake import Lake
from warehouse.lake.schema import SCHEMAS
from warehouse.lake.upload_records import Rate
from warehouse.snapshot.publish import current_snapshot, publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_OPUS = (
    b"OggS\x00\x02" + bytes(20) + b"\x01\x05first" + b"OggS\x00\x04" + bytes(20) + b"\x01\x04last"
)
"""The smallest stream: a first and a last page."""


def _stored(root: Path) -> StoredHome:
    return StoredHome(
        root=root,
        lake=root / "lake",
        warehouse=root / "warehouse",
        audio=AudioFolder(root / "audio", TIME_ZONE),
        deliveries=root / "delivered" / "ledger.jsonl",
        orchestration=root / "prefect" / "prefect.db",
        keep_snapshots=2,
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two nights, an upload, copies, a snapshot, a ledger and Prefect's database."""
    stored = _stored(tmp_path_factory.mktemp("whole") / "home")
    lake = Lake(stored.lake, TIME_ZONE)
    calls = [result("c1"), result("c2", started_at=NIGHT + timedelta(days=1), restricted=True)]
    for one in calls:
        path = stored.audio.make_room(one.call)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_OPUS)
    night(lake, "night-1", calls)
    night(lake, "night-2", [result("c1", greeting=Outcome.FAIL)])
    lake.uploads.add("rate", [Rate(valid_from=NIGHT.date(), hour_cost=24.0, currency="EUR")])
    publish(lake, stored.warehouse)
    stored.deliveries.parent.mkdir()
    stored.deliveries.write_text('{"channel": "mail"}\n{"channel": "drop"}\n{"cut sh')
    stored.orchestration.parent.mkdir()
    with sqlite3.connect(stored.orchestration) as connection:
        connection.execute("create table flow_run (id text)")
    return stored.root


@pytest.fixture
def home(whole: Path, tmp_path: Path) -> StoredHome:
    """A copy of it to damage."""
    return _stored(shutil.copytree(whole, tmp_path / "home", symlinks=True))


def _flip(path: Path, position: int = -200) -> None:
    """Change one byte."""
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)


def _lake(home: StoredHome) -> Lake:
    return Lake(home.lake, TIME_ZONE)


def _of(home: StoredHome, pattern: str) -> Path:
    return min(home.root.glob(pattern))


def test_a_whole_home_has_no_damage(home: StoredHome) -> None:
    """Nor has a ledger whose last line a crash cut short."""
    assert list(verify(home)) == []


@pytest.mark.parametrize(
    ("pattern", "harm"),
    [
        ("lake/metric/*02/part-*", _flip),
        ("lake/metric/*02/part-*", lambda path: path.unlink()),
        ("lake/call/*03/part-*", _flip),
        ("lake/manifest/*02.jsonl", lambda path: path.write_bytes(b"{}\n" + path.read_bytes())),
        ("lake/manifest/*02.jsonl", lambda path: path.write_bytes(b"\xff" + path.read_bytes())),
        ("lake/manifest/*02.jsonl", lambda path: path.unlink()),
        ("lake/run/night-1.json", _flip),
        ("lake/catalogue/*.json", lambda path: path.write_bytes(b"\xff")),
        ("lake/supplied/rate/part-*", _flip),
        ("lake/supplied/manifest.json", lambda path: path.write_bytes(b"{")),
        ("lake/index.sqlite", lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(900))),
        ("warehouse/qa-*.duckdb", lambda path: path.unlink()),
        ("audio/*/c1-*.opus", lambda path: path.unlink()),
        ("audio/*/c1-*.opus", lambda path: path.write_bytes(_OPUS[:-2])),
        ("restricted/audio/*/c2-*.opus", lambda path: path.unlink()),
        ("delivered/ledger.jsonl", lambda path: path.write_bytes(b"\xff\n" + path.read_bytes())),
        ("prefect/prefect.db", lambda path: path.write_bytes(bytes(4096))),
    ],
)
def test_damage_is_named_and_mended(
    home: StoredHome, pattern: str, harm: Callable[[Path], object]
) -> None:
    """The file is named, and nothing remains but copies that wait to be heard again."""
    path = _of(home, pattern)
    harm(path)
    found = list(verify(home))
    assert [one.path for one in found if one.path == path] == [path], found
    for one in found:
        assert one.mend
        one.mend()
    assert [one for one in verify(home) if "redacted copy" not in one.what] == []
    lake = _lake(home)
    lake.record_catalogue(CATALOGUE)  # as the next run does
    assert len(lake.runs()) + len(lake.catalogues()) >= 2


def test_a_damaged_part_costs_its_own_calls_only(home: StoredHome) -> None:
    """The other day stays; of the call with two results the whole one counts again."""
    _flip(_of(home, "lake/finding/*02/part-night-2-*"))
    (damage,) = verify(home)
    with pytest.raises(LakeError, match=r"part-night-2-2\.parquet: its content is not what"):
        list(_lake(home).results())
    assert damage.mend
    damage.mend()
    assert list(_lake(home).results()) == [
        result("c1"),
        result("c2", started_at=NIGHT + timedelta(days=1), restricted=True),
    ]
    assert len(list((home.lake / "dropped").rglob("*.parquet"))) == len(SCHEMAS)
    _lake(home).commit("night-3", [result("c3")])
    assert _lake(home).last_commit_no() == 3


def test_a_lost_manifest_loses_no_call(home: StoredHome) -> None:
    """Its day's whole parts are named again, with their numbers."""
    before = list(_lake(home).results())
    _of(home, "lake/manifest/*02.jsonl").unlink()
    for one in verify(home):
        assert one.mend
        one.mend()
    assert list(_lake(home).results()) == before


def test_a_forged_part_is_not_published(home: StoredHome) -> None:
    """A file that can be read but is not the one that was written is named, and what to do."""
    lake = _lake(home)
    night(lake, "night-3", [result("c3")])
    snapshot = current_snapshot(home.warehouse)
    path = _of(home, "lake/evaluation/*02/part-night-3-*")
    with duckdb.connect() as connection:
        connection.execute(f"create table one as from read_parquet('{path}')")
        connection.execute("update one set score = 100")
        connection.execute(f"copy (select * exclude (call_date) from one) to '{path}'")
    with pytest.raises(LakeError, match=r"part-night-3-3\.parquet: .*\n.*callqa repair"):
        publish(lake, home.warehouse)
    assert current_snapshot(home.warehouse) == snapshot


def test_a_damaged_snapshot_is_built_again_from_the_lake(home: StoredHome) -> None:
    """Publishing does not stop at it, and readers get a whole one."""
    snapshot = current_snapshot(home.warehouse)
    assert snapshot is not None
    snapshot.chmod(0o600)
    with snapshot.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xff" * (snapshot.stat().st_size - 3 * 4096))
    (damage,) = verify(home)
    assert damage.path == snapshot
    night(_lake(home), "night-3", [result("c3")])
    publish(_lake(home), home.warehouse)
    assert list(verify(home)) != []  # the new call has no copy
    assert all("redacted copy" in one.what for one in verify(home))


def test_a_call_without_its_copy_is_heard_again_on_request(home: StoredHome) -> None:
    """Only after `callqa repair`, and only until it has a copy again."""
    call = result("c1").call
    path = home.audio.copy_of(call)
    path.unlink()
    lake = _lake(home)
    known = HearAgain(home.root, home.audio).without(lake.identities(), [call])
    assert set(known) == {"c1", "c2"}
    for one in verify(home):
        assert one.mend
        one.mend()
    known = HearAgain(home.root, home.audio).without(lake.identities(), [call])
    assert set(known) == {"c2"}
    path.write_bytes(_OPUS)
    known = HearAgain(home.root, home.audio).without(lake.identities(), [call])
    assert set(known) == {"c1", "c2"}
