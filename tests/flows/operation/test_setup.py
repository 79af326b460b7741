"""A new folder is ready to run, and settings are shown with their origin and without secrets."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from dotenv import dotenv_values
from typer.testing import CliRunner

from flows.cli.app import app, main
from flows.operation.setting_table import Origin, setting_table
from flows.settings.centre import Settings
from qa_rules.authoring.check import check_rules, load_locked
from qa_rules.rule_files.lock_file import load_lock
from qa_rules.rule_files.rulebook import load_rulebook

if TYPE_CHECKING:
    from pathlib import Path

BUNDLED = Settings.with_overrides().rules


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new folder with blanks and a percent sign in its name; also the working directory."""
    made = tmp_path / "night of 100% calls"
    done = CliRunner().invoke(app, ["init", str(made), "--time-zone", "Europe/Madrid"])
    assert done.exit_code == 0, done.output
    monkeypatch.chdir(made)
    return made


def test_the_rules_are_a_locked_copy_that_judges_alike(folder: Path) -> None:
    """An edit under an old version is refused from the first day; masking stays the bundled one."""
    rules = folder / "rules"
    assert check_rules(rules) == []
    load_locked(rules)
    copy, bundled = load_rulebook(rules), load_rulebook(BUNDLED)
    assert copy.rules == bundled.rules
    assert copy.masking_sha256 == bundled.masking_sha256
    lock = load_lock(rules)
    assert lock
    assert lock.locked.keys() == {one.id for one in (*copy.rules, *copy.scorecards)}


def test_the_settings_file_holds_every_setting_and_is_private(folder: Path) -> None:
    """Passwords will be in it. As written, only what the folder has of its own is set."""
    table = setting_table()
    assert table.errors == ()
    chosen = {row.name: row.value for row in table.rows if row.origin is Origin.DOTENV}
    assert chosen == {
        "CALLQA_ALERTS": "alerts.yaml",
        "CALLQA_RETENTION": "retention.yaml",
        "CALLQA_RULES": "rules",
        "CALLQA_TIME_ZONE": "Europe/Madrid",
    }
    text = (folder / ".env").read_text()
    assert all(f"{row.name}=" in text for row in table.rows)
    assert (folder / ".env").stat().st_mode & 0o077 == 0


def test_every_line_of_the_settings_file_can_be_used(folder: Path) -> None:
    """Whoever removes the # before a line with a default changes nothing."""
    path = folder / ".env"
    before = {row.name: row.value for row in setting_table().rows}
    lines = path.read_text().splitlines()
    path.write_text(
        "\n".join(
            line[1:] if line.startswith("#CALLQA_") and not line.endswith("=") else line
            for line in lines
        )
    )
    assert len(dotenv_values(path)) > 8
    table = setting_table()
    assert table.errors == ()
    assert {row.name: row.value for row in table.rows} == before


def test_nothing_is_overwritten(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even if only one of its entries exists."""
    shutil.rmtree(folder / "rules")
    (folder / "README.md").write_text("mine")
    monkeypatch.setattr("sys.argv", ["callqa", "init", str(folder)])
    with pytest.raises(SystemExit):
        main()
    assert "README.md" in capsys.readouterr().err
    assert (folder / "README.md").read_text() == "mine"
    assert not (folder / "rules").exists()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
def test_systemd_accepts_the_units(folder: Path) -> None:
    """Also with blanks and percent signs in paths."""
    units = sorted((folder / "systemd").iterdir())
    done = subprocess.run(  # noqa: S603  of the system
        [str(shutil.which("systemd-analyze")), "verify", *units],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_config_names_origin_errors_and_no_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A typing error in a name would otherwise be a default without a word."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(
        "CALLQA_WORKERS=3\nCALLQA_MAIL_PASSWORD=open-sesame\nCALLQA_KEEP_SNAPSHOT=9\n"
    )
    monkeypatch.setenv("CALLQA_BATCH_SIZE", "many")
    monkeypatch.setenv("CALLQA_MAIL_TO", "{'sv-1'")
    monkeypatch.setenv("CALLQA_WEBHOOK_URL", "https://hooks.example/services/open-sesame")
    done = CliRunner().invoke(app, ["config", "--json"])
    assert done.exit_code == 1
    assert "open-sesame" not in done.output
    fields = json.loads(done.stdout)
    rows = {row["name"]: row for row in fields["settings"]}
    assert rows["CALLQA_WORKERS"]["origin"] == ".env"
    assert rows["CALLQA_BATCH_SIZE"]["origin"] == "environment"
    assert rows["CALLQA_HOME"]["origin"] == "default"
    assert rows["CALLQA_MAIL_PASSWORD"]["value"] == "set"
    assert sorted(error.split(":")[0] for error in fields["errors"]) == [
        "CALLQA_BATCH_SIZE",
        "CALLQA_KEEP_SNAPSHOT",
        "CALLQA_MAIL_TO",
        "CALLQA_WEBHOOK_SECRET",
    ]
    assert "did you mean CALLQA_KEEP_SNAPSHOTS?" in done.stdout
    assert all(row["meaning"] for row in rows.values())
