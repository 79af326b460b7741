"""Recording resources of Twilio, completed by Call resources."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from models.call import Direction, QuarantineReason
from tests.flows.sources.exports.samples_of import details, take_recordings, take_sample, told
from tests.flows.sources.test_folder import reasons

if TYPE_CHECKING:
    from pathlib import Path

_RE, _CA = "RE" + "e" * 31, "CA" + "a" * 31
RECORDINGS = (f"{_RE}1.wav", f"2026-03-29/{_RE}2.wav", f"{_RE}3.wav", f"{_RE}5.wav")


def resources(folder: Path, *calls: dict[str, Any], duration: str = "60") -> None:
    """A recording RE1 of the call CA1, which began at 8:14:05, and Call resources."""
    account = {"account_sid": "AC1"}
    recording = {"sid": "RE1", "call_sid": "CA1", "duration": duration}
    recording |= {"start_time": "Tue, 10 Mar 2026 08:14:05 +0000", "status": "completed"}
    (folder / "RE1.json").write_text(json.dumps(account | recording), encoding="utf-8")
    call = {"sid": "CA1", "status": "completed", "duration": "60", "direction": "inbound"}
    call |= account | {"from": "+34911230001", "to": "+34911239999"}
    lines = (json.dumps(call | one) + "\n" for one in calls)
    (folder / "calls.jsonl").write_text("".join(lines), encoding="utf-8")


def dialled(sid: str, to: str, at: str, until: str) -> dict[str, str]:
    """A call that CA1 dialled, with its times of that day."""
    start, end = (f"Tue, 10 Mar 2026 {time} +0000" for time in (at, until))
    times = {"start_time": start, "end_time": end, "date_updated": ""}
    return times | {"sid": sid, "parent_call_sid": "CA1", "direction": "outbound-dial", "to": to}


def test_recordings_and_their_calls(tmp_path: Path) -> None:
    """Who was dialled is the agent: in turn, where the caller was transferred."""
    calls = told(
        take_sample(tmp_path, "twilio", RECORDINGS),
        *("started_at", "agent_id", "queue", "direction", "contact_id", "customer_ref"),
    )
    inbound, outbound = ("unassigned", Direction.INBOUND), ("unassigned", Direction.OUTBOUND)
    assert {call_id: tuple(call.values()) for call_id, call in calls.items()} == {
        f"{_RE}1": (
            *("2026-03-29T00:59:30+00:00", "laura", *inbound),
            *(f"{_CA}1", "+34911230001"),
        ),
        f"{_RE}2": (
            *("2026-03-29T01:05:02+00:00", "marco", *inbound),
            *(f"{_CA}1", "+34911230001"),
        ),
        f"{_RE}3": (
            *("2026-03-29T09:00:09+00:00", "laura", *outbound),
            *(f"{_CA}5", "+34911230002"),
        ),
        f"{_RE}5": (
            *("2026-03-29T12:30:00+00:00", "1042", *inbound),
            *(f"{_CA}7", "+34911230004"),
        ),
    }


def test_the_newest_delivery_counts(tmp_path: Path) -> None:
    """A resource lies in a list and by itself; no side of a recording is taken from habit."""
    calls = told(
        take_sample(tmp_path, "twilio", RECORDINGS),
        *("stated_duration_s", "channel_roles", "fields"),
    )
    assert calls[f"{_RE}1"] == {"stated_duration_s": 301, "channel_roles": None, "fields": {}}
    assert calls[f"{_RE}2"]["stated_duration_s"] == 278


def test_a_recording_that_is_not_ready_is_no_error(tmp_path: Path) -> None:
    """But one that was forgotten is."""
    intake = take_sample(tmp_path, "twilio", RECORDINGS[:3])
    assert reasons(intake) == {"recordings.json, item 5": QuarantineReason.MISSING_RECORDING}


@pytest.mark.parametrize(
    ("duration", "agent"),
    [
        ("1200", None),  # from before the first was dialled until after the second answered
        ("900", None),
        ("360", "laura"),
        ("300", "laura"),
        ("-1", None),
    ],
)
def test_whose_part_was_recorded(tmp_path: Path, duration: str, agent: str | None) -> None:
    """A recording of two agents is neither's; clocks and full seconds may differ a little."""
    dials = (
        dialled("CA2", "client:laura", "08:14:06", "08:20:07"),
        dialled("CA3", "client:pau", "08:20:04", "08:30:00"),
    )
    resources(tmp_path, {}, *dials, duration=duration)
    intake = take_recordings(tmp_path, ["RE1.wav"])
    assert [call.agent_id for call, _ in intake.ready] == [agent] * (agent is not None)
    for text in details(intake).values():
        assert text.startswith("RE1.json (Twilio): `agent_id`")
        assert "sidecar" in text


@pytest.mark.parametrize("to", ["client:laura", "sip:laura@ferry.sip.example;transport=tls"])
def test_one_agent_may_be_dialled_after_the_recording_began(tmp_path: Path, to: str) -> None:
    """The recording has the announcements, too; there is nobody else whom it could be."""
    resources(tmp_path, {}, dialled("CA2", to, "08:14:30", "08:15:05"))
    (call,) = told(take_recordings(tmp_path, ["RE1.mp3"]), "agent_id").values()
    assert call == {"agent_id": "laura"}


