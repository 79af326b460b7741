"""A working copy of a home is equal to its store whenever a command has ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from flows.errors import FlowsError
from flows.stores.home_copy import HomeCopy
from flows.stores.writer import WRITER
from warehouse.files import point_atomically

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A folder that stands for a store."""
    return tmp_path / "store"


def machine(tmp_path: Path, name: str) -> HomeCopy:
    """The working copy of one of several machines."""
    return HomeCopy(tmp_path / name / "home", (tmp_path / "store").as_uri())


def contents(folder: Path) -> dict[str, str]:
    """What the files of a folder hold."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


def write(copy: HomeCopy, **files: str) -> None:
    """Write files in a working copy."""
    for name, text in files.items():
        (copy.folder / name).write_text(text, encoding="utf-8")


def test_machines_see_what_others_wrote(tmp_path: Path, store: Path) -> None:
    """New, changed and deleted files and the newest snapshot, in both directions."""
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    with first.writing():
        write(first, a="1", b="1", old="1")
        write(first, **{"run.lock": "1", "index.sqlite": "1", "b.tmp": "1"})
        (first.folder / "prefect").mkdir()
        (first.folder / "prefect" / "prefect.db").write_bytes(b"1")
        point_atomically(first.folder / "current", "old")
    assert contents(store) == {"a": "1", "b": "1", "old": "1", "current.link": "old"}
    with second.writing():
        assert contents(second.folder) == {"a": "1", "b": "1", "old": "1", "current": "1"}
        write(second, a="2", new="2")
        point_atomically(second.folder / "current", "new")
        (second.folder / "old").unlink()
    first.pull()
    assert (first.folder / "current").readlink().name == "new"
    assert {"a": "2", "b": "1", "new": "2", "current": "2"}.items() <= contents(
        first.folder
    ).items()
    assert not (first.folder / "old").exists()


def test_only_what_changed_is_stored(tmp_path: Path, store: Path) -> None:
    """A step costs what it changes, whatever the home holds."""
    copy = machine(tmp_path, "first")
    with copy.writing():
        write(copy, a="1", b="1")
        copy.push()
        (store / "a").unlink()  # would be back if it were stored again
        write(copy, b="22")
        copy.push()
        assert contents(store).keys() == {"b", WRITER}


def test_what_a_killed_run_did_is_kept_unless_another_machine_wrote(
    tmp_path: Path, store: Path
) -> None:
    """Files that it did not come to store stay, until the store has moved on."""
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    with first.writing():
        write(first, a="1")
    write(first, late="1")
    first.pull()
    with first.writing():
        assert contents(first.folder) == {"a": "1", "late": "1"}
    assert contents(store) == {"a": "1", "late": "1"}
    write(first, lost="1")
    with second.writing():
        write(second, a="2")
    first.pull()
    assert contents(first.folder) == {"a": "2", "late": "1"}


def test_one_machine_writes_at_a_time(tmp_path: Path, store: Path) -> None:
    """The other one is told who, and what to do; a dead run of its own is no obstacle."""
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    with first.writing():
        with pytest.raises(FlowsError, match=rf"another machine writes .*delete .*{WRITER}"):
            second.writing().__enter__()
        with pytest.raises(FlowsError, match="another command on this machine writes"):
            machine(tmp_path, "first").writing().__enter__()
        left = (store / WRITER).read_bytes()
    (store / WRITER).write_bytes(left)  # as a killed run leaves it
    assert json.loads(left)["host"]
    with pytest.raises(FlowsError, match="another machine writes"):
        second.writing().__enter__()
    with first.writing():
        pass
    assert not (store / WRITER).exists()


def test_readers_leave_a_writer_alone(tmp_path: Path) -> None:
    """A command that reads must not undo what a run of this machine has not stored yet."""
    copy = machine(tmp_path, "first")
    with copy.writing():
        write(copy, a="1")
        machine(tmp_path, "first").pull()
        assert contents(copy.folder) == {"a": "1"}


def test_what_failed_is_stored_up_to_there(tmp_path: Path, store: Path) -> None:
    """With its journal, so that `callqa status` on any machine says so."""
    copy = machine(tmp_path, "first")

    def fail() -> None:
        with copy.writing():
            write(copy, journal="failed")
            raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        fail()
    assert contents(store) == {"journal": "failed"}


def test_names_of_a_store_stay_below_the_folder(tmp_path: Path, store: Path) -> None:
    """Whoever can write the store must not write elsewhere on this machine."""
    store.mkdir()
    (store / "link.link").write_text("../../outside", encoding="utf-8")
    with pytest.raises(Exception, match="no name of a file beside it"):
        machine(tmp_path, "first").pull()
    assert not (tmp_path / "outside").exists()
