"""Originals with card data are deleted only on request, and only those that were evaluated."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.errors import FlowsError
from flows.governance.audit import entries, verify
from flows.governance.certificate import write_certificate
from flows.governance.holds import Scope, holds_of
from flows.governance.originals import State, candidates, delete
from flows.publishing import publish_all
from flows.settings.centre import Settings
from tests.warehouse.factory import CARD_SPAN, TIME_ZONE, night, result
from warehouse.lake.lake import Lake
from warehouse.snapshot.deleted_originals import keep_days, known_days

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = ("good", "changed", "held", "linked", "outside", "gone")
_UNPROVEN = ("unproven", "copyless", "plain")
"""Not transcribed again, a copy that is lost, and not transcribed again without card data."""
_RESTRICTED = ("vip", "vip-gone")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A source with originals in every state, evaluated and published."""
    source, other = tmp_path / "calls", tmp_path / "other"
    audiences = tmp_path / "audiences.yaml"
    audiences.write_text("audiences:\n  board: {all_calls: true, restricted: true}\n")
    settings = Settings(
        home=tmp_path / "home", source=source, time_zone=TIME_ZONE, audiences=audiences
    )
    results = []
    for name in (*_NAMES, *_UNPROVEN, *_RESTRICTED, "harmless"):
        folder = other if name == "outside" else source
        folder.mkdir(exist_ok=True)
        file = folder / f"{name}.wav"
        file.write_bytes(f"sound of {name}".encode())
        of_call = result(name, restricted=name in _RESTRICTED)
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        recording = replace(of_call.recording, path=file, audio_sha256=sha256)
        spans = () if name in {"plain", "harmless"} else (CARD_SPAN,)
        proven = None if name in {"unproven", "plain"} else 0
        of_call = replace(of_call, recording=recording, pii_spans=spans, remuted_count=proven)
        results.append(of_call)
        audio = settings.audio.restricted if name in _RESTRICTED else settings.audio
        copy = audio.copy_of(of_call.call)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if name != "copyless":
            copy.write_bytes(b"redacted")
    lake = Lake(settings.lake, settings.time_zone)
    night(lake, "20260303T020000Z", results)
    (source / "changed.wav").write_bytes(b"another recording")
    (source / "linked.wav").rename(other / "linked.wav")
    (source / "linked.wav").symlink_to(other / "linked.wav")
    (source / "gone.wav").unlink()
    (source / "vip-gone.wav").unlink()
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
        "unproven": "unproven",
        "copyless": "unproven",
        "vip": "deletable",
        "vip-gone": "gone",
    }
    before = set(settings.home.parent.rglob("*.wav"))
    assert delete(settings, candidates(settings)) == 2
    gone = {settings.source / "good.wav", settings.source / "vip.wav"}
    assert before - set(settings.home.parent.rglob("*.wav")) == gone
    assert delete(settings, candidates(settings)) == 0
    assert not verify(settings.home)
    acts = [entry.facts for entry in entries(settings.home) if entry.act == "originals_deleted"]
    assert [(facts["outcome"], facts["calls"]) for facts in acts] == [
        ("planned", ["good"]),
        ("done", ["good"]),
        ("planned", ["vip"]),
        ("done", ["vip"]),
    ]


def test_without_a_proven_copy_it_is_deleted_only_if_that_is_asked_for(settings: Settings) -> None:
    """Also one without card data; never one whose copy was proven."""
    chosen = candidates(settings, unproven=True)
    assert {one.original.call_id: str(one.state) for one in chosen} == dict.fromkeys(
        _UNPROVEN, "deletable"
    )
    runner = CliRunner(env={"CALLQA_TIME_ZONE": TIME_ZONE})
    command = ["originals", "delete", "--home", str(settings.home)]
    command += ["--source", str(settings.source), "--unproven"]
    for rest, answer in ((["--confirm", "2"], "y\n"), (["--confirm", "3"], "n\n")):
        assert runner.invoke(app, [*command, *rest], input=answer).exit_code
    assert all((settings.source / f"{name}.wav").exists() for name in _UNPROVEN)
    done = runner.invoke(app, [*command, "--confirm", "3"], input="y\n")
    assert "nothing proves" in done.output
    assert "3 deleted" in done.output
    assert {path.stem for path in settings.source.glob("*.wav")} == {
        "changed",
        "good",
        "harmless",
        "held",
        "linked",
        "vip",
    }
    acts = [entry.facts for entry in entries(settings.home) if entry.act == "originals_deleted"]
    assert all(facts["why"] == ["unproven"] for facts in acts)


