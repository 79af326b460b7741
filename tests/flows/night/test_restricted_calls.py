"""A restricted call is in no file of those who may not see it, also if it becomes so later."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.cli.rules.rule_files import BUNDLED_RULES
from flows.errors import FlowsError
from flows.governance.audit import Act, entries, hash_of
from flows.settings.centre import Settings
from tests.flows.night.test_rejudging import HEARD, Centre
from tests.night.recognitions.recorded_night import CALLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from qa_rules.results import CallResult

_CALL = "lt-0001"
_OPERATOR = ("lake", "restricted", "audiences/named", "known-files.json", "log")
"""What only the operator and the named people read."""


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Centre:
    """A centre with its first night published, one audience of named people and one of an agent."""
    centre = Centre(tmp_path)
    centre.source.mkdir()
    for stem in HEARD:
        for path in CALLS.glob(f"{stem}.*"):
            shutil.copy(path, centre.source)
    centre.correct(_CALL, customer_ref="cu-vip-77", supervisor_id="sv-vip", agent_id="ag-vip")
    centre.correct("lt-0009", agent_id="ag-other", supervisor_id="sv-vip")
    vips, audiences = tmp_path / "vips.csv", tmp_path / "audiences.yaml"
    vips.write_text("customer_ref\n")
    audiences.write_text(
        "audiences:\n"
        "  named: {supervisors: [sv-vip], restricted: true}\n"
        "  other: {agents: [ag-other, ag-vip]}\n"
    )
    monkeypatch.setenv("CALLQA_VIPS", str(vips))
    monkeypatch.setenv("CALLQA_AUDIENCES", str(audiences))
    centre.evaluated().publish()
    return centre


def _files(home: Path) -> Iterator[tuple[str, bytes]]:
    """What others may read: bytes of files, and all rows of their databases."""
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if not path.is_file() or path.is_symlink() or name.startswith(_OPERATOR):
            continue
        yield name, name.encode() + path.read_bytes()
        if path.suffix == ".duckdb":
            yield name, repr(_rows_of(path)).encode()


def _rows_of(path: Path) -> list[object]:
    with duckdb.connect(path, read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() union all"
            " select schema_name || '.' || view_name from duckdb_views() where not internal"
        ).fetchall()
        return [connection.execute(f"from {name}").fetchall() for (name,) in names]


def _traces(result: CallResult) -> set[str]:
    """What only this call has: its id, its recording, its customer and whole turns of it."""
    turns = {
        " ".join(word.text for word in turn.words)
        for turn in result.transcript.turns
        if len(turn.words) > 6
    }
    quotes = {place.quote for one in result.findings for place in one.evidence}
    long = {quote for quote in quotes if len(quote.split()) > 5}
    customer = {result.call.customer_ref} if result.call.customer_ref else set[str]()
    return {result.call.call_id, result.recording.audio_sha256, *customer, *turns, *long}


def _told(home: Path, traces: Iterable[str]) -> dict[str, list[str]]:
    found = {
        trace: [name for name, text in _files(home) if trace.encode() in text] for trace in traces
    }
    return {trace: names for trace, names in found.items() if names}


def _result(centre: Centre) -> CallResult:
    return next(one for one in centre.results() if one.call.call_id == _CALL)


def test_it_leaves_every_file_of_others(centre: Centre, tmp_path: Path) -> None:
    """A new VIP's call of an earlier night, whose recording is gone; and named people find it."""
    traces = _traces(_result(centre))
    before = _told(centre.home, traces)
    assert len(before[_CALL]) > 10
    assert len(traces & before.keys()) > 5
    assert not (centre.home / "restricted").exists()
    for path in centre.source.glob(f"{_CALL}.*"):
        path.unlink()
    (tmp_path / "vips.csv").write_text("customer_ref\ncu-vip-77\n")
    summary = centre.evaluated().publish()
    assert summary.page_faults == ()
    assert _result(centre).call.restricted
    assert _told(centre.home, traces) == {}
    for folder in ("restricted", "audiences/named"):
        inside = [path.name for path in (centre.home / folder).rglob(f"{_CALL}-*")]
        assert {name.rpartition(".")[2] for name in inside} == {"html", "opus"}
        assert (centre.home / folder).stat().st_mode & 0o777 == 0o700
    named = _rows_of(centre.home / "audiences" / "named" / "warehouse" / "current.duckdb")
    assert _CALL in repr(named)


