"""`callqa pii`: odd lines, and what must be deleted among the originals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from tests.warehouse.factory import TIME_ZONE, night, result
from warehouse.lake.lake import Lake
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("not json", "one JSON object"),
        ("[]", "the line"),
        ("null", "the line"),
        ('{"language": "en", "words": null}', "words"),
        ('{"language": "en", "words": ["four", null]}', "words.1"),
        ('{"words": ["four"]}', "language"),
        ('{"language": "english", "words": []}', "language"),
        ('{"language": "en", "words": [], "colour": "red"}', "colour"),
        ('{"call_id": "c1", "language": "en"}', "turns"),
        ('{"call_id": "c1", "language": "en", "turns": [{"role": "boss"}]}', "turns.0.role"),
    ],
)
def test_a_faulty_line_is_named_and_the_rest_goes_on(line: str, named: str) -> None:
    """The error has the line's number and the key, never a value; later lines are processed."""
    good = '{"language": "en", "words": ["my", "card", "is", "4111111111111111"]}'
    done = CliRunner().invoke(app, ["pii", "scan", "--json"], input=f"{good}\n{line}\n{good}\n")
    first, fault, last = (json.loads(answer) for answer in done.stdout.splitlines())
    assert first == last
    assert [span["type"] for span in first["spans"]] == ["card_number"]
    assert fault["error"].startswith("<stdin>:2: ")
    assert named in fault["error"]
    assert "boss" not in fault["error"]
    assert done.exit_code == 1


@pytest.mark.parametrize(
    "line",
    [
        {"language": "en", "words": []},
        {"language": "en", "words": ["", " ", "hello", "\u00a0"]},
        {"language": "zz", "words": ["4111", "1111", "1111", "1111"]},
        {"call_id": "c1", "language": "it", "turns": []},
        {
            "call_id": "c1",
            "language": "es",
            "turns": [{"role": "agent", "start_s": 0, "end_s": 0, "text": " "}],
        },
    ],
)
def test_odd_lines_are_answered(line: dict[str, object]) -> None:
    """No words, blank words, an unknown language: spans inside the words, no error."""
    done = CliRunner().invoke(app, ["pii", "scan", "--json"], input=json.dumps(line))
    assert done.exit_code == 0
    words = line.get("words", [])
    assert isinstance(words, list)
    for span in json.loads(done.stdout)["spans"]:
        assert 0 <= span["first"] < span["last"] <= len(words)


def test_evidence_names_originals_with_card_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with its file, its hash and the seconds; a number of the card is in none of it."""
    lake = Lake(tmp_path / "lake", TIME_ZONE)
    night(lake, "night-1", [result("c1")])
    publish(lake, tmp_path / "warehouse")
    monkeypatch.setenv("CALLQA_HOME", str(tmp_path))
    done = CliRunner().invoke(app, ["pii", "evidence", "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    (original,) = map(json.loads, done.stdout.splitlines())
    assert original["call_id"] == "c1"
    assert original["has_card_number"]
    assert original["recording_path"]
    assert len(original["audio_sha256"]) > 1
    (stretch,) = original["stretches"]
    assert stretch["type"] == "card_number"
    assert stretch["start_s"] < stretch["end_s"]
