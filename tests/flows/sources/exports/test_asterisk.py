"""Call detail records of Asterisk and FreePBX become calls: one for each agent who answered."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from flows.sources.folder import take_in
from models.call import Direction, QuarantineReason
from tests.flows.sources.test_folder import reasons, recording

if TYPE_CHECKING:
    from flows.sources.folder import Intake
    from models.call import Call

SAMPLES = Path(__file__).parent / "samples"
MADRID = ZoneInfo("Europe/Madrid")


def taken(folder: Path, table: str, *names: str) -> Intake:
    """What is taken of a folder that holds a table and recordings."""
    copy(SAMPLES / table, folder)
    for seed, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        recording(folder, name, seed)
    return take_in(folder, {}, zone=MADRID)


def by_id(intake: Intake) -> dict[str, Call]:
    """Calls by id."""
    return {call.call_id: call for call, _ in intake.ready}


def utc(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_answered_legs_of_master_csv(tmp_path: Path) -> None:
    """A queue call and its transfer are two calls of one contact; who only rang is none."""
    intake = taken(
        tmp_path,
        "asterisk/Master.csv",
        "1773130445.11.wav",
        "1773130840.15.wav",
        "x-1773133331.20.wav",
    )
    assert not intake.quarantined
    calls = by_id(intake)
    queue, transfer, out = (
        calls[one] for one in ("1773130445.11", "1773130840.15", "1773133331.20")
    )
    assert (queue.agent_id, queue.queue, queue.direction) == ("1042", "400", Direction.INBOUND)
    assert queue.started_at == utc("2026-03-10T08:14:05")
    assert queue.customer_ref == "600000017"
    assert dict(queue.fields) == {"transferred_to": "1043"}
    assert (transfer.agent_id, transfer.contact_id) == ("1043", "1773130445.11")
    assert transfer.contact_id == queue.contact_id
    assert dict(transfer.fields) == {"transferred_from": "1042"}
    assert (out.agent_id, out.direction) == ("1042", Direction.OUTBOUND)
    assert out.customer_ref == "600000029"
    assert out.queue == "unassigned"


def test_hour_that_the_clock_shows_twice(tmp_path: Path) -> None:
    """The epoch in the unique id tells the two hours apart."""
    calls = by_id(taken(tmp_path, "asterisk/Master.csv", "1792888200.3.wav", "1792891800.4.wav"))
    assert calls["1792888200.3"].started_at == utc("2026-10-25T00:30:00")
    assert calls["1792891800.4"].started_at == utc("2026-10-25T01:30:00")
    assert {call.agent_id for call in calls.values()} == {"1042"}


def test_counter_that_restarts(tmp_path: Path) -> None:
    """Two calls with the same count are two calls, by the epoch before it."""
    calls = by_id(taken(tmp_path, "asterisk/Master.csv", "1773130445.11.wav", "1773138600.11.wav"))
    assert calls["1773130445.11"].agent_id == "1042"
    assert calls["1773138600.11"].agent_id == "1044"


@pytest.mark.parametrize("name", ["1773138600.11.wav", "1773138605.13.wav"])
def test_agent_behind_a_local_channel(tmp_path: Path, name: str) -> None:
    """Two records of one conversation are one call, whichever channel was recorded."""
    (call,) = by_id(taken(tmp_path, "asterisk/Master.csv", name)).values()
    assert (call.agent_id, call.queue, call.call_id) == ("1044", "410", "1773138600.11")
    assert call.customer_ref is None


def test_recorded_but_not_answered(tmp_path: Path) -> None:
    """A caller who hung up in the queue has no agent; the message says so, without the number."""
    intake = taken(tmp_path, "asterisk/Master.csv", "1773144000.30.wav")
    assert reasons(intake) == {"1773144000.30.wav": QuarantineReason.INVALID_METADATA}
    detail = intake.quarantined[0].detail
    assert "Master.csv:9" in detail
    assert "`agent_id`" in detail
    assert "600000031" not in detail


def test_call_between_extensions(tmp_path: Path) -> None:
    """It has no direction, and is no call of a customer."""
    intake = taken(tmp_path, "asterisk/Master.csv", "1773133800.22.wav")
    assert not intake.ready
    assert "between two extensions" in intake.quarantined[0].detail


def test_two_agents_on_one_recording(tmp_path: Path) -> None:
    """Nobody is judged by another agent's words: the recording waits for a person."""
    table = (SAMPLES / "asterisk/Master.csv").read_text().replace("1773130840.15", "1773130445.11")
    (tmp_path / "Master.csv").write_text(table)
    recording(tmp_path, "1773130445.11.wav", 1)
    intake = take_in(tmp_path, {}, zone=MADRID)
    assert reasons(intake) == {"1773130445.11.wav": QuarantineReason.INVALID_METADATA}
    assert "Master.csv:2 and Master.csv:4" in intake.quarantined[0].detail