def test_commands_pass_it_over_unless_told(centre: Centre, tmp_path: Path) -> None:
    """What rules would change, and why a rule found something, name it to nobody by default."""
    (tmp_path / "vips.csv").write_text("customer_ref\ncu-vip-77\n")
    centre.evaluated().publish()
    where = ["--home", str(centre.home)]
    explain = ["rules", "explain", _CALL, "script-greeting", *where]
    replay = ["rules", "replay", "--as-of", "2000-01-01", *where]  # before any rule was in force

    told = CliRunner().invoke(app, replay, catch_exceptions=False).output
    everything = CliRunner().invoke(app, [*replay, "--restricted"]).output
    refused = CliRunner().invoke(app, explain)

    assert "lt-0009" in told
    assert _CALL not in told
    assert _CALL in everything
    assert isinstance(refused.exception, FlowsError)
    assert CliRunner().invoke(app, [*explain, "--restricted"]).exit_code == 0


def test_checks_and_suggestions_pass_it_over_unless_told(centre: Centre, tmp_path: Path) -> None:
    """Its copy is gone, its sentences are no suggestion, and labels of it are not measured."""
    labels = tmp_path / "labels"
    labels.mkdir()
    label = {"call_id": _CALL, "rules": {"script-greeting": "pass"}}
    (labels / "label.json").write_text(json.dumps(label))
    (tmp_path / "vips.csv").write_text("customer_ref\ncu-vip-77\n")
    centre.evaluated().publish()
    traces = _traces(_result(centre))
    Settings.with_overrides(home=centre.home).audio.copy_of(_result(centre).call).unlink()
    unruled = tmp_path / "rules"
    shutil.copytree(BUNDLED_RULES, unruled)
    for path in (unruled / "reason").glob("*.yaml"):
        path.unlink()
    out = tmp_path / "drafts"
    suggest = ["rules", "suggest", "--min-calls", "2", "--rules", str(unruled), "--out", str(out)]
    for command in (
        ["verify"],
        ["repair", "--dry-run"],
        suggest,
        ["rules", "test", "--labels", str(labels)],
    ):
        words = [*command, "--home", str(centre.home)]
        told = CliRunner().invoke(app, words).output
        everything = CliRunner().invoke(app, [*words, "--restricted"]).output
        assert [trace for trace in traces if trace in told] == [], command
        assert told != everything, command
        if command[0] in {"verify", "repair"}:
            assert "a restricted call is damaged or missing" in told
            assert _CALL in everything


def test_the_audit_trail_tells_who_came_and_went(centre: Centre, tmp_path: Path) -> None:
    """An entry when the call becomes restricted, another when it is open again, none between."""
    for listed in ("cu-vip-77\n", "cu-vip-77\n", ""):
        (tmp_path / "vips.csv").write_text(f"customer_ref\n{listed}")
        centre.evaluated().publish()

    told = [one.facts for one in entries(centre.home) if one.act == Act.RESTRICTED]

    named = [hash_of(centre.home, _CALL)]
    assert [(one["what"], one["places"]) for one in told] == [
        ("restricted", named),
        ("open", named),
    ]


def test_it_comes_back(centre: Centre, tmp_path: Path) -> None:
    """Once the customer is no VIP any more and the metadata are there to say so."""
    (tmp_path / "vips.csv").write_text("customer_ref\ncu-vip-77\n")
    centre.evaluated().publish()
    assert _told(centre.home, [_CALL]) == {}
    (tmp_path / "vips.csv").write_text("customer_ref\n")
    centre.evaluated().publish()
    told = _told(centre.home, [_CALL])[_CALL]
    settings = Settings.with_overrides(home=centre.home)
    assert settings.audio.copy_of(_result(centre).call).is_file()
    assert [name for name in told if name.startswith("lists/")] != []
    assert [name for name in told if name.startswith("calls/")] != []
    behind = centre.home / "restricted"
    assert [path for path in behind.rglob(f"{_CALL}*") if path.is_file()] == []


def test_a_restricted_item_is_in_nobody_elses_quarantine(centre: Centre, tmp_path: Path) -> None:
    """Its recording cannot be read, its metadata say whose call it is."""
    (tmp_path / "vips.csv").write_text("customer_ref\ncu-vip-77\n")
    shutil.copy(centre.source / f"{_CALL}.json", centre.source / "lt-broken.json")
    centre.correct("lt-broken", call_id="lt-broken")
    (centre.source / "lt-broken.wav").write_bytes(b"RIFF no sound")
    centre.evaluated().publish()
    assert _told(centre.home, ["lt-broken"]) == {}
    behind = centre.home / "restricted" / "warehouse" / "current.duckdb"
    assert "lt-broken" in repr(_rows_of(behind))
