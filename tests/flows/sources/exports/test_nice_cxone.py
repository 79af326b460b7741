"""Segments that Interaction Analytics of NICE CXone exports."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from models.call import Direction
from tests.flows.sources.exports.samples_of import details, take_recordings, take_sample, told

if TYPE_CHECKING:
    from pathlib import Path


def segment(number: int) -> str:
    """The segment of that number in the sample."""
    return f"9d1c000{number}-0a00-4b00-8c00-00000000d1a{number}"


RECORDINGS = (f"{segment(1)}.wav", f"{segment(2)}.mp4", f"2026-03-29/{segment(3)}.wav")


def test_segments_are_calls_of_one_contact(tmp_path: Path) -> None:
    """Each with its own agent, team and skill; a chat without a recording is no error."""
    intake = take_sample(tmp_path, "nice_cxone", RECORDINGS)
    calls = told(
        intake,
        *("started_at", "agent_id", "agent_name", "team", "queue", "direction"),
        *("contact_id", "customer_ref", "language"),
    )
    assert intake.quarantined == ()
    assert {call_id: tuple(call.values()) for call_id, call in calls.items()} == {
        segment(1): (
            *("2026-03-29T00:59:30.120000+00:00", "20017", "Laura Vidal", "Harbour", "Bookings"),
            *(Direction.INBOUND, "45501", "+34911230001", "es"),
        ),
        segment(2): (
            *("2026-03-29T01:05:02.300000+00:00", "20023", "Marco Ruiz", "Refunds", "Refunds"),
            *(Direction.INBOUND, "45501", "+34911230001", "es"),
        ),
        segment(3): (
            *("2026-03-29T09:00:09+00:00", "20017", "Laura Vidal", "Harbour", "Campaign spring"),
            *(Direction.OUTBOUND, "45503", "+34911230002", "en"),
        ),
    }


def test_the_newest_of_a_segment_counts(tmp_path: Path) -> None:
    """A segment that was analysed again is exported again, in any order; zero is a value."""
    calls = told(take_sample(tmp_path, "nice_cxone", RECORDINGS), "fields", "after_call_work_s")
    assert calls == {
        segment(1): {
            "fields": {"hold_s": "222", "hold_count": "2", "queue_wait_s": "190"},
            "after_call_work_s": 5,
        },
        segment(2): {"fields": {"hold_s": "0"}, "after_call_work_s": None},
        segment(3): {"fields": {"campaign": "spring"}, "after_call_work_s": None},
    }


@pytest.mark.parametrize("wrapped", [None, "interactions", "segments"])
def test_the_end_of_a_segment_is_not_its_start(tmp_path: Path, wrapped: str | None) -> None:
    """`publishedAt` alone does not do; item and remedy are told, however the list is wrapped."""
    one = {"segmentId": "s-1", "masterExternalId": "m-1", "publishedAt": "2026-03-10T08:20:00Z"}
    one |= {"direction": "INBOUND", "agentId": "a-1", "skillName": "Bookings"}
    data = [one, one | {"segmentId": "s-2", "startTime": "2026-03-10T08:14:05Z"}]
    whole = {wrapped: data} if wrapped else data
    (tmp_path / "export.json").write_text(json.dumps(whole), encoding="utf-8")
    intake = take_recordings(tmp_path, ["s-1.wav", "s-2.wav"])
    assert [call.call_id for call, _ in intake.ready] == ["s-2"]
    text = details(intake)["s-1.wav"]
    assert text.startswith("export.json, item 1 (NICE CXone): `started_at`")
    assert "publishedAt" in text


def test_a_number_may_be_a_number(tmp_path: Path) -> None:
    """Of a segment with 10 the older one has 5; a customer's number may be written without +."""
    one = {"segmentId": "s-1", "masterExternalId": 7, "startTime": "2026-03-10T08:14:05Z"}
    one |= {"skillName": "Bookings", "direction": "IN_BOUND", "ani": 34911230001}
    segments = [
        one | {"acquiredAt": 10, "agentId": "20023"},
        one | {"acquiredAt": 5, "agentId": "20017"},
    ]
    (tmp_path / "segments.json").write_text(json.dumps(segments), encoding="utf-8")
    calls = told(take_recordings(tmp_path, ["s-1.wav"]), "agent_id", "customer_ref")
    assert calls == {"s-1": {"agent_id": "20023", "customer_ref": "34911230001"}}
