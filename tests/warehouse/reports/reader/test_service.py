"""Handle time and survey answers of agents, teams and periods, with their counts and intervals."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.warehouse.factory import NIGHT, TIME_ZONE, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.lake.upload_records import SurveyAnswer
from warehouse.reports.agents.service import ServiceReader
from warehouse.reports.management.reader import read_report
from warehouse.reports.management.targets import Targets
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.layout import Site
from warehouse.reports.site.period import week_of
from warehouse.snapshot.connection import open_database
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa_rules.results import CallResult
    from warehouse.lake.lake import Lake

_PEOPLE = {"a1": ("Ana Ruiz", "North"), "a2": ("Ben Okafor", "South"), "a3": ("Cleo Sand", "South")}
_DURATION_S = 60.0  # of every recording of the factory


def _calls(agent_id: str, count: int, after_s: float | None) -> Iterator[CallResult]:
    """Calls whose after-call work alternates by 10 s around an amount."""
    name, team = _PEOPLE[agent_id]
    for number in range(count):
        work_s = None if after_s is None else after_s + (10 if number % 2 else -10)
        yield result(
            f"{agent_id}-{number}",
            agent_id=agent_id,
            agent_name=name,
            team=team,
            after_call_work_s=work_s,
        )


def _answers(agent_id: str, count: int, top_count: int) -> Iterator[SurveyAnswer]:
    """Answers about the first calls, some of them top answers."""
    for number in range(count):
        yield SurveyAnswer(
            survey_id=f"{agent_id}-{number}",
            call_id=f"{agent_id}-{number}",
            question="How content are you?",
            score=5.0 if number < top_count else 2.0,
            scale="1-5",
            answered_at=NIGHT + timedelta(hours=1),
        )


@pytest.fixture
def snapshot(lake: Lake, snapshots: Path) -> Path:
    """Ana's calls take long and content few; Ben's are the others; Cleo has few of both."""
    calls = [*_calls("a1", 40, 70.0), *_calls("a2", 40, 20.0), *_calls("a3", 5, 20.0)]
    untold = [replace(one, call=replace(one.call, call_id="u")) for one in _calls("a1", 1, None)]
    night(lake, "night-1", [*calls, *untold])
    answers = [*_answers("a1", 30, 10), *_answers("a2", 30, 28), *_answers("a3", 3, 3)]
    lake.uploads.add("survey", answers)
    return publish(lake, snapshots)


def test_agents_are_compared_with_the_others(snapshot: Path) -> None:
    """Means, shares and counts by hand; nothing is concluded from few calls or answers."""
    with open_database(snapshot, read_only=True) as connection:
        reader = ServiceReader(connection, by_team=False)
    ana, ben, cleo = (reader.of(agent_id) for agent_id in _PEOPLE)
    assert ana.handle_time is not None
    assert (ana.handle_time.call_count, ana.handle_time.mean_s) == (40, _DURATION_S + 70)
    assert ana.handle_time.others_mean_s == pytest.approx(_DURATION_S + (40 * 20 + 5 * 18) / 45)
    assert ana.handle_time.margin_s == pytest.approx(
        2.0227 * (100 * 40 / 39) ** 0.5 / 40**0.5, 1e-3
    )
    assert ana.handle_time.is_longer
    assert ben.handle_time is not None
    assert ben.handle_time.is_shorter
    assert cleo.handle_time is not None
    assert (cleo.handle_time.margin_s, cleo.handle_time.is_comparable) == (None, False)
    assert not cleo.handle_time.is_shorter
    (asked,) = ana.surveys
    assert (asked.top_count, asked.answer_count) == (10, 30)
    assert asked.others_top_ratio == pytest.approx(31 / 33)
    assert asked.significantly_worse
    (asked,) = cleo.surveys
    assert (asked.top_ratio, asked.top_ratio_low, asked.is_comparable) == (1.0, None, False)
    assert reader.of("nobody").surveys == ()


def test_pages_tell_counts_and_where_they_are_too_few(
    snapshot: Path, lake: Lake, tmp_path: Path
) -> None:
    """On the page of the agent and of the team; a report has the period's."""
    site, audio = Site(tmp_path), AudioFolder(tmp_path / "audio", TIME_ZONE)
    Publisher(lake=lake, site=site, audio=audio).publish(snapshot)
    ana = " ".join(Page(site.agent("a1")).text.split())
    assert "“How content are you?” (1-5)30 answers" in ana
    assert "33% top answers" in ana
    assert "others 94% · clearly below others" in ana
    assert "40 calls · others in the same queues 1:19 · clearly longer 2:10 ± 0:03" in ana
    cleo = " ".join(Page(site.agent("a3")).text.split())
    assert "3 answers · others 63% · too few answers to compare yet" in cleo
    assert "too few calls to compare yet 1:18" in cleo
    south = " ".join(Page(site.team("South")).text.split())
    assert "33 answers" in south
    assert "45 calls · others in the same queues 2:10 · clearly shorter" in south
    report = " ".join(Page(site.report("2026-W10")).text.split())
    assert "How content are you? 1-5 65%" in report
    assert "63 answers about 73.3% of the calls" in report


def test_a_report_has_the_answers_about_its_calls(snapshot: Path) -> None:
    """Their share of top answers, mean and number; handle time counts calls where it is known."""
    with open_database(snapshot, read_only=True) as connection:
        report = read_report(connection, week_of(NIGHT.date()), Targets())
    assert report is not None
    (row,) = report.surveys
    assert (row.top.count, row.call_count) == (63, 63)
    assert row.top.value == pytest.approx(41 / 63)
    assert row.score_mean == pytest.approx((41 * 5 + 22 * 2) / 63)
    time = report.figure("handle_time_mean_s")
    assert (time.count, time.before) == (85, None)
    assert time.value == pytest.approx(_DURATION_S + (40 * 70 + 40 * 20 + 5 * 18) / 85)


def test_weeks_without_data_say_so(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """No figure stands for what is not recorded."""
    night(lake, "night-1", [result("c1")])
    site, audio = Site(tmp_path), AudioFolder(tmp_path / "audio", TIME_ZONE)
    Publisher(lake=lake, site=site, audio=audio).publish(publish(lake, snapshots))
    assert "No survey answers and no after-call work" in Page(site.agent("a1")).text
    assert "No survey answers are recorded for this period." in Page(site.report("2026-W10")).text
