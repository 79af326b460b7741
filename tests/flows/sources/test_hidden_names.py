"""A run keeps no customer's name or number of the names of files, and leads back to the files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from typer.testing import CliRunner

from flows.cli.app import app
from flows.publishing import publish_anew
from flows.settings.centre import Settings
from tests.flows.sources.test_folder import recording
from tests.flows.sources.test_sides import STEREO, evaluated
from tests.warehouse.reports.written_page import Page
from warehouse.lake.lake import Lake
from warehouse.query.reader import open_snapshot

_SECRETS = ("0612345678", "0698765432", "Rossi")


def test_a_run_hides_names_and_finds_the_files(tmp_path: Path) -> None:
    """In the lake, the warehouse, lists, pages and logs; the command prints each file."""
    source, home = tmp_path / "calls", tmp_path / "home"
    call = source / "Mario Rossi" / "+390612345678_20260301.wav"
    call.parent.mkdir(parents=True)
    shutil.copy(STEREO, call)
    shutil.copy(STEREO.with_suffix(".json"), call.with_suffix(".json"))
    unknown = source / "[Rossi, Anna]_0698765432.wav"
    recording(source, unknown.name, 1)
    evaluated(source, home)

    for path in filter(Path.is_file, home.rglob("*")):
        content = path.read_bytes()
        assert not any(one.encode() in content for one in _SECRETS), path
    with open_snapshot(home / "warehouse") as snapshot:
        rows = [
            *snapshot.ask("select recording_path from core.call").rows,
            *snapshot.ask("select item from core.quarantine").rows,
        ]
    (of_call,), (of_unknown,) = rows
    assert not any(one in of_call + of_unknown for one in _SECRETS)

    assert _found(home, "lt-0001") == [call]
    assert _found(home, of_call[-20:-4]) == [call]
    assert _found(home, Path(of_unknown).name) == [unknown]
    assert _found(home, "--card-data") == [call]
    (month,) = home.rglob("card-data/*.html")
    assert Path(of_call).name in Page(month).text
    assert "Deleted on" not in Page(month).text

    call.unlink()
    assert _found(home, "--card-data") == []
    ran = CliRunner().invoke(app, ["sources", "find", "lt-0001", "--home", str(home)])
    assert ran.exit_code
    (home / "customers.key").write_bytes(b"x" * 32)
    ran = CliRunner().invoke(app, ["sources", "find", "lt-0001", "--home", str(home)])
    assert "is not the key" in str(ran.exception)


def test_names_that_earlier_versions_kept_are_hidden(tmp_path: Path) -> None:
    """In records of runs and in snapshots, at once and for good; nothing is evaluated for it."""
    source, home = tmp_path / "calls", tmp_path / "home"
    source.mkdir()
    for path in (STEREO, STEREO.with_suffix(".json")):
        shutil.copy(path, source)
    recording(source, "[Rossi, Anna]_0698765432.wav", 1)
    evaluated(source, home)
    (record,) = (home / "lake" / "run").glob("*.json")
    stored = json.loads(record.read_bytes())
    (item,) = stored["run"]["quarantined"]
    item["item"] = str(source / "[Rossi, Anna]_0698765432.wav")
    record.write_text(json.dumps(stored))
    settings = Settings.with_overrides(source=source, home=home)
    publish_anew(settings, Lake(home / "lake", settings.time_zone))  # as the earlier version did
    (home / "lake" / "names-hidden").unlink(missing_ok=True)
    assert "0698765432" in repr(_items(home))

    evaluated(source, home)

    kept = [path for name in ("lake", "warehouse") for path in (home / name).rglob("*")]
    for path in filter(Path.is_file, kept):
        content = path.read_bytes()
        assert not any(one.encode() in content for one in _SECRETS), path
    assert not any(one in repr(_items(home)) for one in _SECRETS)
    earlier, later = Lake(home / "lake", settings.time_zone).runs()
    assert (later.run.evaluated_count, later.run.unchanged_count) == (0, 1)
    assert [one.item for one in earlier.run.quarantined] == [
        one.item for one in later.run.quarantined
    ]
    changed = record.stat().st_mtime_ns
    evaluated(source, home)
    assert record.stat().st_mtime_ns == changed


def _items(home: Path) -> list[object]:
    with open_snapshot(home / "warehouse") as snapshot:
        return list(snapshot.ask("select item, detail from core.quarantine").rows)


def _found(home: Path, *words: str) -> list[Path]:
    ran = CliRunner().invoke(
        app, ["sources", "find", *words, "--home", str(home)], catch_exceptions=False
    )
    assert ran.exit_code == 0, ran.output
    return [Path(line) for line in ran.stdout.splitlines()]
