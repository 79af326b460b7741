"""Contact records of Amazon Connect and the output of Contact Lens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from models.call import Direction, QuarantineReason
from tests.flows.sources.exports.samples_of import details, take_recordings, take_sample, told
from tests.flows.sources.test_folder import reasons

if TYPE_CHECKING:
    from pathlib import Path

_FOLDER = "CallRecordings/2026/03/29"


def contact(number: int) -> str:
    """The contact of that number in the sample."""
    return f"5e1f000{number}-ab00-4c00-8d00-00000000fee{number}"


RECORDINGS = (
    f"{_FOLDER}/{contact(1)}_20260329T00:59_UTC.wav",
    f"{_FOLDER}/{contact(1)}_20260329T00:59_UTC_ivr.wav",
    f"{_FOLDER}/{contact(2)}_20260329T01:05_UTC.wav",
    f"{_FOLDER}/{contact(3)}_20260329T09:00_UTC.wav",
    f"{_FOLDER}/{contact(4)}_20260329T09:06_UTC.wav",
    f"{contact(5)}_20260329T10:00_UTC.wav",
    f"{contact(6)}_20260329T12_30_UTC.wav",  # as Windows names it
)
_WHO = ("started_at", "agent_id", "team", "queue", "direction", "contact_id", "customer_ref")


def test_legs_are_calls_of_one_contact(tmp_path: Path) -> None:
    """Each leg has its own agent; the direction of a transfer is that of the first leg."""
    calls = told(take_sample(tmp_path, "amazon_connect", RECORDINGS), *_WHO)
    assert {call_id: tuple(call.values()) for call_id, call in calls.items()} == {
        contact(1): (
            *("2026-03-29T00:59:30+00:00", "laura", "Harbour", "Bookings", Direction.INBOUND),
            *(contact(1), "+34911230001"),
        ),
        contact(2): (
            *("2026-03-29T01:05:02+00:00", "marco", "Refunds", "Refunds", Direction.INBOUND),
            *(contact(1), "+34911230001"),
        ),
        contact(3): (
            *("2026-03-29T09:00:09+00:00", "laura", "Harbour", "unassigned", Direction.OUTBOUND),
            *(contact(3), "+34911230002"),
        ),
        contact(4): (
            *("2026-03-29T09:06:04+00:00", "marco", "unassigned", "unassigned"),
            *(Direction.OUTBOUND, contact(3), "+34911230002"),
        ),
        contact(5): (
            *("2026-03-29T10:00:20+00:00", "laura", "Harbour", "Bookings", Direction.INBOUND),
            *(contact(5), "+34911230003"),
        ),
        contact(6): (
            *("2026-03-29T12:30:00+00:00", "laura", "unassigned", "Bookings"),
            *(Direction.OUTBOUND, contact(6), "+34911230004"),
        ),
    }


def test_what_only_the_system_knows(tmp_path: Path) -> None:
    """Hold, waits and after-call work are kept, the newest delivery counts, no number is kept."""
    calls = told(
        take_sample(tmp_path, "amazon_connect", RECORDINGS),
        *("fields", "after_call_work_s", "language", "channel_roles"),
    )
    assert calls[contact(1)] == {
        "fields": {
            "hold_s": "221",
            "hold_count": "2",
            "queue_wait_s": "190",
            "transferred_to": "Refunds",
        },
        "after_call_work_s": 5,
        "language": "es",
        "channel_roles": None,
    }
    assert calls[contact(2)]["fields"]["transferred_from"] == "Bookings"
    assert calls[contact(4)]["fields"]["transferred_from"] == "laura"
    assert calls[contact(2)]["language"] is None
    assert calls[contact(5)]["after_call_work_s"] == 44
    assert not any("+34" in str(call["fields"]) for call in calls.values())


def test_unrecorded_contacts_are_no_error(tmp_path: Path) -> None:
    """Abandoned calls and chats are listed, too; only the prompts' recording has no metadata."""
    intake = take_sample(tmp_path, "amazon_connect", RECORDINGS)
    assert reasons(intake) == {RECORDINGS[1].rpartition("/")[2]: QuarantineReason.MISSING_METADATA}


@pytest.mark.parametrize(
    ("change", "direction"),
    [
        ({"InitiationMethod": "API"}, Direction.OUTBOUND),
        ({"InitiationMethod": "WEBRTC_API"}, Direction.INBOUND),
    ],
)
def test_direction(tmp_path: Path, change: dict[str, Any], direction: Direction) -> None:
    """Dialled by a program is outbound."""
    record = {
        "ContactId": "c-1",
        "Channel": "VOICE",
        "InitiationTimestamp": "2026-03-10T08:14:05Z",
        "Agent": {"ARN": "arn:aws:connect:eu-central-1:111122223333:instance/i/agent/a-7"},
    }
    (tmp_path / "records.json").write_text(json.dumps([record | change]), encoding="utf-8")
    (call,) = told(take_recordings(tmp_path, ["c-1.wav"]), "direction", "agent_id").values()
    assert call == {"direction": direction, "agent_id": "a-7"}


