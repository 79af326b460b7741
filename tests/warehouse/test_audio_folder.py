"""Every call has one place for its redacted copy, whatever its id holds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from warehouse.audio_folder import AudioFolder

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
    """Not even where the file system does not tell capitals from small letters."""
    folder = AudioFolder(ROOT, "UTC")
    first, second = (folder.path_of(call_id, LATE).name.casefold() for call_id in call_ids)
    assert first != second


def test_long_and_look_alike_ids_stay_apart() -> None:
    """Names are cut and quoted; the hash still tells the calls apart."""
    folder = AudioFolder(ROOT, "UTC")
    ids = ["a" * 200, "a" * 201, "a/b", "a%2Fb", "Call", "call", "..", "."]
    assert len({folder.path_of(call_id, LATE).name.casefold() for call_id in ids}) == len(ids)


def test_a_call_that_moves_to_another_day_leaves_no_copy_behind(tmp_path: Path) -> None:
    """Only its own old copies go; other calls of that day keep theirs."""
    folder = AudioFolder(tmp_path, "UTC")
    moved = LATE.replace(day=12)
    for call_id, started_at in (("c1", LATE), ("c1", moved), ("c2", LATE)):
        path = folder.path_of(call_id, started_at)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"copy")
    folder.remove_others("c1", moved)
    assert not folder.path_of("c1", LATE).exists()
    assert folder.path_of("c1", moved).exists()
    assert folder.path_of("c2", LATE).exists()
