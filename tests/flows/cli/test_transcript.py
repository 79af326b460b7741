"""`callqa transcript` prints what the lake keeps of a call, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import RFC_4122, UUID

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.errors import FlowsError
from flows.settings.centre import CHECKOUT, Settings
from flows.sources.folder import take_in
from models.subtitles import to_json, to_text, to_vtt
from tests.warehouse import factory
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

OPUS = CHECKOUT / "tests" / "night" / "calls" / "lt-0018.opus"
WRITERS = {"vtt": to_vtt, "json": to_json, "txt": to_text}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose lake holds two calls."""
    settings = Settings.with_overrides(home=tmp_path)
    calls = [factory.result("c1"), factory.result("c2")]
    Lake(settings.lake, settings.time_zone).commit("run-1", calls)
    return tmp_path


@pytest.mark.parametrize("format_", WRITERS)
def test_every_format_is_printed(home: Path, format_: str) -> None:
    """Exactly the export of the call that was asked for."""
    arguments = ["transcript", "c1", "--format", format_, "--home", str(home)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    assert result.stdout == WRITERS[format_](factory.result("c1").transcript)


def test_an_unknown_call_says_where_it_was_sought(home: Path) -> None:
    """The message names the lake."""
    arguments = ["transcript", "c3", "--home", str(home)]
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, FlowsError)
    assert str(home) in str(result.exception)


def printed_vcon(home: Path, call_id: str) -> Any:
    """The vCon of a call."""
    result = CliRunner().invoke(app, ["transcript", call_id, "--vcon", "--home", str(home)])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_vcon_has_what_the_draft_requires(home: Path) -> None:
    """Members of draft-ietf-vcon-vcon-core-04: those that must be, and references that lead on."""
    vcon = printed_vcon(home, "c1")
    assert vcon.keys() >= {"vcon", "uuid", "created_at", "parties", "dialog", "analysis"}
    assert (UUID(vcon["uuid"]).version, UUID(vcon["uuid"]).variant) == (8, RFC_4122)
    assert datetime.fromisoformat(vcon["created_at"]).tzinfo is not None
    assert vcon["redacted"].keys() >= {"type"}
    (dialog,) = vcon["dialog"]
    assert dialog.keys() >= {"type", "start", "parties"}
    assert not dialog.keys() & {"body", "url", "encoding"}
    assert {at for channel in dialog["parties"] for at in channel} == {0, 1}
    for analysis in vcon["analysis"]:
        assert analysis.keys() >= {"type", "vendor", "dialog", "mediatype", "encoding", "body"}
        assert analysis["dialog"] == 0
    assert [one["type"] for one in vcon["analysis"]] == ["transcript", "report"]
    assert printed_vcon(home, "c1")["uuid"] != vcon["uuid"]  # another vCon, made at another time


def test_a_vcon_says_what_is_stored_of_the_call(home: Path) -> None:
    """Words, findings and scores; of the customer nothing but that there is one."""
    stored = factory.result("c1")
    vcon = printed_vcon(home, "c1")
    agent, customer = vcon["parties"]
    assert (agent["role"], agent["uuid"], agent["name"]) == ("agent", "a1", "Ana Ruiz")
    assert customer == {"role": "customer", "type": "person"}
    transcript, report = (one["body"] for one in vcon["analysis"])
    assert [turn["text"] for turn in transcript["turns"]] == [
        turn.text for turn in stored.transcript.turns
    ]
    assert [one["rule_id"] for one in report["findings"]] == [
        one.rule_id for one in stored.findings
    ]
    assert [one["score"] for one in report["evaluations"]] == [
        one.score for one in stored.evaluations
    ]
    assert vcon["dialog"][0]["originator"] == 1  # the customer called


def test_what_is_not_known_is_not_in_a_vcon(tmp_path: Path) -> None:
    """Neither a queue nor a team is made of the word that stands for none."""
    settings = Settings.with_overrides(home=tmp_path)
    one = factory.result("c1")
    call = replace(one.call, queue="unassigned", team="unassigned")
    Lake(settings.lake, settings.time_zone).commit("run-1", [replace(one, call=call)])
    assert "unassigned" not in json.dumps(printed_vcon(tmp_path, "c1"))


def test_a_customers_reference_is_not_in_a_vcon(tmp_path: Path) -> None:
    """It may be a telephone number."""
    settings = Settings.with_overrides(home=tmp_path)
    one = factory.result("c1")
    call = replace(one.call, customer_ref="+34600000001", fields=(("campaign", "spring"),))
    Lake(settings.lake, settings.time_zone).commit("run-1", [replace(one, call=call)])
    vcon = printed_vcon(tmp_path, "c1")
    assert "600000001" not in json.dumps(vcon)
    assert vcon["dialog"][0]["campaign"] == "spring"


def test_a_vcon_is_a_source(home: Path, tmp_path: Path) -> None:
    """With the redacted copy that it names beside it, the same call comes in, sides included."""
    settings = Settings.with_overrides(home=home)
    copy = settings.audio.make_room(factory.result("c1").call)
    copy.parent.mkdir(parents=True, exist_ok=True)
    source = tmp_path / "source"
    source.mkdir()
    copy.write_bytes(OPUS.read_bytes())
    vcon = printed_vcon(home, "c1")
    (source / "c1.vcon").write_text(json.dumps(vcon), encoding="utf-8")
    (source / vcon["dialog"][0]["filename"]).write_bytes(copy.read_bytes())
    ((call, _),) = take_in(source, {}).ready
    before = factory.result("c1").call
    for name in ("started_at", "agent_id", "agent_name", "team", "queue", "direction"):
        assert getattr(call, name) == getattr(before, name)
    assert call.channel_roles == before.channel_roles