@pytest.mark.parametrize("begun", ["QUEUE_TRANSFER", "TRANSFER", "DISCONNECT"])
def test_a_transfer_without_its_first_leg_is_refused(tmp_path: Path, begun: str) -> None:
    """Either direction may be wrong; with the first leg in a file of its own it is known."""
    records = [
        {
            "ContactId": contact_id,
            "InitialContactId": "c-1",
            "Channel": "VOICE",
            "InitiationMethod": method,
            "InitiationTimestamp": "2026-03-10T08:14:05Z",
            "Agent": {"Username": agent},
        }
        for contact_id, method, agent in (("c-1", "OUTBOUND", "laura"), ("c-2", begun, "marco"))
    ]
    (tmp_path / "second.json").write_text(json.dumps(records[1]), encoding="utf-8")
    (text,) = details(take_recordings(tmp_path, ["c-2.wav"])).values()
    assert text.startswith("second.json (Amazon Connect): `direction`")
    assert "`InitialContactId`" in text
    assert "only if one answered" not in text
    (tmp_path / "first.json").write_text(json.dumps(records[0]), encoding="utf-8")
    (call,) = told(take_recordings(tmp_path, []), "direction").values()
    assert call == {"direction": Direction.OUTBOUND}


@pytest.mark.parametrize("first_update", [None, "2026-03-10T11:00:00+01:00"])
def test_the_update_that_was_made_last_counts(tmp_path: Path, first_update: str | None) -> None:
    """By the instant, whatever zone it is written in; one without a time is older."""
    record = {
        "ContactId": "c-1",
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "InitiationTimestamp": "2026-03-10T08:14:05Z",
    }
    updates: list[dict[str, Any]] = [
        {"LastUpdateTimestamp": "2026-03-10T10:30:00Z", "Agent": {"Username": "laura"}},
        {"LastUpdateTimestamp": first_update, "Agent": {"Username": "marco"}},
    ]
    lines = (json.dumps(record | one) + "\n" for one in updates)
    (tmp_path / "records.jsonl").write_text("".join(lines), encoding="utf-8")
    (call,) = told(take_recordings(tmp_path, ["c-1.wav"]), "agent_id").values()
    assert call == {"agent_id": "laura"}


def test_an_odd_record_is_told_and_costs_no_other(tmp_path: Path) -> None:
    """Without an agent or of another kind, it is named by its item; the next one is read."""
    whole = {"Channel": "VOICE", "InitiationTimestamp": "2026-03-10T08:14:05Z"}
    records = [
        whole | {"ContactId": "c-1", "InitiationMethod": "INBOUND", "Agent": None, "Queue": None},
        whole | {"ContactId": "c-2", "InitiationMethod": ["INBOUND"], "Agent": "laura"},
        whole | {"ContactId": "c-3", "InitiationMethod": "INBOUND", "Agent": {"Username": "laura"}},
    ]
    (tmp_path / "records.json").write_text(json.dumps(records), encoding="utf-8")
    intake = take_recordings(tmp_path, ["c-1.wav", "c-2.wav", "c-3.wav"])
    assert [call.call_id for call, _ in intake.ready] == ["c-3"]
    wrong = details(intake)
    assert wrong["c-1.wav"].startswith("records.json, item 1 (Amazon Connect): `agent_id`")
    assert "only if one answered" in wrong["c-1.wav"]
    assert wrong["c-2.wav"].startswith("records.json, item 2 (Amazon Connect)")
    assert "laura" not in wrong["c-2.wav"]


def test_who_withholds_the_number_is_no_customer(tmp_path: Path) -> None:
    """Otherwise all of them would be one customer who calls again and again."""
    record = {
        "ContactId": "c-1",
        "InitiationMethod": "INBOUND",
        "InitiationTimestamp": "2026-03-10T08:14:05Z",
        "Agent": {"Username": "laura"},
        "CustomerEndpoint": {"Address": "anonymous", "Type": "TELEPHONE_NUMBER"},
    }
    (tmp_path / "record.json").write_text(json.dumps(record), encoding="utf-8")
    (call,) = told(take_recordings(tmp_path, ["c-1.wav"]), "customer_ref").values()
    assert call == {"customer_ref": None}
