"""Names of recordings of FreePBX, Issabel and 3CX become calls, as far as they say who spoke."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from flows.sources.folder import take_in
from models.call import Direction
from tests.flows.sources.test_folder import recording, sidecar

if TYPE_CHECKING:
    from pathlib import Path

MADRID = ZoneInfo("Europe/Madrid")
STARTED_AT = datetime(2026, 3, 10, 8, 14, 5, tzinfo=UTC)
END = "20260310-091405-1773130445.11.wav"


@pytest.mark.parametrize(
    ("start", "agent", "direction", "customer"),
    [
        ("out-600000017-1042", "1042", Direction.OUTBOUND, "600000017"),
        ("out-+34600000017-1042", "1042", Direction.OUTBOUND, "+34600000017"),
        ("force-600000017-1042", "1042", Direction.OUTBOUND, "600000017"),
        ("exten-1042-600000017", "1042", Direction.INBOUND, "600000017"),
        ("external-1042-600000017", "1042", Direction.INBOUND, "600000017"),
        ("external-1042-anonymous", "1042", Direction.INBOUND, None),
        ("in-600000017-1042", "1042", Direction.INBOUND, "600000017"),
    ],
)
def test_name_of_a_freepbx_recording(
    tmp_path: Path, start: str, agent: str, direction: Direction, customer: str | None
) -> None:
    """Who called whom is in the name where one side is an extension."""
    recording(tmp_path, f"{start}-{END}", 1)
    ((call, _),) = take_in(tmp_path, {}, zone=MADRID).ready
    assert (call.agent_id, call.direction, call.customer_ref) == (agent, direction, customer)
    assert (call.call_id, call.contact_id) == ("1773130445.11", "1773130445.11")
    assert call.started_at == STARTED_AT
    assert call.queue == "unassigned"
    assert call.fields == ()


@pytest.mark.parametrize(
    ("start", "missing"),
    [
        ("q-400-600000017", "agent_id"),
        ("rg-600-600000017", "agent_id"),
        ("in-910000001-600000017", "agent_id"),
        ("in-9100-600000017", "agent_id"),  # a short number of the centre is no extension
        ("internal-1043-1042", "direction"),
        ("force-910000001-600000017", "agent_id"),
        ("exten-1043-1042", "direction"),
    ],
)
def test_name_that_does_not_say_who_spoke(tmp_path: Path, start: str, missing: str) -> None:
    """Nobody is guessed: the message says what is missing, and repeats no number."""
    recording(tmp_path, f"{start}-{END}", 1)
    intake = take_in(tmp_path, {}, zone=MADRID)
    assert not intake.ready
    (found,) = intake.quarantined
    assert f"`{missing}`" in found.detail
    assert "CDR" in found.detail
    assert "600000017" not in found.detail


def test_hour_that_the_clock_shows_twice(tmp_path: Path) -> None:
    """The epoch in the unique id tells the two hours apart."""
    for epoch in (1792888200, 1792891800):
        recording(tmp_path, f"out-600000017-1042-20261025-023000-{epoch}.7.wav", epoch)
    hours = [
        call.started_at.astimezone(UTC).hour for call, _ in take_in(tmp_path, {}, zone=MADRID).ready
    ]
    assert hours == [0, 1]


def test_a_sidecar_counts_more_than_a_name(tmp_path: Path) -> None:
    """People can correct what a name says."""
    recording(tmp_path, f"q-400-600000017-{END}", 1)
    sidecar(tmp_path, f"q-400-600000017-{END[:-4]}.json", "c-1")
    ((call, _),) = take_in(tmp_path, {}, zone=MADRID).ready
    assert call.call_id == "c-1"


@pytest.mark.parametrize(
    ("name", "direction", "customer"),
    [
        (
            "[Invented, Nora]_1042-600000017_20260310091405(1234).wav",
            Direction.OUTBOUND,
            "600000017",
        ),
        (
            "[Invented, Nora]_600000017-1042_20260310091405(1234).wav",
            Direction.INBOUND,
            "600000017",
        ),
        ("[]_+34600000017-800_20260310091405(1234).wav", Direction.INBOUND, "+34600000017"),
        ("[x]_anonymous-1042_20260310091405(1234).wav", Direction.INBOUND, None),
    ],
)
def test_name_of_a_3cx_recording(
    tmp_path: Path, name: str, direction: Direction, customer: str | None
) -> None:
    """The folder is the extension, the name says who called, and the person's name is not kept."""
    (tmp_path / "1042").mkdir()
    recording(tmp_path / "1042", name, 1)
    ((call, _),) = take_in(tmp_path, {}, zone=MADRID).ready
    assert (call.agent_id, call.direction, call.customer_ref) == ("1042", direction, customer)
    assert call.started_at == STARTED_AT
    assert call.call_id == "1042-20260310091405-1234"
    assert "Nora" not in f"{call}"


def test_legs_and_restarted_ids_of_3cx(tmp_path: Path) -> None:
    """Each extension's recording of a call is a call of one contact; a later count is another."""
    for folder, time, count in (("1042", "091405", 7), ("1043", "092040", 7)):
        (tmp_path / folder).mkdir()
        name = f"[x]_600000017-{folder}_20260310{time}({count}).wav"
        recording(tmp_path / folder, name, int(time))
    recording(tmp_path / "1042", "[x]_600000029-1042_20260311091405(7).wav", 3)
    contacts = {
        call.agent_id + call.started_at.isoformat()[:10]: call.contact_id
        for call, _ in take_in(tmp_path, {}, zone=MADRID).ready
    }
    assert contacts["10422026-03-10"] == contacts["10432026-03-10"]
    assert contacts["10422026-03-11"] != contacts["10422026-03-10"]


@pytest.mark.parametrize("folder", ["1042", "recordings"])
def test_3cx_call_that_cannot_be_told(tmp_path: Path, folder: str) -> None:
    """A call between extensions has no direction, a recording out of its folder no agent."""
    (tmp_path / folder).mkdir()
    recording(tmp_path / folder, "[Invented, Nora]_1042-1043_20260310091405(7).wav", 1)
    (found,) = take_in(tmp_path, {}, zone=MADRID).quarantined
    assert "`direction`" in found.detail
    assert ("`agent_id`" in found.detail) == (folder == "recordings")
    assert "Nora" not in found.detail


def test_another_file_is_named_without_the_person(tmp_path: Path) -> None:
    """Two recordings with one id: the message about one does not repeat the other's number."""
    recording(tmp_path, f"out-600000017-1042-{END}", 1)
    recording(tmp_path, f"out-600000029-1042-{END}", 2)
    (found,) = take_in(tmp_path, {}, zone=MADRID).quarantined
    assert "already used by out-…-1042-" in found.detail
    assert "6000000" not in found.detail


def test_another_3cx_file_is_named_without_the_person(tmp_path: Path) -> None:
    """A sidecar gives a 3CX recording an id that is used already."""
    for seed, name in enumerate(("[Invented, Nora]_600000017-1042_20260310091405(7)", "b")):
        recording(tmp_path, f"{name}.wav", seed)
        sidecar(tmp_path, f"{name}.json", "c-1")
    (found,) = take_in(tmp_path, {}).quarantined
    assert "already used by […]_…-1042_…(7).wav" in found.detail
