"""Every call has one place for its redacted copy, whatever its id holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse.factory import call
from warehouse.audio_folder import AudioFolder

if TYPE_CHECKING:
    from models.call import Call

LATE = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)  # already the 11th in Rome
ROOT = Path("audio")
IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


@given(IDS)
def test_any_id_gives_a_safe_name(call_id: str) -> None:
    """A plain name of bearable length in the day's folder: nothing escapes, nothing is hidden."""
    path = AudioFolder(ROOT, "Europe/Rome").path_of(call_id, LATE)
    assert path.parent == ROOT / "2026-03-11"
    assert path.resolve().parent == (ROOT / "2026-03-11").resolve()
    assert path.name.isascii()
    assert not set(path.name) & set('/\\:*?"<>|[] \0\n')
    assert len(path.name) <= 120


@given(st.lists(IDS, min_size=2, max_size=2, unique=True))
def test_two_calls_never_share_a_copy(call_ids: list[str]) -> None:
    """Not even on a case-insensitive file system."""
    folder = AudioFolder(ROOT, "UTC")
    first, second = (folder.path_of(call_id, LATE).name.casefold() for call_id in call_ids)
    assert first != second


def test_long_and_look_alike_ids_stay_apart() -> None:
    """Names are cut and quoted; the hash still distinguishes the calls."""
    folder = AudioFolder(ROOT, "UTC")
    ids = ["a" * 200, "a" * 201, "a/b", "a%2Fb", "Call", "call", "..", "."]
    assert len({folder.path_of(call_id, LATE).name.casefold() for call_id in ids}) == len(ids)


def _copied(folder: AudioFolder, *calls: Call) -> None:
    for one in calls:
        path = folder.make_room(one)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"copy")


def test_a_call_that_moves_to_another_day_leaves_no_copy_behind(tmp_path: Path) -> None:
    """Only its own old copies go; other calls of that day keep theirs."""
    folder = AudioFolder(tmp_path / "audio", "UTC")
    before, other = call("c1", started_at=LATE), call("c2", started_at=LATE)
    moved = call("c1", started_at=LATE.replace(day=12))
    _copied(folder, before, moved, other)
    folder.remove_others(moved, [LATE.date(), LATE.date() + timedelta(days=1)])
    assert not folder.copy_of(before).exists()
    assert folder.copy_of(moved).exists()
    assert folder.copy_of(other).exists()


def test_a_call_that_becomes_restricted_leaves_no_copy_in_the_open(tmp_path: Path) -> None:
    """Its copy lies in a folder that only its owner may enter, and nowhere else."""
    folder = AudioFolder(tmp_path / "audio", "UTC")
    before, vip = call("c1"), call("c1", restricted=True)
    _copied(folder, before, vip)
    folder.remove_others(vip)
    assert list(tmp_path.rglob("*.opus")) == [folder.copy_of(vip)]
    assert folder.copy_of(vip).is_relative_to(tmp_path / "restricted")
    assert (tmp_path / "restricted").stat().st_mode & 0o777 == 0o700
