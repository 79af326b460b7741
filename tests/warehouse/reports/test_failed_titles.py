"""What failed is said in words of its own, in the language of whoever reads it."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flows.deliver.mail import message
from flows.deliver.parcel import parcels_of
from qa_rules.results import Outcome
from tests.qa_rules.rule_folders import shipped_rulebook
from tests.warehouse.factory import SCORECARD, TIME_ZONE, finding, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.lake.rule_catalogue import catalogue_of
from warehouse.reports.management.targets import read_targets
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.layout import Site
from warehouse.reports.site.period import week_of
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from qa_rules.results import CallResult
    from warehouse.lake.lake import Lake
    from warehouse.lake.records import RuleInfo

CATALOGUE = catalogue_of(shipped_rulebook())
IDENTITY = next(rule for rule in CATALOGUE.rules if rule.rule_id == "script-identity-check")
NOTICE = next(rule for rule in CATALOGUE.rules if rule.rule_id == "script-recording-notice")
CHURN = next(rule for rule in CATALOGUE.rules if rule.rule_id == "conduct-churn-threat")
SAID = {
    "en": ("Agent checks who is calling before the account", "Did not check who was calling"),
    "es": ("El agente comprueba quién llama", "No comprobó quién llamaba"),
    "it": ("L'operatore verifica chi chiama", "Non ha verificato chi chiamava"),
}


def _judged(call_id: str, outcome: Outcome) -> CallResult:
    """A call in which one question is answered by one rule, with what it found."""
    plain = result(call_id, greeting=outcome)
    (evaluation,) = plain.evaluations
    answers = tuple(replace(one, rule_ids=(IDENTITY.rule_id,)) for one in evaluation.answers)
    return replace(
        plain,
        findings=(finding(IDENTITY, outcome),),
        evaluations=(replace(evaluation, answers=answers),),
    )


def _site(lake: Lake, snapshots: Path, home: Path, language: str) -> Site:
    """Forty calls, of which twenty fail, and all their pages."""
    outcomes = [Outcome.FAIL, Outcome.PASS] * 20
    calls = [_judged(f"c{n}", outcome) for n, outcome in enumerate(outcomes)]
    night(lake, "night-1", calls)
    lake.record_catalogue(CATALOGUE.model_copy(update={"scorecards": (SCORECARD,)}))
    site = Site(home)
    Publisher(
        lake=lake,
        site=site,
        audio=AudioFolder(home / "audio", TIME_ZONE),
        targets=read_targets(),
        language=language,
        readers={"s1": language},
    ).publish(publish(lake, snapshots))
    return site


@pytest.mark.parametrize("language", SAID)
def test_a_failure_is_told_as_such_everywhere(
    lake: Lake, snapshots: Path, tmp_path: Path, language: str
) -> None:
    """On list, call, agent's page, coaching sheet and report; in table, JSON and mail."""
    title, failed = SAID[language]
    site = _site(lake, snapshots, tmp_path / "home", language)
    failing = next(site.calls.glob("*/c0-*.html"))
    passing = next(site.calls.glob("*/c1-*.html"))
    (lists,) = site.lists.iterdir()
    (table,) = lists.glob("*.csv")
    day = result().call.started_at.date()
    pages = [lists / f"{table.stem}.html", failing, site.agent("a1"), site.coaching("a1")]
    for page in pages:
        assert failed in Page(page).text, page
        assert title not in Page(page).text, page
    # The report also says by its title how far a new version of the rule is adopted.
    assert failed in Page(site.report(week_of(day).name)).text
    assert title in Page(passing).text
    assert failed not in Page(passing).text

    with table.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["list"] == "flagged"]
    flags = json.loads(table.with_suffix(".json").read_bytes())["flags"]
    assert len(rows) == len(flags) == 20
    for row in (*rows, *flags):
        assert row["rule_title_failed"] == failed
        assert row["rule_title"].startswith(title)
    (parcel,) = parcels_of(lists)
    body = message(parcel, "a@b.example", "c@d.example").get_body()
    assert body is not None
    assert failed in body.get_content()
    assert title not in body.get_content()


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        (CHURN, Outcome.PASS),
        (IDENTITY.model_copy(update={"title_failed": None, "texts": ()}), Outcome.FAIL),
    ],
)
def test_a_flag_without_a_failed_title_has_its_title(
    lake: Lake, snapshots: Path, tmp_path: Path, rule: RuleInfo, outcome: Outcome
) -> None:
    """Of an observing rule, and of a rule that an older version wrote to the lake."""
    flagged = replace(result("c1"), findings=(finding(rule, outcome, flagged=True),))
    night(lake, "night-1", [flagged])
    book = {"rules": (rule,), "scorecards": (SCORECARD,)}
    lake.record_catalogue(CATALOGUE.model_copy(update=book))
    site, audio = Site(tmp_path), AudioFolder(tmp_path / "audio", TIME_ZONE)
    (file,) = Publisher(lake=lake, site=site, audio=audio).publish(publish(lake, snapshots))
    (call,) = site.calls.glob("*/c1-*.html")
    for page in (file.html, call, site.agent("a1")):
        assert rule.title in Page(page).text, page


def test_an_area_names_the_rule_that_failed(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """Where a question needs two rules, the one that passed is not said to have failed."""
    calls = []
    for number in range(3):
        plain = _judged(f"c{number}", Outcome.FAIL)
        (evaluation,) = plain.evaluations
        rule_ids = (IDENTITY.rule_id, NOTICE.rule_id)
        answers = tuple(replace(one, rule_ids=rule_ids) for one in evaluation.answers)
        findings = (finding(IDENTITY, Outcome.PASS), finding(NOTICE, Outcome.FAIL))
        judged = (replace(evaluation, answers=answers),)
        calls.append(replace(plain, findings=findings, evaluations=judged))
    night(lake, "night-1", calls)
    lake.record_catalogue(CATALOGUE.model_copy(update={"scorecards": (SCORECARD,)}))
    site, audio = Site(tmp_path), AudioFolder(tmp_path / "audio", TIME_ZONE)
    Publisher(lake=lake, site=site, audio=audio).publish(publish(lake, snapshots))
    for page in (site.agent("a1"), site.coaching("a1")):
        assert "Did not say at the start that the call is recorded" in Page(page).text
        assert "Did not check who was calling" not in Page(page).text
