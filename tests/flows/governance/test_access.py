"""Who can read what a run writes: its owner, and a group if one is set."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.deliver.drop import DropChannel
from flows.deliver.parcel import parcels_of
from flows.errors import FlowsError
from flows.governance.access import close, open_to_others
from flows.operation.doctor import _access, _Note
from flows.settings import process
from flows.settings.centre import Settings
from flows.settings.process import Kind, begin

if TYPE_CHECKING:
    from collections.abc import Iterator

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
NOBODY = 65534
GROUP, GROUP_ID = "daemon", 1  # a group of every Linux
CALLS = Path(__file__).parents[2] / "night" / "calls"
OF_THE_NIGHT: dict[str, dict[str, object]] = {
    "lt-0003": {"customer_ref": "+390550199123"},  # invented; it is kept by a key
    "lt-0005": {"restricted": True},
    "lt-0007": {},
}
RUN = """
import sys
from pathlib import Path
from flows.deployments.embedded_server import start_server
from flows.operation.watch import watched_run
from flows.settings.centre import Settings
from tests.night.recognitions.recorded_night import run_night
home = Path(sys.argv[1])
with watched_run(Settings.with_overrides(home=home), "nightly") as watch:
    state = home / "prefect"
    state.mkdir()
    start_server(state.resolve())
    watch.ended(run_night(home, "avx2", Path(sys.argv[2])))
"""


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """The umask and the kind of the tests' process, as they were."""
    before, kind = os.umask(0o022), process._kind
    yield
    os.umask(before)
    process._kind = kind


def paths(home: Path) -> list[Path]:
    """A folder and all below, without links."""
    return [home, *(path for path in home.rglob("*") if not path.is_symlink())]


def mode(path: Path) -> int:
    """The permissions of a path."""
    return stat.S_IMODE(path.stat().st_mode)


def run_in(folder: Path, **variables: str) -> Path:
    """The home of a whole run over some calls of the night, with the database of Prefect."""
    home, source = folder / "home", folder / "source"
    source.mkdir()
    for name, changes in OF_THE_NIGHT.items():
        for file in CALLS.glob(f"{name}.*"):
            shutil.copy(file, source)
        sidecar = source / f"{name}.json"
        fields = json.loads(sidecar.read_bytes()) | changes
        sidecar.write_text(json.dumps(fields), encoding="utf-8")
    state = {"PREFECT_HOME": str(home / "prefect"), "PYTHONPATH": str(Path.cwd())}
    words = [sys.executable, "-c", RUN, str(home), str(source)]
    subprocess.run(words, check=True, env=os.environ | state | variables)  # noqa: S603  our own
    shutil.rmtree(source)
    return home


