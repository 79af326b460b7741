"""A run over what each system exports: every item ends as a call of its agent, or with a reason."""

from __future__ import annotations

import json
import random
import shutil
import wave
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from flows.cli.app import app
from flows.night.night import Night
from flows.settings.centre import Settings
from flows.sources.folder import take_in
from flows.workers import pool
from models.errors import ListeningError
from qa_rules.rule_files.rulebook import load_rulebook
from tests.night.recognitions.recorded import RecordedFactory, RecordedListener, recognitions
from warehouse.query.reader import open_snapshot
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.workers.pool import Workers
    from models.call import Call, Recording
    from models.transcript import Transcript
    from warehouse.query.reader import Snapshot

HERE = Path(__file__).parent
EXPORTS = HERE / "evaluated"
EXPECTED: dict[str, dict[str, dict[str, Any]]] = YAML(typ="safe").load(HERE / "evaluated.yaml")
RENDERING, RATE_HZ = "avx2", 8000
UNKNOWN: dict[str, Any] = {
    "team": "unassigned",
    "queue": "unassigned",
    "after_call_work_s": None,
    "fields": {},
}


class _Listener(RecordedListener):
    """Hears in each recording what the expectations say."""

    def __init__(self, source: Path) -> None:
        super().__init__(RENDERING)
        self._source = source

    def listen(self, call: Call, recording: Recording) -> Transcript:
        if not recording.path.is_relative_to(self._source):  # a redacted copy
            raise ListeningError(call.call_id, "nothing is recorded of it")
        return replace(self._heard(recording), call_id=call.call_id)

    def listen_again(
        self, recording: Recording, heard: Transcript, turns: frozenset[int]
    ) -> dict[int, Any]:
        name = self._heard(recording).call_id
        return {turn: self._again[name][turn] for turn in turns} if heard.turns else {}

    def _heard(self, recording: Recording) -> Transcript:
        system, _, name = recording.path.relative_to(self._source).as_posix().partition("/")
        return recognitions(RENDERING)[EXPECTED[system][name]["heard"]].transcript


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Of a centre whose run has evaluated all exports in one folder, and published."""
    folder = tmp_path_factory.mktemp("centre")
    source = shutil.copytree(EXPORTS, folder / "source")
    for system, items in EXPECTED.items():
        for name, expected in items.items():
            _record(source / system, name, expected)
    settings = Settings.with_overrides(
        source=source, home=folder / "home", workers=1, time_zone="Europe/Rome"
    )
    night = Night(settings, listener=RecordedFactory(RENDERING))
    night.take_in()
    rulebook = load_rulebook(settings.rules)
    worker = pool._Worker(_Listener(source), rulebook, settings.audio, settings.prove)
    for batch in night.batches():
        night.evaluate(batch, cast("Workers", worker), lambda: None)
    night._lake.record_run(night._record(), lists_written=False)
    publish(night._lake, settings.warehouse)  # without pages, which take longer
    return settings


def _record(folder: Path, name: str, expected: dict[str, Any]) -> None:
    """Write a recording of faint noise, as long as what is heard in it."""
    names = [name, *filter(None, [expected.get("and")])]
    length_s, channels = 1.0, 1
    if stem := expected.get("heard"):
        heard = recognitions(RENDERING)[stem].transcript
        length_s, channels = heard.duration_s, heard.channel_count // len(names)
    for one in names:
        path = folder / one
        if path.suffix not in {".wav", ".opus"}:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(path), "wb") as file:
            file.setnchannels(channels)
            file.setsampwidth(1)
            file.setframerate(RATE_HZ)
            noise = random.Random(f"{folder.name}/{one}")  # noqa: S311  noise, no secret
            file.writeframes(noise.randbytes(round(length_s * RATE_HZ) * channels))


@pytest.fixture(scope="module")
def snapshot(settings: Settings) -> Iterator[Snapshot]:
    """The published warehouse."""
    with open_snapshot(settings.warehouse) as opened:
        yield opened


@pytest.mark.parametrize("system", EXPECTED)
def test_each_call_is_what_its_system_says(
    settings: Settings, snapshot: Snapshot, system: str
) -> None:
    """Ids, agent, contact, start in UTC, direction, queue, hold and waits, as stored."""
    rows = snapshot.ask(
        "select *, started_at at time zone 'UTC' as started_at_utc from core.call"
        " where recording_path like $below",
        {"below": f"{settings.source}/{system}/%"},
    )
    stored = [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]
    found = {one["call_id"]: one for one in stored}
    expected = [one["call"] for one in EXPECTED[system].values() if "call" in one]
    assert found.keys() == {call["call_id"] for call in expected}
    for call in expected:
        one, wanted = found[call["call_id"]], {**UNKNOWN, "agent_name": call["agent_id"], **call}
        start = one.pop("started_at_utc").isoformat(" ")
        one["started_at"] = start.rstrip("0") if "." in start else start
        assert {key: one[key] for key in wanted} == wanted


@pytest.mark.parametrize("system", EXPECTED)
def test_what_is_not_taken_says_why(settings: Settings, snapshot: Snapshot, system: str) -> None:
    """With its reason, and words that say what to do."""
    rows = snapshot.ask(
        "select reason, detail from core.quarantine where item like $below",
        {"below": f"{settings.source}/{system}/%"},
    ).rows
    found = list(rows)
    expected = [one["not_taken"] for one in EXPECTED[system].values() if "not_taken" in one]
    assert len(found) == len(expected)
    for reason, words in expected:
        assert [one for one, detail in found if words in detail] == [reason]


@pytest.mark.parametrize("system", EXPECTED)
def test_each_agent_is_judged_by_their_own_leg(snapshot: Snapshot, system: str) -> None:
    """The one who does not greet fails, not the one who transferred the call to them."""
    rows = snapshot.ask(
        "select call_id, agent_id, outcome from core.final_finding"
        " join core.call using (call_date, call_id) where rule_id = 'script-greeting'"
    ).rows
    outcomes = {call_id: (agent_id, outcome) for call_id, agent_id, outcome in rows}
    for one in EXPECTED[system].values():
        if call := one.get("call"):
            assert outcomes[call["call_id"]] == (call["agent_id"], one["greeting"])


def test_contacts_repeat_and_legs_do_not(snapshot: Snapshot) -> None:
    """A transfer is one contact of two calls; only who calls again is a repeat."""
    rows = snapshot.ask(
        "select contact, call_count, is_repeated from mart.repeat_contacts order by contact"
    ).rows
    found = {contact: (count, is_repeated) for contact, count, is_repeated in rows}
    connect, again = (f"c0ffee0{n}-1111-4222-8333-44445555666{n}" for n in (1, 5))
    assert found == {
        connect: (2, True),
        again: (1, False),
        "CA00000000000000000000000000000001": (2, False),
        "9ab00001-0000-4000-8000-000000000001": (2, False),
        "1792888800.7": (2, True),
        "1793008800.12": (1, False),
        "1792890600.40": (1, False),
        "20261025-17": (2, False),
        "70001": (2, False),
        "0192c0de-7c1e-8a2b-9c3d-4e5f60718291": (2, False),
        "K1": (2, False),
    }


def test_customers_are_known_by_no_number(snapshot: Snapshot) -> None:
    """Whatever the spelling of a number; the line that was dialled is no customer."""
    rows = snapshot.ask("select customer_ref, call_id from core.call").rows
    by_call = {call_id: ref for ref, call_id in rows}
    assert all(ref is None or ref.startswith("tel-") for ref in by_call.values())
    assert by_call["9001"] == by_call["9002"]  # +34 … and 0034…
    of_connect = {ref for call_id, ref in by_call.items() if call_id.startswith("c0ffee")}
    assert len(of_connect) == 2


def test_handle_time_is_of_calls_whose_work_is_known(snapshot: Snapshot) -> None:
    """Of a queue's calls, those with after-call work; both means are of these."""
    rows = snapshot.ask(
        "select queue, sum(handle_time_count), avg(after_call_work_mean_s) from mart.queue_daily"
        " where queue in ('Bookings', 'Refunds', '400') and call_date = '2026-10-25'"
        " group by queue order by queue"
    ).rows
    # Bookings: 12 and 7 s of Connect, 9 s of CXone. Refunds: 30 s of Connect, unknown of CXone.
    found = [(queue, count, mean and round(mean, 3)) for queue, count, mean in rows]
    assert found == [("400", 0, None), ("Bookings", 3, 9.333), ("Refunds", 1, 30.0)]


