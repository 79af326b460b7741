"""Each challenge of a management report links the calls that show it and proposes an action."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from models.metrics import Metric
from qa_rules.results import Outcome
from tests.warehouse.factory import CATALOGUE, GREETING, NIGHT, finding, night, result
from warehouse.reports.management.calls import figure_calls
from warehouse.reports.management.figures import FIGURE_ACTIONS, FIGURE_NAMES
from warehouse.reports.management.reader import read_report
from warehouse.reports.management.targets import Targets, read_targets
from warehouse.reports.site.period import week_of
from warehouse.snapshot.connection import open_database
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from qa_rules.results import CallResult
    from warehouse.lake.lake import Lake

_COMPLAINT = GREETING.model_copy(
    update={"rule_id": "reason-complaint", "tags": ("escalation",), "title": "A complaint"}
)
_RENEWED = GREETING.model_copy(update={"version": 2, "effective_from": date(2026, 2, 25)})


def _worst(number: int) -> CallResult:
    """A call that is worse than the others in every respect."""
    plain = result(
        f"worst{number}",
        greeting=Outcome.FAIL,
        promises=Outcome.CANNOT_TELL if number % 2 else Outcome.FAIL,
        after_call_work_s=900.0,
        customer_ref=f"customer{number}",
    )
    (card,) = plain.evaluations
    complaint = replace(finding(_COMPLAINT), outcome=Outcome.OBSERVED)
    recording = replace(plain.recording, duration_s=900.0)
    return replace(
        plain,
        recording=recording,
        metrics=(*plain.metrics, Metric("hold_s", None, 200.0)),
        findings=(*plain.findings, complaint),
        evaluations=(replace(card, score=0.0, auto_fail=True),),
    )


@pytest.fixture
def snapshot(lake: Lake, snapshots: Path) -> Path:
    """Four calls worse than twenty others, and a restricted one; their customers called again."""
    worst = [_worst(number) for number in range(4)]
    shut = replace(_worst(9), call=replace(_worst(9).call, restricted=True))
    usual = [result(f"usual{number}", after_call_work_s=5.0) for number in range(20)]
    again = [
        result(f"again{number}", customer_ref=f"customer{number}", started_at=NIGHT + timedelta(1))
        for number in (0, 1, 2, 3, 9)
    ]
    late = result("late", started_at=NIGHT + timedelta(days=14))
    lake.record_catalogue(CATALOGUE.model_copy(update={"rules": (*CATALOGUE.rules, _COMPLAINT)}))
    lake.commit("night-0", [*worst, shut, *usual, *again, late])
    night(lake, "night-1", [])
    lake.record_catalogue(CATALOGUE.model_copy(update={"rules": (*CATALOGUE.rules, _COMPLAINT)}))
    return publish(lake, snapshots)


def test_a_figure_links_the_calls_that_weigh_most(snapshot: Path) -> None:
    """The worst of them in its own unit, none of them restricted; and it proposes an action."""
    assert FIGURE_ACTIONS.keys() == FIGURE_NAMES.keys()
    with open_database(snapshot, read_only=True) as connection:
        report = read_report(connection, week_of(NIGHT.date()), Targets())
        assert report is not None
        found = {
            figure.name: {call.call_id for call in figure_calls(connection, figure)}
            for figure in report.figures
        }
    worst = {f"worst{number}" for number in range(4)}
    fewer = {"cannot_tell_ratio": 2, "critical_call_ratio": 2}  # by the outcome of one rule
    for name, calls in found.items():
        assert len(calls) == fewer.get(name, 3), name
        assert calls <= worst, name


def test_every_challenge_links_what_shows_it(lake: Lake, snapshots: Path) -> None:
    """Also a change that is not adopted, and a rule that is mostly inconclusive."""
    renewed = {"rules": (*CATALOGUE.rules, _RENEWED)}
    calls = []
    for number in range(40):
        outcome = Outcome.FAIL if number < 20 else Outcome.PASS
        plain = result(f"n{number}", greeting=outcome, promises=Outcome.CANNOT_TELL)
        greeted = replace(plain.findings[0], rule_version=2)
        calls.append(replace(plain, findings=(greeted, *plain.findings[1:])))
    night(lake, "night-1", calls)
    lake.record_catalogue(CATALOGUE.model_copy(update=renewed))
    with open_database(publish(lake, snapshots), read_only=True) as connection:
        report = read_report(connection, week_of(NIGHT.date()), read_targets())
    assert report is not None
    assert {"policy_lagging", "rule_unclear", "rule_missed"} <= report.challenges.keys()
    points = [point for points in report.challenges.values() for point in points]
    for point in points:
        shown = {call.call_id for call in point.calls} | {clip.call_id for clip in point.clips}
        assert len(shown) == 3, point.kind
        if point.kind == "policy_lagging":
            assert shown <= {f"n{number}" for number in range(20)}
