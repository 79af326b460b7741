"""`callqa doctor` reports what would make the night fail, also by its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.operation.doctor import State, examine
from flows.settings.centre import Settings
from tests.warehouse import factory
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path


def states(settings: Settings) -> dict[str, State]:
    """What each check but the measurement found."""
    return {check.title: check.state for check in examine(settings) if check.title != "speed"}


def test_a_sound_centre_is_sound(tmp_path: Path) -> None:
    """The bundled models and rules pass, the speed is reported, and nothing is written."""
    result = CliRunner().invoke(app, ["doctor", "--home", str(tmp_path / "home")])
    assert result.exit_code == 0, result.stdout
    assert "whisper-base@" in result.stdout
    assert "checksum verified" in result.stdout
    assert "hours of calls per hour" in result.stdout
    assert not (tmp_path / "home").exists()


def test_wrong_weights_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not the pinned one fails, is named, and ends the command with 1."""
    model = tmp_path / "whisper-base"
    model.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (model / name).write_bytes(b"not the one")
    monkeypatch.setenv("CALLQA_MODEL_FOLDER", str(tmp_path))
    result = CliRunner().invoke(app, ["doctor", "--home", str(tmp_path)])
    assert result.exit_code == 1
    assert "model.bin" in result.stdout


@pytest.fixture
def broken(tmp_path: Path) -> Settings:
    """A centre with no weights, a faulty rule, a home that is a file and a source that is none."""
    rule = tmp_path / "rules" / "script" / "script-greeting.yaml"
    rule.parent.mkdir(parents=True)
    rule.write_text("id: script-greeting\nid: twice\n", encoding="utf-8")
    return Settings.with_overrides(
        home=tmp_path / "home",
        rules=tmp_path / "rules",
        source=tmp_path / "absent",
        model_path=tmp_path / "absent",
        workers=99,
    )


def test_every_error_is_listed_at_once(broken: Settings) -> None:
    """One error does not hide the others; what does not stop a night is a note."""
    found = states(broken)
    assert found["speech model"] is State.ERROR
    assert found["rules"] is State.ERROR
    assert found["speaker model"] is State.OK
    assert found["source"] is State.NOTE
    assert found["workers"] is State.NOTE


def test_a_lake_of_another_time_zone_is_an_error(broken: Settings) -> None:
    """A night would refuse it."""
    Lake(broken.lake, "Europe/Rome").commit("run-1", [factory.result("c1")])
    moved = broken.model_copy(update={"time_zone": "America/Lima"})
    assert states(broken)["lake"] is State.OK
    assert states(moved)["lake"] is State.ERROR


def test_a_full_disk_is_an_error(broken: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less room than asked for, whatever this machine has."""
    monkeypatch.setattr("flows.operation.doctor.LEAST_FREE_GB", 1e9)
    assert states(broken)["home"] is State.ERROR


def test_a_roster_is_read(tmp_path: Path) -> None:
    """Its agents are counted; an error in it would stop a run."""
    roster = tmp_path / "roster.csv"
    roster.write_text("agent_id,from\nag-1,2026-01-01\nag-1,2026-02-01\n", encoding="utf-8")
    settings = Settings.with_overrides(home=tmp_path / "home", roster=roster)
    found = {check.title: check for check in examine(settings) if check.title != "speed"}
    assert found["roster"].state is State.OK
    assert "1 agents in 2 lines" in found["roster"].found
    roster.write_text("agent_id,from\nag-1,yesterday\n", encoding="utf-8")
    assert states(settings)["roster"] is State.ERROR