def test_evidence_has_the_day_in_mart_and_spreadsheet(settings: Settings) -> None:
    """Of each original that is gone, also of those of restricted calls, where these may be seen."""
    lake = Lake(settings.lake, settings.time_zone)
    delete(settings, candidates(settings))
    publish_all(settings, lake)
    today = datetime.now(ZoneInfo(TIME_ZONE)).date()
    gone = {"good", "gone"}, {"vip", "vip-gone"}
    sites = settings.site.everywhere()
    for site, calls in zip(sites, (gone[0], gone[1], gone[0] | gone[1]), strict=True):
        with duckdb.connect(site.root / "warehouse" / "current.duckdb", read_only=True) as db:
            rows = db.execute("select call_id, deleted_on from mart.pci_evidence").fetchall()
            days = db.execute("select count(*) from core.deleted_original").fetchall()
        assert {call_id for call_id, day in rows if day} == calls
        assert {day for _, day in rows if day} == {today}
        assert days == [(len(calls),)]
        table = site.card_data.with_suffix(".csv")
        with table.open(encoding="utf-8-sig", newline="") as lines:
            told = {row["call_id"]: row for row in csv.DictReader(lines)}
        assert {call_id for call_id, row in told.items() if row["deleted_on"]} == calls
        if site is sites[0]:
            assert told["unproven"]["is_copy_proven"] == "False"
            assert told["good"]["is_copy_proven"] == "True"
    assert b"vip" not in settings.site.card_data.with_suffix(".csv").read_bytes()


def test_the_day_stays_and_a_file_that_is_back_has_none(settings: Settings) -> None:
    """A day is that of the first run that missed it."""
    lake = Lake(settings.lake, settings.time_zone)
    publish_all(settings, lake)
    keep_days(lake, dict.fromkeys(known_days(lake), date(2026, 3, 5)))
    record = settings.site.deleted_originals
    record.write_text(json.dumps(dict.fromkeys(json.loads(record.read_bytes()), "2026-03-05")))
    publish_all(settings, lake)
    assert _days(settings) == {"gone": date(2026, 3, 5)}
    (settings.source / "gone.wav").write_bytes(b"back")
    publish_all(settings, lake)
    assert _days(settings) == {}


def _days(settings: Settings) -> dict[str, date]:
    with duckdb.connect(settings.warehouse / "current.duckdb", read_only=True) as db:
        asked = "select call_id, deleted_on from mart.pci_evidence where deleted_on is not null"
        return dict(db.execute(asked).fetchall())


def test_a_file_that_changes_meanwhile_stays(settings: Settings) -> None:
    """The hash is compared again just before the deletion."""
    chosen = candidates(settings)
    (settings.source / "good.wav").write_bytes(b"a new call")
    assert [one.state for one in chosen].count(State.DELETABLE) == 2
    assert delete(settings, chosen) == 1  # the other one
    assert (settings.source / "good.wav").exists()


def test_the_command_deletes_nothing_without_both_confirmations(settings: Settings) -> None:
    """The number, and an answer."""
    runner = CliRunner(env={"CALLQA_TIME_ZONE": TIME_ZONE})
    command = ["originals", "delete", "--home", str(settings.home)]
    command += ["--source", str(settings.source)]
    assert "Nothing was deleted" in runner.invoke(app, command).output
    for number, answer in (("1", "y\n"), ("2", "n\n")):
        assert runner.invoke(app, [*command, "--confirm", number], input=answer).exit_code
    assert (settings.source / "good.wav").exists()
    assert "2 deleted" in runner.invoke(app, [*command, "--confirm", "2"], input="y\n").output
    assert not (settings.source / "good.wav").exists()


def test_the_certificate_has_what_is_gone(settings: Settings, tmp_path: Path) -> None:
    """Each with its hash, the day it was missed, and who confirmed it; with the trail's hash."""
    delete(settings, candidates(settings))
    delete(settings, candidates(settings, unproven=True), is_unproven=True)
    publish_all(settings, Lake(settings.lake, settings.time_zone))  # looks for the originals
    days = json.loads(settings.site.deleted_originals.read_bytes())
    page = tmp_path / "certificate.html"
    assert write_certificate(settings, page) == 5
    rows = _certified(page)
    assert set(rows) == {"good", "gone", "unproven", "copyless", "plain"}
    good = rows["good"]
    assert good["sha256"] == hashlib.sha256(b"sound of good").hexdigest()
    assert good["gone_on"] == days[str(settings.source / "good.wav")]
    assert "entry" in good["confirmed_by"]
    assert "missed by the run" in rows["gone"]["confirmed_by"]
    assert [name for name, row in rows.items() if row["has_card_data"] == "no"] == ["plain"]
    assert rows["plain"]["gone_on"] == good["gone_on"]
    text = page.read_text(encoding="utf-8")
    last = list(entries(settings.home))[-1]
    assert last.hash in text
    assert "4 recordings with card data" in text
    assert "4 are not gone" in text
    assert "2 recordings of restricted calls with card data" in text
    assert "vip" not in text
    assert "copy not proven" in text
    assert write_certificate(settings, page, "board") == 7
    assert set(_certified(page)) == {*rows, *_RESTRICTED}
    with pytest.raises(FlowsError, match="expected one of: board"):
        write_certificate(settings, page, "nobody")
    with pytest.raises(FlowsError, match=r"\.html"):
        write_certificate(settings, tmp_path / "certificate.txt")


def _certified(page: Path) -> dict[str, dict[str, str]]:
    with page.with_suffix(".csv").open(encoding="utf-8-sig", newline="") as lines:
        return {row["recording"].removesuffix(".wav"): row for row in csv.DictReader(lines)}
