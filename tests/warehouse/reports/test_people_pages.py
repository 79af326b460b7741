"""Coaching is measured against peers, and the work of a team against its own last weeks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from qa_rules.results import Outcome
from tests.warehouse.factory import CATALOGUE, GREETING, NIGHT, TIME_ZONE, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.lake.records import RuleTextInfo
from warehouse.lake.upload_records import CoachingSession, Commitment, Rate
from warehouse.reports.agents.reader import AgentReader
from warehouse.reports.agents.workload import workloads
from warehouse.reports.management.reader import read_report
from warehouse.reports.management.targets import read_targets
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.layout import Site
from warehouse.reports.site.period import week_of
from warehouse.reports.site.rule_texts import RuleTexts
from warehouse.snapshot.connection import open_database
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from qa_rules.results import CallResult
    from warehouse.lake.lake import Lake
    from warehouse.reports.agents.records import Effect

_HELD_AT = NIGHT - timedelta(days=10)


def _calls(agent_id: str, days: range, missed: int, count: int = 30) -> list[CallResult]:
    """Calls spread over days before the night, the first of which miss the greeting."""
    return [
        result(
            f"{agent_id}-{days.start}-{number}",
            greeting=Outcome.FAIL if number < missed else Outcome.PASS,
            agent_id=agent_id,
            started_at=NIGHT - timedelta(days=days[number % len(days)], minutes=number),
        )
        for number in range(count)
    ]


def _effect(lake: Lake, snapshots: Path, calls: list[CallResult]) -> Effect | None:
    night(lake, "night-1", calls)
    session = CoachingSession(session_id="x1", agent_id="a1", supervisor_id="s1", held_at=_HELD_AT)
    promise = Commitment(
        commitment_id="p1",
        session_id="x1",
        made_by="agent",
        promise="I greet everybody.",
        rule_id=GREETING.rule_id,
    )
    lake.uploads.add("coaching_session", [session])
    lake.uploads.add("commitment", [promise])
    with open_database(publish(lake, snapshots), read_only=True) as connection:
        (record,) = AgentReader(connection, RuleTexts(lake.catalogues())).records(["a1"])
    (commitment,) = record.commitments
    assert commitment.check == GREETING.title
    return commitment.effect


def test_a_coached_agent_who_improves_alone_has_improved(lake: Lake, snapshots: Path) -> None:
    """Against peers who do not change, the whole change is the agent's gain."""
    calls = [
        *_calls("a1", range(11, 20), missed=24),
        *_calls("a1", range(1, 9), missed=3),
        *_calls("a2", range(11, 20), missed=15),
        *_calls("a2", range(1, 9), missed=15),
    ]
    effect = _effect(lake, snapshots, calls)
    assert effect is not None
    assert round(effect.gain, 3) == 0.7
    assert effect.peers_change == 0
    assert effect.is_sure
    assert effect.gain_low < effect.gain < effect.gain_high


def test_what_everybody_learned_is_not_the_sessions_doing(lake: Lake, snapshots: Path) -> None:
    """Peers of the same queue and language who change as much leave no gain."""
    calls = [
        *_calls("a1", range(11, 20), missed=24),
        *_calls("a1", range(1, 9), missed=3),
        *_calls("a2", range(11, 20), missed=24),
        *_calls("a2", range(1, 9), missed=3),
    ]
    effect = _effect(lake, snapshots, calls)
    assert effect is not None
    assert round(effect.gain, 3) == 0
    assert not effect.is_sure


def test_few_calls_measure_nothing(lake: Lake, snapshots: Path) -> None:
    """Nineteen calls are too few for a comparison."""
    calls = [
        *_calls("a1", range(11, 20), missed=19, count=19),
        *_calls("a1", range(1, 9), missed=0),
        *_calls("a2", range(11, 20), missed=15),
        *_calls("a2", range(1, 9), missed=15),
    ]
    assert _effect(lake, snapshots, calls) is None


def test_calls_of_other_queues_are_no_peers(lake: Lake, snapshots: Path) -> None:
    """Without comparable peers there is no comparison."""
    others = [
        replace(one, call=replace(one.call, queue="sales"))
        for one in (*_calls("a2", range(11, 20), 15), *_calls("a2", range(1, 9), 15))
    ]
    own = [*_calls("a1", range(11, 20), 24), *_calls("a1", range(1, 9), 3)]
    assert _effect(lake, snapshots, [*own, *others]) is None


