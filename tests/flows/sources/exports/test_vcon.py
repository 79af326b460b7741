"""vCons: each recorded dialog is a call of one agent; media inside are taken out first."""

from __future__ import annotations

import base64
import json
import shutil
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.errors import FlowsError
from flows.sources.centre.unpack import unpack
from flows.sources.folder import Intake, take_in
from models.call import Call, Direction, QuarantineReason, Role
from models.limits import DEFAULT_LIMITS, Limits
from tests.flows.sources.test_folder import reasons, recording

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = Path(__file__).with_name("samples") / "vcon"
TRANSFER = "018d2f3a-7c1e-8a2b-9c3d-4e5f60718293"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The samples with their recordings."""
    shutil.copytree(SAMPLES, tmp_path, dirs_exist_ok=True)
    for seed, name in enumerate(("first.wav", "second leg.wav", "outbound.wav")):
        recording(tmp_path, name, seed)
    return tmp_path


def by_id(intake: Intake) -> dict[str, Call]:
    """The calls that are ready, by id."""
    return {call.call_id: call for call, _ in intake.ready}


def changed(source: Path, change: Callable[[dict[str, Any]], None]) -> Intake:
    """What is taken once something of the vCon with the transfer is another."""
    path = source / "transfer.vcon"
    vcon = json.loads(path.read_text())
    change(vcon)
    path.write_text(json.dumps(vcon), encoding="utf-8")
    return take_in(source, {})


def test_two_legs_are_two_calls_of_one_contact(source: Path) -> None:
    """Each leg has its agent; hold, transfer, skill; other dialogs are no calls and no errors."""
    intake = take_in(source, {})
    assert intake.quarantined == ()
    first, second = by_id(intake)[f"{TRANSFER}-0"], by_id(intake)[f"{TRANSFER}-2"]
    assert first.started_at == datetime(2026, 3, 29, 1, 5, tzinfo=UTC)
    assert (first.agent_id, first.agent_name, first.team) == ("ag-17", "Laura Vidal", "Harbour")
    assert (second.agent_id, second.agent_name) == ("ag-21", "Pau Serra")
    assert first.contact_id == second.contact_id == TRANSFER
    assert (first.queue, second.queue) == ("billing", "unassigned")
    assert (first.direction, second.direction) == (Direction.INBOUND, Direction.INBOUND)
    assert first.customer_ref == "+34600000001"
    assert first.stated_duration_s == 124.5
    assert dict(first.fields) == {
        "campaign": "spring",
        "hold_count": "2",
        "hold_s": "25.5",
        "transferred_to": "ag-21",
    }
    assert dict(second.fields) == {"transferred_from": "ag-17"}


def test_sides_are_those_that_the_vcon_states(source: Path) -> None:
    """A list for each channel states them; two plain numbers may be the mix of a mono recording."""
    calls = by_id(take_in(source, {}))
    assert calls[f"{TRANSFER}-0"].channel_roles is None
    assert calls[f"{TRANSFER}-2"].channel_roles == (Role.AGENT, Role.CUSTOMER)


def test_an_early_draft_and_an_outgoing_call(source: Path) -> None:
    """The first party began; an agent of whom only the name is known has it as id."""
    call = by_id(take_in(source, {}))["018d2f3a-7c1e-8a2b-9c3d-4e5f60718294-0"]
    assert call.direction is Direction.OUTBOUND
    assert (call.agent_id, call.agent_name) == ("Nora Gil", "Nora Gil")


def test_a_customers_number_is_nowhere_else(source: Path) -> None:
    """Neither in a custom field nor in an agent, also where the call was transferred to them."""

    def to_customer(vcon: dict[str, Any]) -> None:
        vcon["dialog"][1]["transfer_target"] = 0

    call = by_id(changed(source, to_customer))[f"{TRANSFER}-0"]
    assert "transferred_to" not in dict(call.fields)
    assert "600000001" not in str(call.fields)


def test_several_agents_of_one_recording_are_nobodys_call(source: Path) -> None:
    """Who would be judged is not guessed; the message says what to do."""

    def conference(vcon: dict[str, Any]) -> None:
        vcon["dialog"][0]["parties"] = [0, 1, 2]

    intake = changed(source, conference)
    assert reasons(intake) == {"first.wav": QuarantineReason.INVALID_METADATA}
    assert "several agents" in intake.quarantined[0].detail


@pytest.mark.parametrize(
    "odd", [None, True, -1, 2**70, 1.5, "", "https://[bad/x.wav", [], [[{}], None], {"a": [1]}]
)
def test_an_odd_dialog_costs_no_other(source: Path, odd: object) -> None:
    """Whichever member of it, of its history or of its agent is odd; what is told names it."""
    members = json.loads((source / "transfer.vcon").read_text())
    first, party = members["dialog"][0], members["parties"][1]
    event = first["party_history"][1]

    def change(vcon: dict[str, Any], member: str, of: str) -> None:
        dialog = vcon["dialog"][0]
        history = dialog["party_history"][1]
        {"dialog": dialog, "event": history, "party": vcon["parties"][1]}[of][member] = odd

    every = {"dialog": {*first, "originator", "url"}, "event": {*event}, "party": {*party}}
    original = json.dumps(members)
    for of, names in every.items():
        for name in names:
            (source / "transfer.vcon").write_text(original, encoding="utf-8")
            intake = changed(source, partial(change, member=name, of=of))
            assert f"{TRANSFER}-2" in by_id(intake), (of, name)
            details = [one.detail for one in intake.quarantined if "vCon" in one.detail]
            assert all("transfer.vcon, dialog 0" in one for one in details), (of, name)
            assert not any("internal" in one.detail for one in intake.quarantined), (of, name)


@pytest.mark.parametrize("time", ["2026-03-29T03:05:50", "2026-03-29T03:05:50+02:00"])
def test_a_hold_without_an_offset_has_no_length(source: Path, time: str) -> None:
    """The call is taken; of two times of which one has no zone nobody knows the distance."""

    def ends(vcon: dict[str, Any]) -> None:
        vcon["dialog"][0]["party_history"][2]["time"] = time

    fields = dict(by_id(changed(source, ends))[f"{TRANSFER}-0"].fields)
    assert fields.get("hold_s") == ("25.0" if "+" in time else None)


def test_the_vcon_that_was_updated_last_counts(source: Path) -> None:
    """By the instant, whatever zone it is written in."""
    vcon = json.loads((source / "transfer.vcon").read_text())
    vcon["updated_at"] = "2026-03-29T10:30:00+02:00"
    vcon["parties"][1]["uuid"] = "ag-99"
    (source / "older.vcon").write_text(json.dumps(vcon), encoding="utf-8")
    assert by_id(take_in(source, {}))[f"{TRANSFER}-0"].agent_id == "ag-17"


def test_a_vcon_delivered_again_counts_once(source: Path) -> None:
    """The one that was updated last, whichever file it is in."""
    vcon = json.loads((source / "transfer.vcon").read_text())
    vcon["updated_at"] = "2026-03-30T09:00:00Z"
    vcon["parties"][1]["name"] = "Laura V."
    (source / "again.vcon").write_text(json.dumps(vcon), encoding="utf-8")
    assert by_id(take_in(source, {}))[f"{TRANSFER}-0"].agent_name == "Laura V."


def test_a_signed_vcon_is_read(source: Path) -> None:
    """Its payload is the vCon, in Base64url without padding."""
    content = (source / "transfer.vcon").read_bytes()
    payload = base64.urlsafe_b64encode(content).decode().rstrip("=")
    signed = {"payload": payload, "signatures": []}
    (source / "transfer.vcon").write_text(json.dumps(signed), encoding="utf-8")
    assert f"{TRANSFER}-0" in by_id(take_in(source, {}))


def test_a_vcon_that_is_none_is_reported_as_metadata(tmp_path: Path) -> None:
    """Text, an encrypted one, and a recording that is inside: each says what to do."""
    (tmp_path / "text.vcon").write_text("hello", encoding="utf-8")
    (tmp_path / "closed.vcon").write_text(
        '{"ciphertext": "x", "unprotected": {}, "recipients": []}'
    )
    inside(tmp_path / "inside.vcon", b"RIFF")
    found = {Path(one.item).name[:6]: one for one in take_in(tmp_path, {}).quarantined}
    assert {name: one.reason for name, one in found.items()} == {
        "text.v": QuarantineReason.INVALID_METADATA,
        "closed": QuarantineReason.INVALID_METADATA,
        "inside": QuarantineReason.MISSING_RECORDING,
    }
    assert "callqa sources unpack" in found["inside"].detail
    assert "decrypt it" in found["closed"].detail


def test_a_vcon_that_is_too_large_says_why(tmp_path: Path) -> None:
    """Media inside are the likely reason."""
    inside(tmp_path / "inside.vcon", b"RIFF" * 200_000)
    (item,) = take_in(tmp_path, {}, limits=Limits(max_csv_mb=1)).quarantined
    assert item.reason is QuarantineReason.TOO_LARGE
    assert "callqa sources unpack" in item.detail


def inside(path: Path, content: bytes, **change: object) -> None:
    """Write a vCon with a recording inside, and a name in it that nobody should use."""
    vcon = json.loads((SAMPLES / "outbound.json").read_text())
    body = base64.urlsafe_b64encode(content).decode().rstrip("=")
    vcon["dialog"][0] |= {"filename": "../../Mario 600000002.wav", "body": body} | change
    vcon["dialog"][0] |= {"encoding": "base64url", "mediatype": "audio/x-wav"} | change
    vcon["analysis"] = [{"type": "transcript", "vendor": "x", "encoding": "none", "body": "words"}]
    path.write_text(json.dumps(vcon), encoding="utf-8")


def test_media_are_taken_out(tmp_path: Path) -> None:
    """The folder that is written is a source as it is, byte for byte, with no content in JSON."""
    recording(tmp_path, "a.wav", 1)
    content = (tmp_path / "a.wav").read_bytes()
    inside(tmp_path / "inside.vcon", content)
    arguments = ["sources", "unpack", str(tmp_path / "inside.vcon"), str(tmp_path / "out")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    uuid = "018d2f3a-7c1e-8a2b-9c3d-4e5f60718294"
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {f"{uuid}-0.wav", f"{uuid}.vcon"}
    assert (tmp_path / "out" / f"{uuid}-0.wav").read_bytes() == content
    text = (tmp_path / "out" / f"{uuid}.vcon").read_text()
    assert '"body"' not in text
    assert "Mario" not in text
    assert by_id(take_in(tmp_path / "out", {})).keys() == {f"{uuid}-0"}
    assert isinstance(CliRunner().invoke(app, arguments).exception, FlowsError)  # nothing again


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"body": "not base 64 !"}, "no Base64url"),
        ({"mediatype": "image/png", "filename": "x.png"}, "no format of recordings"),
        ({"type": "text"}, "holds no recording"),
    ],
)
def test_what_cannot_be_taken_out_is_told(
    tmp_path: Path, change: dict[str, str], told: str
) -> None:
    """And nothing is written."""
    inside(tmp_path / "inside.vcon", b"RIFF", **change)
    with pytest.raises(FlowsError, match=told):
        unpack(tmp_path / "inside.vcon", tmp_path / "out", DEFAULT_LIMITS)
    assert not (tmp_path / "out").exists()
