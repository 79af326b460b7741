"""Metadata files of Genesys Cloud's bulk export of recordings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from models.call import Direction, QuarantineReason
from tests.flows.sources.exports.samples_of import details, take_recordings, take_sample, told
from tests.flows.sources.test_folder import reasons

if TYPE_CHECKING:
    from pathlib import Path

_LAURA, _MARCO = (f"b1a0cafe-0000-4000-8000-00000000a00{number}" for number in (1, 2))
_BOOKINGS = "c0de0001-0000-4000-8000-00000000b001"


def recording_id(number: int) -> str:
    """The recording of that number in the sample."""
    return f"3f6e000{number}-1c00-4d00-9e00-0000000ca11{number}"


def conversation(number: int) -> str:
    """The conversation of that number in the sample."""
    return f"7a0b000{number}-2d00-4e00-8f00-000000c0ffe{number}"


def exported(hour: int, contact: int, name: str) -> str:
    """A recording in the folders of the export."""
    return f"year=2026/month=3/day=29/hour={hour}/conversation_id={conversation(contact)}/{name}"


RECORDINGS = (
    exported(0, 1, f"{recording_id(1)}.opus"),
    exported(1, 1, f"{recording_id(2)}.opus"),
    exported(9, 2, f"{recording_id(3)}.wav"),  # converted afterwards
    exported(10, 3, f"{recording_id(4)}.opus"),
)


def test_recordings_of_a_conversation(tmp_path: Path) -> None:
    """Each is a call with its own agent; several queues are not guessed among."""
    calls = told(
        take_sample(tmp_path, "genesys_cloud", RECORDINGS),
        *("started_at", "agent_id", "queue", "direction", "contact_id", "customer_ref"),
        *("stated_duration_s", "fields", "channel_roles"),
    )
    assert {call_id: tuple(call.values()) for call_id, call in calls.items()} == {
        recording_id(1): (
            *("2026-03-29T00:59:30.120000+00:00", _LAURA, _BOOKINGS, Direction.INBOUND),
            *(conversation(1), "+34911230001", 331.88, {}, None),
        ),
        recording_id(2): (
            *("2026-03-29T01:05:02.300000+00:00", _MARCO, "unassigned", Direction.INBOUND),
            *(conversation(1), "+34911230001", 277.7, {}, None),
        ),
        recording_id(3): (
            *("2026-03-29T09:00:09+00:00", _LAURA, "unassigned", Direction.OUTBOUND),
            *(conversation(2), "+34911230002", 351.0, {}, None),
        ),
    }


def test_a_recording_of_two_agents_is_no_ones(tmp_path: Path) -> None:
    """The file does not say who spoke when; the remedy is told. A screen is no call."""
    intake = take_sample(tmp_path, "genesys_cloud", RECORDINGS)
    name = f"{recording_id(4)}.opus"
    assert reasons(intake) == {name: QuarantineReason.INVALID_METADATA}
    text = details(intake)[name]
    assert text.startswith(f"{name}_metadata.json (Genesys Cloud): `agent_id`")
    assert "several agents" in text
    assert _LAURA not in text


@pytest.mark.parametrize(
    ("change", "explained"),
    [
        ({"startTime": None}, ""),
        ({"initialDirection": "sideways"}, ""),
        ({"userIds": []}, "the export names no one who spoke"),
        ({"userIds": ["u-1", "u-2"]}, "`userIds` has several agents"),
    ],
)
def test_only_what_is_missing_is_explained(
    tmp_path: Path, change: dict[str, Any], explained: str
) -> None:
    """One agent who is named twice is one; another fault is not said to be that of the agent."""
    one: dict[str, Any] = {"mediaType": "call", "conversationId": "k-1", "userIds": ["u-1", "u-1"]}
    one |= {"startTime": "2026-03-10T08:14:05Z", "initialDirection": "inbound"}
    path = tmp_path / "r-1.wav_metadata.json"
    path.write_text(json.dumps(one), encoding="utf-8")
    assert [*told(take_recordings(tmp_path, ["r-1.wav"]))] == ["r-1"]
    path.write_text(json.dumps(one | change), encoding="utf-8")
    (text,) = details(take_recordings(tmp_path, [])).values()
    assert text.partition("correct it and run again")[2].strip("; ").startswith(explained)
    assert ("sidecar" in text) == bool(explained)


def test_a_forgotten_recording_is_told(tmp_path: Path) -> None:
    """The export writes metadata only beside recordings."""
    intake = take_sample(tmp_path, "genesys_cloud", (*RECORDINGS[:2], RECORDINGS[3]))
    name = f"{recording_id(3)}.opus_metadata.json"
    assert reasons(intake)[name] is QuarantineReason.MISSING_RECORDING