def test_a_sheet_speaks_the_readers_language_and_suggests(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """The rule's wording for an agent, as its file says it in that language."""
    spoken = RuleTextInfo(
        language="it", title="Saluta", why="I clienti devono sapere.", coaching="Buongiorno, sono …"
    )
    greeting = GREETING.model_copy(update={"texts": (spoken,), "coaching": "Good morning, I am …"})
    rules = (greeting, *CATALOGUE.rules[1:])
    night(lake, "night-1", [result("c1", greeting=Outcome.FAIL)])
    lake.record_catalogue(CATALOGUE.model_copy(update={"rules": rules}))
    publisher = Publisher(
        lake=lake,
        site=Site(tmp_path),
        audio=AudioFolder(tmp_path / "audio", TIME_ZONE),
        readers={"s1": "it"},
    )
    (file,) = publisher.publish(publish(lake, snapshots))
    sheet = Page(tmp_path / "coaching" / "a1.html").text
    assert "Buongiorno, sono …" in sheet
    assert "I clienti devono sapere." in sheet
    (call,) = tmp_path.glob("calls/*/c1-*.html")
    for page in (file.html, call):
        assert "Saluta" in Page(page).text
        assert GREETING.title not in Page(page).text


def _working_days(calls_a_day: dict[int, int], **of_call: Any) -> list[CallResult]:
    return [
        result(
            f"{of_call.get('agent_id')}-{day}-{number}",
            started_at=NIGHT - timedelta(days=day, hours=number % 7),
            **of_call,
        )
        for day, count in calls_a_day.items()
        for number in range(count)
    ]


def test_a_change_of_pace_is_told_of_the_person_it_is(lake: Lake, snapshots: Path) -> None:
    """Who suddenly takes far fewer calls is named with both amounts; who goes on as ever is not."""
    slower = {day: 2 if day < 7 else 8 + day % 2 for day in range(28)}
    steady = {day: 4 + day % 2 for day in range(28)}
    calls = [
        *_working_days(slower, agent_id="a1", agent_name="Ana"),
        *_working_days(steady, agent_id="a2", agent_name="Ben"),
    ]
    night(lake, "night-1", calls)
    with open_database(publish(lake, snapshots), read_only=True) as connection:
        workload = workloads(connection)["North"]
    told = {(one.agent_name, one.signal): one for one in workload.people}
    assert {name for name, _ in told} == {"Ana"}
    assert told["Ana", "call_count"].amount == 2
    assert round(told["Ana", "call_count"].earlier, 1) == 8.5


def test_a_few_days_say_nothing_of_the_work(lake: Lake, snapshots: Path) -> None:
    """One week has nothing to be compared with."""
    night(lake, "night-1", _working_days(dict.fromkeys(range(6), 5), agent_id="a1"))
    with open_database(publish(lake, snapshots), read_only=True) as connection:
        assert workloads(connection) == {}


def test_the_cost_is_told_once_rates_are_known(lake: Lake, snapshots: Path) -> None:
    """An hour at 60 makes a minute's call cost 1."""
    night(lake, "night-1", [result("c1"), result("c2")])
    rate = Rate(valid_from=NIGHT.date(), hour_cost=60.0, currency="EUR")
    lake.uploads.add("rate", [rate])
    with open_database(publish(lake, snapshots), read_only=True) as connection:
        report = read_report(connection, week_of(NIGHT.date()), read_targets())
    assert report is not None
    (cost,) = report.costs
    assert (cost.currency, round(cost.total, 6), round(cost.per_call or 0, 6)) == ("EUR", 2, 1)


def test_a_call_is_not_praised_and_blamed(lake: Lake, snapshots: Path) -> None:
    """A call that shows an area to improve, or has a flag, is no good example."""
    mixed = [
        result(
            f"m{one}",
            greeting=Outcome.FAIL if one % 2 else Outcome.PASS,
            promises=Outcome.PASS if one % 2 else Outcome.FAIL,
            agent_id="a1",
            started_at=NIGHT - timedelta(minutes=one),
        )
        for one in range(6)
    ]
    unflagged = [
        replace(one, findings=tuple(replace(each, flagged=False) for each in one.findings))
        for one in mixed
    ]
    night(lake, "night-1", [*unflagged, *_calls("a2", range(1, 9), missed=0)])
    with open_database(publish(lake, snapshots), read_only=True) as connection:
        (record,) = AgentReader(connection, RuleTexts(lake.catalogues())).records(["a1"])
    blamed = {clip.call_id for area in record.areas for clip in area.clips}
    blamed |= {call.call_id for call in record.flagged_calls}
    praised = {clip.call_id for strength in record.strengths for clip in strength.clips}
    praised |= {call.call_id for call in record.best_calls}
    assert blamed
    assert not praised & blamed


def test_an_overdue_commitment_says_so(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """Open after its day is overdue; open until then, or kept, is not."""
    night(lake, "night-1", [result("c1")])
    session = CoachingSession(session_id="x1", agent_id="a1", supervisor_id="s1", held_at=_HELD_AT)
    last = NIGHT.date()
    promises = [
        Commitment(
            commitment_id=f"p{number}",
            session_id="x1",
            made_by="agent",
            promise=f"Promise {number}.",
            due_on=due_on,
            status=status,
            settled_at=None if status == "open" else NIGHT,
        )
        for number, (due_on, status) in enumerate(
            [(last - timedelta(days=1), "open"), (last, "open"), (last - timedelta(days=1), "kept")]
        )
    ]
    lake.uploads.add("coaching_session", [session])
    lake.uploads.add("commitment", promises)
    audio = AudioFolder(tmp_path / "audio", TIME_ZONE)
    Publisher(lake=lake, site=Site(tmp_path), audio=audio).publish(publish(lake, snapshots))
    told = Page(Site(tmp_path).coaching("a1")).text
    places = [told.index(f"Promise {number}.") for number in range(3)]
    states = [told[start:end] for start, end in zip(places, [*places[1:], len(told)], strict=True)]
    assert [("overdue" in state) for state in states] == [True, False, False]
