"""`callqa sources map` proposes what names and values show, and claims nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.sources.centre.mapping import SourceMapping
from flows.sources.folder import take_in
from models.data_files.strict_yaml import read_record
from models.errors import DataFilesError
from tests.flows.sources.test_folder import recording

if TYPE_CHECKING:
    from pathlib import Path

ITALIAN = """\
Codice chiamata;File audio;Ora inizio;Operatore;Nome operatore;Coda;Direzione;Durata;Campagna;Note
9001;a.wav;10/03/2026 09:14:05;1042;Nora Vidal;fatture;In entrata;00:03:12;p1;Mario Rossi
9002;b.wav;23/03/2026 09:14:05;1050;Luca Conti;fatture;In uscita;00:01:00;p1;
"""


def proposal(path: Path) -> str:
    """What the command prints for a file."""
    result = CliRunner().invoke(app, ["sources", "map", str(path)])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with two recordings."""
    for seed, name in enumerate(("a", "b")):
        recording(tmp_path, f"{name}.wav", seed)
    return tmp_path


def test_a_clear_file_gives_a_mapping_that_works(source: Path) -> None:
    """The proposal is taken as it is, and every line that says something is marked as a guess."""
    (source / "chiamate [1].csv").write_text(ITALIAN, encoding="utf-8")
    text = proposal(source / "chiamate [1].csv")
    said = [line for line in text.splitlines() if not line.startswith(("#", "files", "fields:"))]
    assert all("# guess: " in line for line in said)
    assert "Mario" not in text
    assert "not used: Note" in text
    (source / "callqa-mapping.yaml").write_text(text, encoding="utf-8")
    found = {call.call_id: call for call, _ in take_in(source, {}).ready}
    assert found["9001"].started_at.isoformat() == "2026-03-10T08:14:05+00:00"
    assert [found[one].direction for one in ("9001", "9002")] == ["inbound", "outbound"]
    assert (found["9002"].agent_id, found["9002"].agent_name) == ("1050", "Luca Conti")
    assert found["9001"].stated_duration_s == 192
    assert dict(found["9001"].fields) == {"campaign": "p1"}


@pytest.mark.parametrize(
    ("rows", "comment"),
    [
        # Day and month may be either way round.
        (["1,2026,03/04/2026 09:00:00,ag-1,in"], "# started_at: "),
        # Nobody can tell seconds from milliseconds of another system.
        (["1,2026,1773130445,ag-1,in"], "# started_at: "),
        # The id repeats, as that of a contact does.
        (["1,2026,2026-03-13T09:00:00Z,ag-1,in"] * 2, "# call_id: "),
        # People's names are no ids.
        (["1,2026,2026-03-13T09:00:00Z,Nora Vidal,in"], "# agent_id: "),
        # Words that are no directions.
        (["1,2026,2026-03-13T09:00:00Z,ag-1,chat"], "# direction: "),
        (["1,2026,2026-03-13T09:00:00Z,ag-1,in", "2,1,2026-03-13T09:00:00Z,ag-1,chat"], "# direct"),
    ],
)
def test_what_is_ambiguous_is_a_comment(source: Path, rows: list[str], comment: str) -> None:
    """The mapping lacks that field until a person has decided, so that no run can use it."""
    table = "\n".join(["call id,other,start time,agent,direction", *rows])
    (source / "calls-x.csv").write_text(table, encoding="utf-8")
    text = proposal(source / "calls-x.csv")
    assert any(line.startswith(comment) for line in text.splitlines())
    assert "Nora Vidal" not in text
    mapping = source / "callqa-mapping.yaml"
    mapping.write_text(text, encoding="utf-8")
    with pytest.raises(DataFilesError, match="is missing"):
        read_record(mapping, SourceMapping)


def test_two_columns_of_one_meaning_are_a_choice(source: Path) -> None:
    """Both are shown, neither is chosen."""
    table = "uniqueid,start time,agent,user,direction\n1,2026-03-13T09:00:00Z,ag-1,u-1,in\n"
    (source / "calls-x.csv").write_text(table, encoding="utf-8")
    lines = proposal(source / "calls-x.csv").splitlines()
    chosen = [line.partition(" # ")[0] for line in lines if "agent_id" in line]
    assert chosen == ["# agent_id: agent", "# agent_id: user"]


def test_nested_json(source: Path) -> None:
    """The list of calls inside the object is found, and names inside names are paths."""
    calls = [
        {
            "callId": f"c-{name}",
            "media": {"fileName": f"{name}.wav"},
            "startTime": "2026-03-10T09:00:00Z",
            "agent": {"userId": "ag-1", "tags": ["x"]},
            "direction": "INBOUND",
        }
        for name in "ab"
    ]
    (source / "x.json").write_text(json.dumps({"page": 1, "data": {"calls": calls}}))
    (source / "callqa-mapping.yaml").write_text(proposal(source / "x.json"), encoding="utf-8")
    assert {call.call_id for call, _ in take_in(source, {}).ready} == {"c-a", "c-b"}


def test_a_name_inside_another_field_is_not_the_calls(source: Path) -> None:
    """The wait of a queue and the type of a recording say nothing of the call."""
    call = {
        "id": "c-a",
        "startTime": "2026-03-10T09:00:00Z",
        "agent": {"login": "ag-1", "language": "en"},
        "queue": {"name": "billing", "duration": 12},
        "recording": {"file": "a.wav", "type": "in"},
        "direction": "outbound-api",
        "legs": [{"start": "2026-03-10T09:00:00Z", "state": "x"}],
    }
    (source / "x.json").write_text(json.dumps(call), encoding="utf-8")
    said = [line for line in proposal(source / "x.json").splitlines() if line[0] != "#"]
    assert [line.partition(" # ")[0] for line in said] == [
        "files: x.json",
        "recording: recording.file",
        "call_id: id",
        "started_at: startTime",
        "agent_id: agent.login",
        "direction: direction",
        "queue: queue.name",
    ]


def test_a_table_without_names_shows_none_of_its_values(tmp_path: Path) -> None:
    """The first line of such a table is a call, with a customer's number."""
    (tmp_path / "x.csv").write_text(
        "600000017,Mario Rossi,2026-03-10 09:14:05\n600000018,Ana Gil,2026-03-10 09:15:05\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(app, ["sources", "map", str(tmp_path / "x.csv")])
    assert "x.csv:1 has values" in str(result.exception)
    assert "Mario" not in f"{result.output} {result.exception}"


def test_a_file_without_rows_is_an_error(tmp_path: Path) -> None:
    """The message says what was expected."""
    (tmp_path / "x.csv").write_text("a,b\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["sources", "map", str(tmp_path / "x.csv")])
    assert "expected a table" in str(result.exception)
