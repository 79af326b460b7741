"""A rule is explained on transcripts of other systems as on evaluated calls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli.app import app, main

if TYPE_CHECKING:
    from pathlib import Path

CALL = {
    "call_id": "call-7",
    "language": "en",
    "started_at": "2026-11-10T09:00:00+01:00",
    "turns": [
        {"role": "agent", "start_s": 2, "end_s": 6, "text": "Good morning, this is Laura."},
        {
            "role": "customer",
            "start_s": 7,
            "end_s": 12,
            "text": "My card number is 4111 1111 1111 1111.",
        },
    ],
}


def _calls(folder: Path, *lines: str) -> Path:
    path = folder / "calls.jsonl"
    path.write_text("\n".join([*lines, json.dumps(CALL)]), encoding="utf-8")
    return path


def test_a_rule_is_explained_on_a_line(tmp_path: Path) -> None:
    """The one call is found after lines that cannot be read; its words are masked."""
    path = _calls(tmp_path, "{", json.dumps({**CALL, "call_id": "call-6"}))
    command = ["check", str(path), "--explain", "call-7", "script-greeting"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0
    assert done.stdout.startswith("script-greeting v")
    assert "searched agent, 0.0 s to 12.0 s" in done.stdout
    assert "needs (" in done.stdout
    card = CliRunner().invoke(app, [*command[:-1], "conduct-card-outside-payment"])
    assert card.exit_code == 0
    assert "4111" not in card.stdout


@pytest.mark.parametrize(
    ("asked", "day", "what"),
    [
        (
            "call-8 script-greeting",
            "2026-11-10",
            "no call call-8; check the id; some lines cannot",
        ),
        (
            "call-7 script-greting",
            "2026-11-10",
            "no rule script-greting; did you mean script",
        ),
        ("call-7 zzz", "2026-11-10", "there is no rule zzz; see callqa rules list"),
        ("call-7 script-greeting", "1999-01-01", "was not in force on 1999-01-01; callqa rules"),
    ],
)
def test_what_cannot_be_explained_is_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    asked: str,
    day: str,
    what: str,
) -> None:
    """A wrong id names the nearest one; a line that cannot be read may be the one looked for."""
    path = _calls(tmp_path, "{")
    path.write_text(path.read_text(encoding="utf-8").replace("2026-11-10", day), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["callqa", "check", str(path), "--explain", *asked.split()])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    assert what in capsys.readouterr().err


def test_outcomes_come_with_second_and_words(tmp_path: Path) -> None:
    """Of other systems' transcripts, too, a person can go to the place."""
    done = CliRunner().invoke(app, ["check", str(_calls(tmp_path))])
    (line,) = [line for line in done.stdout.splitlines() if "  script-greeting  " in line]
    assert "  cannot_tell  " in line or "  fail  " in line
    (account,) = [line for line in done.stdout.splitlines() if "script-account-discussed  " in line]
    assert "7.0 s “" in account or "s “My card number is [card_number]" in account