def test_a_second_run_has_nothing_to_do(settings: Settings) -> None:
    """However often an export is delivered."""
    night = Night(settings, listener=RecordedFactory(RENDERING))
    night.take_in()
    assert (night.todo, night.judge_count) == ([], 0)


def test_an_evaluated_call_leaves_and_enters_as_a_vcon(settings: Settings, tmp_path: Path) -> None:
    """A leg of Connect, as `callqa transcript --vcon` writes it beside its redacted copy."""
    call_id = EXPECTED["amazon_connect"]
    ((_, leg),) = [one for one in call_id.items() if one[1].get("heard") == "lt-0009"]
    arguments = ["transcript", leg["call"]["call_id"], "--vcon", "--home", str(settings.home)]
    written = CliRunner().invoke(app, arguments).stdout
    (tmp_path / "leg.vcon").write_text(written, encoding="utf-8")
    name = json.loads(written)["dialog"][0]["filename"]
    (copy,) = settings.home.rglob(name)
    shutil.copy(copy, tmp_path)
    ((call, _),) = take_in(tmp_path, {}).ready
    assert call.started_at.isoformat() == "2026-10-25T01:05:00+00:00"
    told = {name: getattr(call, name) for name in ("agent_id", "team", "queue", "contact_id")}
    assert told == {name: leg["call"][name] for name in told}
    assert call.direction == leg["call"]["direction"]