@pytest.mark.parametrize("columns", [17, 18, 20])
def test_optional_fields_of_master_csv(tmp_path: Path, columns: int) -> None:
    """`cdr.conf` switches fields off: without a user field, or without the newer fields."""
    rows = list(csv.reader((SAMPLES / "asterisk/Master.csv").read_text().splitlines()))
    kept = {17: slice(0, 17), 18: slice(0, 18)}
    with (tmp_path / "Master.csv").open("w", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows(
            [*row[:17], *row[18:]] if columns == 20 else row[kept[columns]] for row in rows
        )
    recording(tmp_path, "1773130840.15.wav", 1)
    (call,) = by_id(take_in(tmp_path, {}, zone=MADRID)).values()
    assert call.agent_id == "1043"
    assert call.contact_id == ("1773130445.11" if columns == 20 else "1773130840.15")


def test_clock_of_the_records_in_utc(tmp_path: Path) -> None:
    """With `usegmtime` the times are in UTC, which the epoch in the unique id shows."""
    table = (SAMPLES / "asterisk/Master.csv").read_text()
    (tmp_path / "Master.csv").write_text(table.replace("2026-03-10 09:", "2026-03-10 08:"))
    recording(tmp_path, "1773130445.11.wav", 1)
    (call,) = by_id(take_in(tmp_path, {}, zone=MADRID)).values()
    assert call.started_at == utc("2026-03-10T08:14:05")


def test_table_of_freepbx(tmp_path: Path) -> None:
    """The recording file is named by the record, or found by the unique id in its name."""
    folder = "2026/03/10"
    queue = f"{folder}/q-400-600000017-20260310-091409-1773130445.11.wav"
    out = f"{folder}/out-600000029-1042-20260310-100211-1773133331.20.mp3"
    direct = f"{folder}/external-1044-600000037-20260310-113000-1773138600.11.wav"
    intake = taken(tmp_path, "freepbx/cdr.csv", queue, out, direct)
    assert not intake.quarantined
    calls = by_id(intake)
    assert {
        call_id: (call.agent_id, call.queue, call.direction, call.customer_ref)
        for call_id, call in calls.items()
    } == {
        "1773130445.11": ("1042", "400", Direction.INBOUND, "600000017"),
        "1773133331.20": ("1042", "unassigned", Direction.OUTBOUND, "600000029"),
        "1773138600.11": ("1044", "unassigned", Direction.INBOUND, "600000037"),
    }
    assert calls["1773130445.11"].started_at == utc("2026-03-10T08:14:05")
    assert not any("600000" in value for call in calls.values() for _, value in call.fields)


def test_earlier_export_of_a_contact_that_went_on(tmp_path: Path) -> None:
    """An export that was made before the transfer does not contradict the one after it."""
    rows = (SAMPLES / "asterisk/Master.csv").read_text().splitlines(keepends=True)
    (tmp_path / "nine.csv").write_text("".join(rows[:2]))
    (tmp_path / "ten.csv").write_text("".join(rows))
    recording(tmp_path, "1773130445.11.wav", 1)
    (call,) = by_id(take_in(tmp_path, {}, zone=MADRID)).values()
    assert dict(call.fields) == {"transferred_to": "1043"}


def test_record_without_an_id_or_a_channel(tmp_path: Path) -> None:
    """Empty fields cost no other record, nor do lines that are too short."""
    rows = (SAMPLES / "freepbx/cdr.csv").read_text().splitlines()
    (tmp_path / "cdr.csv").write_text("\n".join([rows[0], ",,,", "2026-03-10 09:14:05", *rows[1:]]))
    recording(tmp_path, "1773133331.20.wav", 1)
    assert set(by_id(take_in(tmp_path, {}, zone=MADRID))) == {"1773133331.20"}


HEAD = "calldate,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,disposition,uniqueid,linkedid"


def sides(folder: Path, *rows: str) -> list[tuple[str, str, str | None]]:
    """Agent, direction and customer of records of 2026-03-10 09:14:05, one after another."""
    lines = []
    for at, row in enumerate(rows):
        src, dst, context, channel, called, data = row.split()
        lines.append(
            f"2026-03-10 09:14:0{5 + at},{src},{dst},{context},{channel}-00000010,"
            f"{called}-00000011,Dial,{data},ANSWERED,{1773130445 + at}.1{at},1773130445.10"
        )
        recording(folder, f"{1773130445 + at}.1{at}.wav", at)
    (folder / "cdr.csv").write_text("\n".join([HEAD, *lines]))
    return [
        (call.agent_id, call.direction.value, call.customer_ref)
        for call, _ in take_in(folder, {}, zone=MADRID).ready
    ]


@pytest.mark.parametrize(
    ("row", "agent"),
    [
        ("600000017 s from-trunk PJSIP/98765 PJSIP/1042 x", "1042"),
        ("600000017 s from-trunk PJSIP/98765 PJSIP/laura x", "laura"),
        ("600000017 s from-pstn PJSIP/98765 PJSIP/laura x", "laura"),
        ("600000017 910000001 from-trunk-b PJSIP/b PJSIP/laura PJSIP/laura", "laura"),
        ("600000017 1042 ext-local PJSIP/98765 PJSIP/1042 x", "1042"),
    ],
)
def test_calls_over_a_trunk_come_from_outside(tmp_path: Path, row: str, agent: str) -> None:
    """Whatever the name of the trunk."""
    assert sides(tmp_path, row) == [(agent, "inbound", "600000017")]


@pytest.mark.parametrize(
    "row",
    [
        "600000017 600000029 from-internal-xfer PJSIP/movistar PJSIP/movistar x",
        "600000017 600000029 from-internal-xfer PJSIP/movistar PJSIP/vodafone x",
        "600000017 s from-trunk PJSIP/movistar PJSIP/vodafone PJSIP/600000029@vodafone",
        "600000017 s from-trunk SIP/movistar SIP/98765 SIP/98765/600000029",
    ],
)
def test_call_that_leaves_over_a_trunk_has_no_agent(tmp_path: Path, row: str) -> None:
    """A caller who is put through to a number outside speaks with nobody here."""
    assert not sides(tmp_path, row)


@pytest.mark.parametrize(
    "row",
    [
        "1042 600000029 from-internal PJSIP/1042 PJSIP/98765 x",
        "910000001 600000029 phones PJSIP/1042 PJSIP/movistar x",
        "910000001 112 phones PJSIP/1042 PJSIP/movistar PJSIP/112@movistar",
    ],
)
def test_calls_to_outside_over_any_trunk(tmp_path: Path, row: str) -> None:
    """The extension that called is the agent, also if it shows another number."""
    ((agent, direction, _),) = sides(tmp_path, row)
    assert (agent, direction) == ("1042", "outbound")


def test_transfer_within_a_trunk_call(tmp_path: Path) -> None:
    """Both agents have their leg, and each knows the other."""
    rows = (
        "600000017 1042 ext-local PJSIP/98765 PJSIP/1042 x",
        "600000017 1044 from-internal-xfer PJSIP/98765 PJSIP/1044 x",
    )
    assert [agent for agent, *_ in sides(tmp_path, *rows)] == ["1042", "1044"]
    first, second = (call for call, _ in take_in(tmp_path, {}, zone=MADRID).ready)
    assert dict(first.fields) == {"transferred_to": "1044"}
    assert dict(second.fields) == {"transferred_from": "1042"}


@pytest.mark.parametrize("channel", ["PJSIP/98765", "PJSIP/1042"])
def test_transfer_without_its_first_part(tmp_path: Path, channel: str) -> None:
    """Who began it is not known: the customer may have been called."""
    row = f"600000017 1044 from-internal-xfer {channel} PJSIP/1044 x"
    assert sides(tmp_path, row) == []
    (one,) = take_in(tmp_path, {}, zone=MADRID).quarantined
    assert "the direction of its first part" in one.detail


@pytest.mark.parametrize(
    ("context", "channel", "agent"),
    [
        ("from-internal-xfer", "PJSIP/movistar", "pau"),
        ("from-internal-xfer", "PJSIP/98765", "pau"),
        ("from-internal-noxfer", "PJSIP/movistar", "1044"),
    ],
)
def test_transfer_after_a_menu(tmp_path: Path, context: str, channel: str, agent: str) -> None:
    """A first part without an agent says who began the call, too; a trunk is never the agent."""
    menu = f"600000017 s from-trunk {channel} - x"
    leg = f"600000017 1044 {context} {channel} PJSIP/{agent} x"
    assert sides(tmp_path, menu, leg) == [(agent, "inbound", "600000017")]


def test_transfer_of_a_customer_who_was_called(tmp_path: Path) -> None:
    """Every leg of a call that an agent began is outbound, with the customer who was called."""
    rows = (
        "1042 600000017 from-internal PJSIP/1042 PJSIP/movistar x",
        "910000001 1044 from-internal-xfer PJSIP/movistar PJSIP/1044 x",
    )
    assert sides(tmp_path, *rows) == [
        ("1042", "outbound", "600000017"),
        ("1044", "outbound", "600000017"),
    ]


@pytest.mark.parametrize("zone", ["America/Bogota", "Atlantic/Canary", "Europe/Athens"])
def test_clock_of_the_records_in_another_zone(tmp_path: Path, zone: str) -> None:
    """A call is never stored hours off: it waits for the right setting."""
    row = "600000017 1042 ext-local PJSIP/b PJSIP/1042 x"
    sides(tmp_path, row)
    intake = take_in(tmp_path, {}, zone=ZoneInfo(zone))
    assert not intake.ready
    assert "CALLQA_TIME_ZONE" in intake.quarantined[0].detail


def test_clock_of_named_recordings_in_another_zone(tmp_path: Path) -> None:
    """The unique id in a name of FreePBX shows it, too."""
    recording(tmp_path, "external-1044-600000037-20260310-091410-1773130445.11.wav", 1)
    assert len(take_in(tmp_path, {}, zone=MADRID).ready) == 1
    (one,) = take_in(tmp_path, {}, zone=ZoneInfo("America/Bogota")).quarantined
    assert "CALLQA_TIME_ZONE" in one.detail


def test_later_leg_on_a_clock_in_utc(tmp_path: Path) -> None:
    """A leg may begin after its channel; the reading before the channel is none."""
    table = (SAMPLES / "asterisk/Master.csv").read_text()
    (tmp_path / "Master.csv").write_text(table.replace("2026-03-10 09:14", "2026-03-10 08:54"))
    recording(tmp_path, "1773130445.11.wav", 1)
    (call,) = by_id(take_in(tmp_path, {}, zone=MADRID)).values()
    assert call.started_at == utc("2026-03-10T08:54:05")