@pytest.mark.parametrize(
    ("change", "told_"),
    [
        ({"from": "client:laura", "to": ""}, (Direction.OUTBOUND, None)),
        ({"from": "client:laura", "to": "+34911230009"}, (Direction.OUTBOUND, "+34911230009")),
        (
            {"from": "+34911230009", "to": "client:laura", "direction": "outbound-api"},
            (Direction.INBOUND, "+34911230009"),
        ),
        ({"from": "+266696687", "to": "client:laura"}, (Direction.INBOUND, None)),
        ({"from": "sip:anonymous@trunk.example", "to": "sip:laura@x"}, (Direction.INBOUND, None)),
        (
            {"from": "sip:laura@harbour.sip.dublin.twilio.com", "to": "sip:+34911230009@x"},
            (Direction.OUTBOUND, "+34911230009"),
        ),
    ],
)
def test_who_began(
    tmp_path: Path, change: dict[str, str], told_: tuple[Direction, str | None]
) -> None:
    """A call from an agent's browser is `inbound` to Twilio and outbound to the centre."""
    resources(tmp_path, change)
    (call,) = told(
        take_recordings(tmp_path, ["RE1.wav"]), "direction", "customer_ref", "agent_id"
    ).values()
    assert tuple(call.values()) == (*told_, "laura")


@pytest.mark.parametrize(
    ("began", "to", "was_dialled"),
    [
        ("client:laura", "AP1", "client:pau"),
        ("client:laura", "AP1", "sip:pau@pbx.example"),
        ("sip:laura@harbour.sip.twilio.com", "+34911239999", "client:pau"),
        ("client:laura", "client:pau", None),
        ("sip:laura@harbour.sip.twilio.com;transport=tls", "sip:pau@pbx.example", None),
        ("client:laura", "client:pau", "client:pau"),
    ],
)
@pytest.mark.parametrize("shown", ["client:laura", "+34911239999"])
def test_a_call_between_two_agents_is_nobodys(
    tmp_path: Path, began: str, to: str, was_dialled: str | None, shown: str
) -> None:
    """It has no direction; whatever number the agent shows to the one who is dialled."""
    calls = [{"from": began, "to": to}]
    if was_dialled:
        dial = dialled("CA2", was_dialled, "08:14:06", "08:15:05")
        calls.append(dial | {"from": shown})
    resources(tmp_path, *calls)
    (text,) = details(take_recordings(tmp_path, ["RE1.wav"])).values()
    assert "a call between two agents" in text
    assert "laura" not in text


@pytest.mark.parametrize(
    ("dialling", "found"),
    [
        ({"from": "+34911230001"}, ("laura", Direction.INBOUND, "+34911230001")),
        (
            {"from": "+34911239999", "to": "+34911230009", "direction": "outbound-api"},
            ("laura", Direction.OUTBOUND, "+34911230009"),
        ),
        ({"from": "client:pau", "to": "AP1"}, None),
        (None, None),
    ],
)
def test_a_recording_of_the_call_that_was_dialled(
    tmp_path: Path, dialling: dict[str, str] | None, found: tuple[object, ...] | None
) -> None:
    """The direction is that of the call that dialled it: what the agent is shown says nothing."""
    child = dialled("CA1", "client:laura", "08:14:06", "08:15:05")
    child |= {"parent_call_sid": "CA0", "from": "+34911239999"}
    resources(tmp_path, child, *([{"sid": "CA0"} | dialling] if dialling else []))
    taken = take_recordings(tmp_path, ["RE1.wav"])
    if found is None:
        (text,) = details(taken).values()
        assert "`direction`" in text
        assert "of the call that dialled that one" in text
        return
    (call,) = told(taken, "agent_id", "direction", "customer_ref").values()
    assert tuple(call.values()) == found


def test_a_later_inner_call_is_not_in_the_recording(tmp_path: Path) -> None:
    """An agent who asks a colleague after the recorded part still called the customer."""
    dial = dialled("CA2", "client:pau", "08:20:06", "08:21:05")
    resources(tmp_path, {"from": "client:laura", "to": "+34911230009"}, dial)
    (call,) = told(take_recordings(tmp_path, ["RE1.wav"]), "agent_id", "direction").values()
    assert call == {"agent_id": "laura", "direction": Direction.OUTBOUND}


def test_a_caller_of_another_system_is_a_customer(tmp_path: Path) -> None:
    """Also one without a number: the agent is who was dialled."""
    call = {"from": "sip:visitor@customer.example", "to": "+34911239999"}
    dial = dialled("CA2", "client:pau", "08:14:06", "08:15:05")
    resources(tmp_path, call, dial | {"from": "+34911239999"})
    (found,) = told(
        take_recordings(tmp_path, ["RE1.wav"]), "agent_id", "direction", "customer_ref"
    ).values()
    assert tuple(found.values()) == ("pau", Direction.INBOUND, "visitor@customer.example")


def test_without_call_resources_the_remedy_is_told(tmp_path: Path) -> None:
    """It names what is missing and where it can come from, and no number."""
    resources(tmp_path)
    (text,) = details(take_recordings(tmp_path, ["RE1.wav"])).values()
    assert "`agent_id`" in text
    assert "`direction`" in text
    assert "Call resources" in text