@pytest.fixture(scope="module")
def reachable() -> Iterator[Path]:
    """A folder that everybody can enter, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="callqa-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def home(reachable: Path) -> Path:
    """The home of a whole run."""
    return run_in(reachable)


def test_nothing_of_a_run_is_readable_by_others(home: Path) -> None:
    """Not one file or folder, snapshots read-only; what is there is all that a run writes."""
    written = paths(home)
    assert [path for path in written if mode(path) & 0o077] == []
    assert {mode(path) for path in written if path.suffix == ".duckdb"} == {0o400}
    names = {path.name for path in written}
    assert {"lake", "audio", "warehouse", "prefect.db", "run.log", "trail.jsonl"} <= names
    assert any(path.suffix == ".opus" for path in written)
    assert open_to_others(home, None) == []


@AS_ROOT
def test_another_user_reads_nothing(home: Path, reachable: Path) -> None:
    """As `nobody`: no file of the home, although one beside it; nor if the home were entered."""
    control = reachable / "control.txt"
    control.write_text("readable", encoding="utf-8")
    looked = ["find", str(reachable), "-type", "f", "-readable"]
    folders = [path for path in paths(home) if path.is_dir()]
    modes = [mode(path) for path in folders]
    for is_entered in (False, True):
        if is_entered:
            for path in folders:
                path.chmod(0o755)
        found = subprocess.run(  # noqa: S603  of this test
            looked, user=NOBODY, group=NOBODY, extra_groups=[], capture_output=True, check=False
        )
        assert found.stdout.decode().split() == [str(control)]
    for path, before in zip(folders, modes, strict=True):
        path.chmod(before)
    control.unlink()


@AS_ROOT
def test_a_group_reads_all_but_restricted_calls_and_the_key(reachable: Path) -> None:
    """0640 and 0750 of that group, snapshots 0440; nobody else."""
    folder = reachable / "grouped"
    folder.mkdir()
    home = run_in(folder, CALLQA_GROUP=GROUP)
    all_paths = paths(home)
    assert [path for path in all_paths if mode(path) & 0o007] == []
    # Prefect keeps some of its files to itself.
    own = [path for path in all_paths if not {"restricted", "prefect"} & set(path.parts)]
    key = home / "customers.key"
    assert mode(key) == 0o600
    for path in own:
        if path != key:
            assert path.stat().st_gid == GROUP_ID, path
            expected = 0o2750 if path.is_dir() else 0o440 if path.suffix == ".duckdb" else 0o640
            assert mode(path) == expected, path
    assert mode(home / "restricted") & 0o077 == 0


def old_home(folder: Path) -> Path:
    """A home as earlier versions wrote it."""
    home = folder / "old"
    (home / "lake").mkdir(parents=True)
    (home / "lake" / "part.parquet").write_bytes(b"rows")
    (home / "warehouse").mkdir()
    (home / "warehouse" / "1.duckdb").touch(0o444)
    (home / "restricted").mkdir(mode=0o700)
    (home / "restricted" / "page.html").write_bytes(b"page")
    (home / "customers.key").touch(0o600)
    (home / "link").symlink_to("/etc/passwd")
    return home


def test_the_next_run_mends_an_existing_home(tmp_path: Path) -> None:
    """Others lose their access, what a link points to is left alone, and so is a closed home."""
    home, passwd = old_home(tmp_path), mode(Path("/etc/passwd"))
    settings = Settings.with_overrides(home=home)
    with pytest.raises(_Note, match="can be read by others than its owner"):
        _access(settings)
    assert close(home, None)
    assert [
        path for path in paths(home) if mode(path) & 0o077 and "restricted" not in path.parts
    ] == []
    assert mode(home / "warehouse" / "1.duckdb") == 0o400
    assert mode(Path("/etc/passwd")) == passwd
    assert "by its owner alone" in _access(settings)
    assert close(home, None) == 0


@AS_ROOT
def test_a_group_that_is_set_later_is_given_what_is_there(tmp_path: Path) -> None:
    """But not restricted calls, whose folder keeps whom it was given to, nor the key."""
    home = old_home(tmp_path)
    close(home, None)
    close(home, GROUP_ID)
    assert mode(home / "lake" / "part.parquet") == 0o640
    assert (home / "lake" / "part.parquet").stat().st_gid == GROUP_ID
    assert mode(home / "warehouse" / "1.duckdb") == 0o440
    assert mode(home / "restricted") == 0o700
    assert mode(home / "customers.key") == 0o600
    (home / "restricted").chmod(0o750)
    home.chmod(0o755)
    close(home, GROUP_ID)
    assert mode(home / "restricted") == 0o750
    close(home, None)
    assert mode(home / "lake" / "part.parquet") == 0o600


@AS_ROOT
def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    """Only their owner can say who reads them; the doctor names them."""
    home = old_home(tmp_path)
    foreign = home / "lake" / "part.parquet"
    os.chown(foreign, NOBODY, NOBODY)
    close(home, None)
    assert mode(foreign) == 0o644


def test_a_group_that_cannot_be_used_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is written."""
    monkeypatch.setenv("CALLQA_GROUP", "no-such-group")
    with pytest.raises(FlowsError, match=r"CALLQA_GROUP: .*no group of this machine"):
        begin(Kind.COMMAND)


@pytest.mark.parametrize(
    ("given", "folder_mode", "file_mode"),
    [
        (0o755, 0o755, 0o644),
        (0o750, 0o750, 0o640),
        (0o2770, 0o2770, 0o640),
        (0o700, 0o700, 0o600),
    ],
)
def test_a_drop_folder_says_who_reads_its_files(
    tmp_path: Path, given: int, folder_mode: int, file_mode: int
) -> None:
    """Whoever can read the folder can read what is put there, whatever the umask."""
    begin(Kind.COMMAND)
    lists = tmp_path / "night-1"
    lists.mkdir()
    (lists / "s1.json").write_text(
        '{"supervisor_id": "s1", "run_id": "night-1", "subject": "2 flags"}', encoding="utf-8"
    )
    (lists / "s1.csv").write_text("flag\n", encoding="utf-8")
    (lists / "s1.html").write_text("<p>", encoding="utf-8")
    drop = tmp_path / "drop"
    drop.mkdir()
    drop.chmod(given)
    (parcel,) = parcels_of(lists)
    DropChannel(drop).send(parcel)
    assert mode(drop / "night-1") == folder_mode
    assert {mode(file) for file in (drop / "night-1").iterdir()} == {file_mode}


def test_the_kind_of_a_process_is_that_which_it_began_as() -> None:
    """A command that runs a flow stays a command."""
    process._kind = Kind.OTHER
    begin(Kind.COMMAND)
    begin(Kind.DEPLOYMENT)
    assert process.process_kind() is Kind.COMMAND
