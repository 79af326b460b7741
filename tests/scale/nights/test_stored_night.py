"""A night from and into a store gives what it gives from and into folders, also after a kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.operation.doctor import State, examine
from flows.settings.centre import CHECKOUT, Settings
from flows.sources.file_names import is_recording
from flows.stores.opening import open_store
from tests.night.recognitions.recorded_night import CALLS, run_night
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from qa_rules.results import CallResult

pytestmark = pytest.mark.scale
RENDERING = "avx2"


def night(*arguments: str) -> tuple[int, list[str]]:
    """Run a night; returns its exit status and the files that it fetched from its source."""
    done = subprocess.run(  # noqa: S603  our own module
        [sys.executable, "-m", "tests.scale.nights.stored_night", RENDERING, *arguments],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": "."},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode, done.stdout.splitlines()


def results(home: Path) -> dict[str, CallResult]:
    """What is stored of each call, without where its recording is."""
    settings = Settings.with_overrides(home=home)
    found = Lake(settings.lake, settings.time_zone).results()
    return {
        one.call.call_id: replace(one, recording=replace(one.recording, path=Path()))
        for one in found
    }


def callqa(*arguments: str) -> str:
    """Run a command; returns what it printed."""
    done = CliRunner().invoke(app, [*arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_night_in_a_store_is_that_of_folders(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between commit and publication, run again, run a third time, read elsewhere."""
    source = open_store(f"{bucket}/recordings/2026-03-10")
    for path in CALLS.rglob("*"):
        if path.is_file():
            source.put(path.relative_to(CALLS).as_posix(), path)
    cache = tmp_path / "cache"
    monkeypatch.setenv("CALLQA_SOURCE", source.url)
    monkeypatch.setenv("CALLQA_HOME", f"{bucket}/callqa")
    monkeypatch.setenv("CALLQA_CACHE", str(cache))

    status, fetched = night("killed")
    assert status == -signal.SIGKILL
    recordings = [name for name in fetched if is_recording(Path(name))]
    assert len(recordings) == len(set(recordings)) > 20

    status, fetched = night()
    assert status == 0
    known = {one for _, one in _known_recordings()}
    assert not known & {*fetched}, "what was evaluated is known without a fetch"
    assert not originals_in(cache)

    run_night(tmp_path / "home", RENDERING)
    assert results(Path(f"{bucket}/callqa")) == results(tmp_path / "home")

    monkeypatch.setenv("CALLQA_CACHE", str(tmp_path / "another machine"))
    count = callqa("sql", "select count(*) from core.call", "--csv")
    assert count.split()[-1] == str(len(results(tmp_path / "home")))
    assert callqa("verify").startswith("Everything that is stored is whole")


def test_what_lies_in_a_store_is_told_before_a_run(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for a folder; no recording is left here, and a URL of nothing is noted."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in sorted(CALLS.iterdir())[:6]:
        shutil.copy(path, folder)
    (folder / "alone.flac").write_bytes((folder / "lt-0001.flac").read_bytes()[:-100])
    source = open_store(f"{bucket}/recordings")
    for path in folder.iterdir():
        source.put(path.name, path)
    monkeypatch.setenv("CALLQA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CALLQA_CACHE", str(tmp_path / "cache"))

    told = json.loads(callqa("sources", "check", source.url, "--json"))
    assert told["taken"]
    assert [one["item"] for one in told["not_taken"]] == ["alone.flac"]
    assert told == json.loads(callqa("sources", "check", str(folder), "--json"))
    assert not originals_in(tmp_path / "cache")
    assert not (tmp_path / "home").exists()

    for url, state in ((source.url, State.OK), (f"{bucket}/nothing", State.NOTE)):
        settings = Settings.with_overrides(source=Path(url))
        (found,) = islice((one for one in examine(settings) if one.title == "source"), 1)
        assert found.state is state
        assert url in found.found


def _known_recordings() -> list[tuple[str, str]]:
    """Call and recording, as its name in the source, of each stored result."""
    settings = Settings.with_overrides()
    url = os.environ["CALLQA_SOURCE"]
    found = []
    for one in Lake(settings.lake, settings.time_zone).results():
        path = str(one.recording.path).replace("s3:/", "s3://", 1)
        assert path.startswith(url)
        found.append((one.call.call_id, path.removeprefix(f"{url}/")))
    return found


def originals_in(folder: Path) -> list[Path]:
    """The files below a folder that hold a part of a recording of the night."""
    parts = [
        path.read_bytes()[4000:4064]
        for path in CALLS.rglob("*")
        if is_recording(path) and path.stat().st_size > 5000
    ]
    assert len(parts) > 20
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [path for part in parts if len(set(part)) > 8 and part in content]
    return found
