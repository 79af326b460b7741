"""`callqa sources check` tells what a run would take, as what, and why not, and stores nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.sources.exports import known
from flows.sources.exports.export import Described
from tests.flows.sources.test_folder import recording, sidecar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo
    from pathlib import Path

    from flows.sources.documents import Document


class Records:
    """An invented export that lists all calls, also those without a recording."""

    name = "invented records"
    lists_all_calls = True

    def recognises(self, document: Document) -> bool:
        """By a column that nobody else has."""
        return any("invented_id" in row for _, row in document.objects())

    def calls(self, document: Document, zone: tzinfo) -> Iterator[Described]:
        """One call a row."""
        assert zone is not None
        for place, row in document.objects():
            fields = {
                "call_id": row["invented_id"],
                "started_at": row["at"],
                "agent_id": "ag-2",
                "direction": "inbound",
            }
            one = row["invented_id"]
            yield Described(place=place, key=one, recordings=(one,), fields=fields)


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with calls of a sidecar, a table and an export, and with items that are wrong."""
    monkeypatch.setattr(known, "EXPORTS", (Records(),))
    monkeypatch.setenv("CALLQA_TIME_ZONE", "Europe/Rome")
    monkeypatch.setenv("CALLQA_HOME", str(tmp_path / "home"))
    folder = tmp_path / "source"
    folder.mkdir()
    for seed, name in enumerate(("a", "b", "x-1", "alone", "wrong")):
        recording(folder, f"{name}.wav", seed)
    sidecar(folder, "a.json", "c-1", started_at="2026-03-10T23:30:00Z", disposition="+34600000017")
    sidecar(folder, "wrong.json", "c-9", queue=None)
    (folder / "calls.csv").write_text(
        "file,call_id,started_at,agent_id,queue,direction,shoe\n"
        "b.wav,c-2,2026-03-10T08:30:00+01:00,1042,billing,outbound,9\n",
        encoding="utf-8",
    )
    (folder / "records.csv").write_text(
        "invented_id,at\n1,2026-03-10T08:00:00Z\n2,2026-03-10T08:00:00Z\n3,2026-03-10T08:00:00Z\n",
        encoding="utf-8",
    )
    (folder / "late.wav.part").write_bytes(b"RIFF")
    return folder


def checked(folder: Path) -> tuple[int, dict[str, Any]]:
    """Exit status and JSON of the command."""
    result = CliRunner().invoke(app, ["sources", "check", str(folder), "--json"])
    return result.exit_code, json.loads(result.stdout)


def test_every_item_is_told_with_its_form(source: Path) -> None:
    """Forms, the start in the centre's zone, reasons, unmatched rows and fields not kept."""
    status, found = checked(source)
    assert status == 0
    assert [(one["item"], one["form"], one["call_id"]) for one in found["taken"]] == [
        ("b.wav", "calls.csv", "c-2"),
        ("x-1.wav", "invented records", "1"),
        ("a.wav", "sidecar", "c-1"),
    ]
    assert found["taken"][2]["started_at"] == "2026-03-11T00:30:00+01:00"
    assert found["taken"][1]["queue"] == "unassigned"
    assert [(one["item"], one["form"], one["reason"]) for one in found["not_taken"]] == [
        ("alone.wav", "none", "missing_metadata"),
        ("wrong.wav", "sidecar", "invalid_metadata"),
    ]
    assert found["time_zone"] == "Europe/Rome"
    assert found["pending"] == ["late.wav.part"]
    assert found["taken_by_form"] == {"calls.csv": 1, "invented records": 1, "sidecar": 1}
    assert found["not_taken_by_reason"] == {"missing_metadata": 1, "invalid_metadata": 1}
    assert found["not_recorded"] == {"invented records": 2}
    assert "shoe (1 call)" in found["not_kept"]
    assert "disposition (1 call)" in found["not_kept"]


def test_the_roster_counts_as_in_a_run(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An extension is shown as the agent that it is."""
    roster = source.parent / "roster.csv"
    roster.write_text("agent_id,name,aliases\nag-7,Nora Vidal,1042\n", encoding="utf-8")
    monkeypatch.setenv("CALLQA_ROSTER", str(roster))
    _, found = checked(source)
    assert (found["taken"][0]["agent_id"], found["taken"][0]["agent_name"]) == (
        "ag-7",
        "Nora Vidal",
    )


def test_nothing_is_stored_and_tables_say_the_same(source: Path) -> None:
    """Each item is a line; progress goes to standard error; there is no home folder after it."""
    result = CliRunner().invoke(app, ["sources", "check", str(source)])
    assert result.exit_code == 0
    assert "3 would be taken: 1 calls.csv, 1 invented records, 1 sidecar" in result.stdout
    assert "2 would not be taken: 1 missing_metadata, 1 invalid_metadata" in result.stdout
    assert "2 calls of invented records without a recording here" in result.stdout
    assert "open recordings: 5 of 5" in result.stderr
    assert "open recordings" not in result.stdout
    assert not (source.parent / "home").exists()


def test_a_source_of_nothing_ends_with_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in which no recording is described, and one that is empty."""
    monkeypatch.setenv("CALLQA_HOME", str(tmp_path / "home"))
    (tmp_path / "source").mkdir()
    assert checked(tmp_path / "source")[0] == 1
    recording(tmp_path / "source", "a.wav", 1)
    assert checked(tmp_path / "source")[0] == 1
