"""The management report states what is significant, with its evidence, on screen and in PDF."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.errors import RuleFilesError
from qa_rules.results import Outcome
from tests.warehouse.factory import CATALOGUE, GREETING, NIGHT, SCORECARD, TIME_ZONE, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.errors import WarehouseError
from warehouse.lake.records import RuleTextInfo
from warehouse.reports.management.reader import read_report
from warehouse.reports.management.records import Figure, Verdict
from warehouse.reports.management.targets import Target, read_targets
from warehouse.reports.publishing import Publisher
from warehouse.reports.site import pdf
from warehouse.reports.site.layout import Site
from warehouse.reports.site.pdf import pdf_of, require_paper
from warehouse.reports.site.period import month_named, month_of, week_named, week_of
from warehouse.snapshot.connection import open_database
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.lake.lake import Lake
    from warehouse.reports.management.records import ManagementReport

_EVIL = "<script>alert(1)</script><img src=http://x.example>"
_THIS_WEEK = week_of(NIGHT.date())


def _publisher(lake: Lake, home: Path, **options: Any) -> Publisher:
    return Publisher(
        lake=lake,
        site=Site(home),
        audio=AudioFolder(home / "audio", TIME_ZONE),
        targets=read_targets(),
        **options,
    )


def _two_weeks(lake: Lake, missed: int, **of_call: Any) -> None:
    """Forty calls in which everybody greets, and a week later forty of which some miss it."""
    before = [
        result(f"b{number}", started_at=NIGHT - timedelta(days=7), **of_call)
        for number in range(40)
    ]
    now = [
        result(f"n{number}", greeting=Outcome.FAIL if number < missed else Outcome.PASS, **of_call)
        for number in range(40)
    ]
    night(lake, "night-1", [*before, *now])


def _report(lake: Lake, snapshots: Path) -> ManagementReport:
    with open_database(publish(lake, snapshots), read_only=True) as connection:
        report = read_report(connection, _THIS_WEEK, read_targets())
    assert report is not None
    return report


def test_a_sure_fall_is_a_challenge_with_calls_to_hear(lake: Lake, snapshots: Path) -> None:
    """The question and the rule are named, beside the week before, with places that show it."""
    _two_weeks(lake, missed=20)
    report = _report(lake, snapshots)
    (worse,) = report.challenges["question_worse"]
    assert (worse.value, worse.other) == (0.5, 1.0)
    (missed,) = report.challenges["rule_missed"]
    assert missed.subject == "Did not greet with company and own name"
    assert (missed.value, round(missed.other or 0, 6)) == (0.5, 0.15)
    assert {clip.call_date for clip in missed.clips} == {NIGHT.date()}
    failed = {f"n{number}" for number in range(20)}
    off_target = [*report.challenges["target_missed"], worse]
    assert "pass_ratio" in {point.subject for point in off_target}
    for point in off_target:
        assert len(point.calls) == 3, point.subject
        assert {call.call_id for call in point.calls} <= failed, point.subject
    assert "question_better" not in report.achievements
    assert report.figure("pass_ratio").verdict is Verdict.MISSED


def test_a_sure_success_is_told_too(lake: Lake, snapshots: Path) -> None:
    """A team without failures has achievements and no challenges."""
    _two_weeks(lake, missed=0)
    report = _report(lake, snapshots)
    told = {point.subject for point in report.achievements["target_met"]}
    assert {"score_mean", "pass_ratio"} <= told
    assert report.challenges == {}


def test_titles_are_in_the_readers_language(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """Rules and questions of a report, of a team's training needs; the index of a night's lists."""
    _two_weeks(lake, missed=20)
    night(lake, "night-2", [result(f"s{n}", agent_id="a2", team="South") for n in range(40)])
    said = RuleTextInfo(language="it", title="Saluta per nome", why="Devono sapere.")
    asked = SCORECARD.questions[0].model_copy(update={"titles": {"it": "Ha salutato?"}})
    card = SCORECARD.model_copy(update={"questions": (asked, *SCORECARD.questions[1:])})
    greeting = GREETING.model_copy(update={"texts": (said,)})
    catalogue = {"rules": (greeting, *CATALOGUE.rules[1:]), "scorecards": (card,)}
    lake.record_catalogue(CATALOGUE.model_copy(update=catalogue))
    _publisher(lake, tmp_path, language="it").publish(publish(lake, snapshots))
    site = Site(tmp_path)
    report, team = Page(site.report(_THIS_WEEK.name)).text, Page(site.team("North")).text
    assert "Saluta per nome" in report
    assert "Ha salutato?" in report
    assert "Ha salutato?" in team
    for text in (report, team):
        assert GREETING.title not in text
        assert SCORECARD.questions[0].title not in text
    (index,) = site.lists.glob("*/index.html")
    assert next(Page(index).attributes("html"))["lang"] == "it"


def test_few_calls_are_told_as_few(lake: Lake, snapshots: Path) -> None:
    """Three failed calls are too few for a statement."""
    night(lake, "night-1", [result(f"c{one}", greeting=Outcome.FAIL) for one in range(3)])
    report = _report(lake, snapshots)
    assert "rule_missed" not in report.challenges
    assert "agent_below" not in report.challenges
    assert report.figure("auto_fail_ratio").verdict is Verdict.NO_DATA


def test_a_period_without_calls_has_no_report(lake: Lake, snapshots: Path) -> None:
    """There is nothing to report."""
    night(lake, "night-1", [result("c1")])
    with open_database(publish(lake, snapshots), read_only=True) as connection:
        assert read_report(connection, _THIS_WEEK.before, read_targets()) is None


@given(low=st.floats(0, 1), width=st.floats(0, 1), bound=st.floats(0, 1), wants_more=st.booleans())
def test_a_verdict_needs_the_whole_interval(
    low: float, width: float, bound: float, *, wants_more: bool
) -> None:
    """Met and missed never overlap the target; everything else is no clear difference."""
    target = Target(at_least=bound) if wants_more else Target(at_most=bound)
    figure = Figure(
        name="pass_ratio",
        count=100,
        value=low,
        low=low,
        high=low + width,
        before=None,
        change_low=None,
        change_high=None,
        target=target,
    )
    if low < bound < low + width:
        assert figure.verdict is Verdict.UNSURE
    elif figure.verdict is Verdict.MET:
        assert low >= bound if wants_more else low + width <= bound
    elif figure.verdict is Verdict.MISSED:
        assert low + width < bound if wants_more else low > bound


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_periods_follow_each_other_without_a_gap(day: date) -> None:
    """Every day is in one week and one month, which their names lead back to."""
    for period, named in ((week_of(day), week_named), (month_of(day), month_named)):
        assert period.first_date <= day <= period.last_date
        assert period.before.last_date + timedelta(days=1) == period.first_date
        assert named(period.name) == period


@pytest.mark.parametrize("name", ["2026-W54", "2026-47", "W47", "", "../x"])
def test_a_week_that_is_none_is_refused(name: str) -> None:
    """With an example of one that is."""
    with pytest.raises(WarehouseError, match="2026-W47"):
        week_named(name)


@pytest.mark.parametrize("name", ["2026-13", "2026-W01", "november"])
def test_a_month_that_is_none_is_refused(name: str) -> None:
    """With an example of one that is."""
    with pytest.raises(WarehouseError, match="2026-11"):
        month_named(name)


def test_a_target_with_a_fault_is_named_with_its_line(tmp_path: Path) -> None:
    """A manager can find it."""
    file = tmp_path / "targets.yaml"
    file.write_text("score_mean: {at_least: 80}\npass_ratio: {at_least: 0.8, at_most: 0.9}\n")
    with pytest.raises(RuleFilesError, match=r"targets.yaml:2: .*either at_least or at_most"):
        read_targets(file)


_TEAM_TARGETS = """
score_mean: {at_least: 90}
teams:
  North: {score_mean: {at_least: 70}, flagged_call_ratio: {at_most: 0.2}}
  Nroth: {score_mean: {at_least: 70}}
