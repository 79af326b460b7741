"""Originals with card data are deleted only on request, and only those that were evaluated."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.errors import FlowsError
from flows.governance.audit import entries, verify
from flows.governance.holds import Scope, holds_of
from flows.governance.originals import State, candidates, delete, write_certificate
from flows.publishing import publish_all
from flows.settings.centre import Settings
from tests.warehouse.factory import CARD_SPAN, TIME_ZONE, night, result
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = ("good", "changed", "held", "linked", "outside", "gone")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A source with originals in every state, evaluated and published."""
    source, other = tmp_path / "calls", tmp_path / "other"
    settings = Settings(home=tmp_path / "home", source=source, time_zone=TIME_ZONE)
    results = []
    for name in _NAMES:
        folder = other if name == "outside" else source
        folder.mkdir(exist_ok=True)
        file = folder / f"{name}.wav"
        file.write_bytes(f"sound of {name}".encode())
        of_call = result(name)
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        recording = replace(of_call.recording, path=file, audio_sha256=sha256)
        results.append(replace(of_call, recording=recording, pii_spans=(CARD_SPAN,)))
    lake = Lake(settings.lake, settings.time_zone)
    night(lake, "20260303T020000Z", results)
    (source / "changed.wav").write_bytes(b"another recording")
    (source / "linked.wav").rename(other / "linked.wav")
    (source / "linked.wav").symlink_to(other / "linked.wav")
    (source / "gone.wav").unlink()
    publish_all(settings, lake)
    holds_of(settings).add(Scope.CALL, "held", "a court case")
    return settings


def _states(settings: Settings) -> dict[str, str]:
    return {one.original.call_id: str(one.state) for one in candidates(settings)}


def test_only_what_was_evaluated_in_the_source_is_deleted(settings: Settings) -> None:
    """Never another file, a link, a file elsewhere, or what is held."""
    assert _states(settings) == {
        "good": "deletable",
        "changed": "changed",
        "held": "held",
        "linked": "outside",
        "outside": "outside",
        "gone": "gone",
    }
    before = set(settings.home.parent.rglob("*.wav"))
    assert delete(settings, candidates(settings)) == 1
    assert before - set(settings.home.parent.rglob("*.wav")) == {settings.source / "good.wav"}
    assert delete(settings, candidates(settings)) == 0
    assert not verify(settings.home)
    acts = [entry.facts for entry in entries(settings.home) if entry.act == "originals_deleted"]
    assert [(facts["outcome"], facts["calls"]) for facts in acts] == [
        ("planned", ["good"]),
        ("done", ["good"]),
    ]


def test_a_file_that_changes_meanwhile_stays(settings: Settings) -> None:
    """The hash is compared again just before the deletion."""
    chosen = candidates(settings)
    (settings.source / "good.wav").write_bytes(b"a new call")
    assert [one.state for one in chosen].count(State.DELETABLE) == 1
    assert delete(settings, chosen) == 0
    assert (settings.source / "good.wav").exists()


def test_the_command_deletes_nothing_without_both_confirmations(settings: Settings) -> None:
    """The number, and an answer."""
    runner = CliRunner(env={"CALLQA_TIME_ZONE": TIME_ZONE})
    command = ["originals", "delete", "--home", str(settings.home)]
    command += ["--source", str(settings.source)]
    assert "Nothing was deleted" in runner.invoke(app, command).output
    for number, answer in (("2", "y\n"), ("1", "n\n")):
        assert runner.invoke(app, [*command, "--confirm", number], input=answer).exit_code
    assert (settings.source / "good.wav").exists()
    assert "1 deleted" in runner.invoke(app, [*command, "--confirm", "1"], input="y\n").output
    assert not (settings.source / "good.wav").exists()


def test_the_certificate_has_what_is_gone(settings: Settings, tmp_path: Path) -> None:
    """Each with its hash, the day it was missed, and who confirmed it; with the trail's hash."""
    delete(settings, candidates(settings))
    publish_all(settings, Lake(settings.lake, settings.time_zone))  # looks for the originals
    days = json.loads(settings.site.deleted_originals.read_bytes())
    page = tmp_path / "certificate.html"
    assert write_certificate(settings, page) == 2
    with page.with_suffix(".csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = {row["recording"]: row for row in csv.DictReader(lines)}
    assert set(rows) == {"good.wav", "gone.wav"}
    good = rows["good.wav"]
    assert good["sha256"] == hashlib.sha256(b"sound of good").hexdigest()
    assert good["gone_on"] == days[str(settings.source / "good.wav")]
    assert "entry" in good["confirmed_by"]
    assert "missed by the run" in rows["gone.wav"]["confirmed_by"]
    text = page.read_text(encoding="utf-8")
    last = list(entries(settings.home))[-1]
    assert last.hash in text
    assert "4 are not gone" in text
    with pytest.raises(FlowsError, match=r"\.html"):
        write_certificate(settings, tmp_path / "certificate.txt")
