"""Subject access: a package with everything that is held of a customer, and of nobody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.governance.audit import entries
from flows.governance.erasure.erasing import erase, plan_erasure
from flows.governance.erasure.subject import Subject
from flows.governance.holds import Scope
from flows.settings.centre import Settings
from tests.flows.governance.governed_home import governed_home
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

CUSTOMER, CALL = "cu-20011", "lt-0001"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home after a run, with nothing of the machine's own."""
    monkeypatch.setenv("CALLQA_CACHE", str(tmp_path / "cache"))
    return governed_home(tmp_path)[0]


def test_a_package_has_all_of_one_customer(home: Path, tmp_path: Path) -> None:
    """Call, transcript, findings, scores and sound; audited without the reference; erased later."""
    out, settings = tmp_path / f"for {CUSTOMER}", Settings.with_overrides(home=home)
    command = ["subject", "customer", CUSTOMER, "--out", str(out), "--home", str(home)]
    done = CliRunner().invoke(app, command, catch_exceptions=False)
    assert "1 calls, 1 recordings" in done.output
    lake = Lake(settings.lake, settings.time_zone)
    results = {one.call.call_id: one for one in lake.results()}
    theirs = results.pop(CALL)
    held = json.loads((out / "data.json").read_text())
    [call] = held["calls"]
    assert call["customer_ref"] == CUSTOMER
    assert [turn["text"] for turn in call["turns"]] == [one.text for one in theirs.transcript.turns]
    assert len(call["findings"]) == len(theirs.findings) > 0
    assert [one["score"] for one in call["scores"]] == [one.score for one in theirs.evaluations]
    [copy] = out.glob("*.opus")
    assert copy.read_bytes() == settings.audio.copy_of(theirs.call).read_bytes()
    page = (out / "index.html").read_text()
    assert all(f'"{file.name}"' in page for file in out.iterdir() if file.suffix != ".html")
    everything = b"".join(path.read_bytes() for path in out.iterdir())
    assert not [one for one in results if one.encode() in everything]
    [entry] = [one for one in entries(home) if one.act == "subject_access"]
    assert CUSTOMER not in json.dumps(entry.facts)
    receipt = erase(settings, plan_erasure(settings, Subject(Scope.CUSTOMER, CUSTOMER)))
    assert receipt.proof.is_clean
    assert not out.exists()


@pytest.mark.parametrize("ref", ["cu-2001", "cu-99999", ""])
def test_nobody_else_is_taken_for_a_customer(ref: str, home: Path, tmp_path: Path) -> None:
    """A part of a reference is no reference; nothing is written."""
    command = ["subject", "customer", ref, "--out", str(tmp_path / "package"), "--home", str(home)]
    done = CliRunner().invoke(app, command)
    assert "no call of this customer" in str(done.exception)
    assert not (tmp_path / "package").exists()