"""


def test_teams_have_targets_of_their_own(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """A target of a team comes before that of all; what it leaves out is as for all teams."""
    _two_weeks(lake, missed=20)
    night(lake, "night-2", [result(f"s{n}", agent_id="a2", team="South") for n in range(40)])
    file = tmp_path / "targets.yaml"
    file.write_text(_TEAM_TARGETS)
    targets = read_targets(file)
    snapshot = publish(lake, snapshots)
    with open_database(snapshot, read_only=True) as connection:
        report = read_report(connection, _THIS_WEEK, targets)
    assert report is not None
    north, south = report.teams
    assert (north.team, north.score.value, north.flagged.value) == ("North", 80.0, 0.5)
    assert (north.score.verdict, north.flagged.verdict) == (Verdict.MET, Verdict.MISSED)
    assert (south.score.value, south.flagged.value) == (100.0, 0.0)
    assert (south.score.verdict, south.flagged.verdict) == (Verdict.MET, Verdict.NO_TARGET)
    assert south.score.target == targets.score_mean
    assert report.teamless_targets == ("Nroth",)
    publisher = replace(_publisher(lake, tmp_path, language="it"), targets=targets)
    publisher.publish(snapshot)
    text = Page(Site(tmp_path).report(_THIS_WEEK.name)).text
    assert "Nroth" in text
    assert "≥ 70" in text


def test_few_calls_of_a_team_are_no_verdict(lake: Lake, snapshots: Path) -> None:
    """Nine calls are no reason to say that a team has missed its target."""
    night(lake, "night-1", [result(f"c{n}", greeting=Outcome.FAIL) for n in range(9)])
    (team,) = _report(lake, snapshots).teams
    assert (team.score.value, team.score.verdict) == (60.0, Verdict.NO_DATA)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("teams:\n  North: {score_mean: {at_least: 80, at_most: 90}}\n", "either at_least"),
        ("teams:\n  North: {adherence: {at_least: 1}}\n", "adherence"),
    ],
)
def test_a_team_target_with_a_fault_is_named(tmp_path: Path, text: str, named: str) -> None:
    """With the line."""
    file = tmp_path / "targets.yaml"
    file.write_text(text)
    with pytest.raises(RuleFilesError, match=f"targets.yaml:2: .*{named}"):
        read_targets(file)


def test_the_overview_leads_to_the_week_and_the_month(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """Both are written with the night, and hostile texts in them are harmless."""
    _two_weeks(lake, missed=20, team=_EVIL, agent_name=_EVIL, queue=_EVIL)
    home = tmp_path / "home"
    _publisher(lake, home).publish(publish(lake, snapshots))
    links = [link for link in Page(home / "index.html").links if "reports/" in link]
    assert links == [
        "reports/2026-W10.html",
        "reports/2026-W09.html",
        "reports/2026-03.html",
        "reports/2026-02.html",
    ]
    for path in (home / "reports").iterdir():
        assert _EVIL not in path.read_text()
        assert [link for link in Page(path).links if "://" in link] == []


@pytest.fixture
def asked() -> Any:
    """A server on this machine, and the paths that it was asked for."""
    paths: list[str] = []

    class _Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    server.server_close()
    thread.join()


def test_paper_asks_nothing_of_any_host(asked: tuple[str, list[str]], tmp_path: Path) -> None:
    """Neither a picture nor a style sheet nor a local file is fetched."""
    url, paths = asked
    (tmp_path / "secret.css").write_text("body {color: red}")
    page = (
        f'<link rel=stylesheet href="{url}/style"><img src="{url}/picture">'
        f'<link rel=stylesheet href="{(tmp_path / "secret.css").as_uri()}"><p>text'
        f"<style>@import url({url}/import)</style>"
    )
    assert pdf_of(page.encode(), base_url=url).startswith(b"%PDF")
    assert paths == []


def test_a_report_comes_on_paper(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """Beside its page, which links it; a page that is written without it takes it away."""
    _two_weeks(lake, missed=20)
    home, snapshot = tmp_path / "home", publish(lake, snapshots)
    with open_database(snapshot, read_only=True) as connection:
        page = _publisher(lake, home, pdf=True).write_report(connection, _THIS_WEEK)
        assert page is not None
        assert page.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
        assert "2026-W10.pdf" in Page(page).links
        _publisher(lake, home).write_report(connection, _THIS_WEEK)
    assert not page.with_suffix(".pdf").exists()


def test_a_machine_without_pango_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the names of the packages."""

    def without(_name: str) -> None:
        raise OSError("cannot load library")

    monkeypatch.setattr(pdf, "import_module", without)
    with pytest.raises(WarehouseError, match=r"libpango-1\.0-0"):
        require_paper()
    assert not pdf.can_set_type()
