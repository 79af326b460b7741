"""Alerts and runs at the desk: what was told, and what the nights did, without names."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flows.desk.person import Role
from flows.operation.journal import Ending, Journal
from models.call import Quarantined, QuarantineReason
from tests.flows.governance.governed_home import governed_home
from tests.warehouse.factory import night
from warehouse.lake.lake import Lake
from warehouse.reports.alerts.breaches import Breach, BreachLog, Change

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder of its own, in which runs and alerts are noted."""
    return governed_home(tmp_path_factory.mktemp("nights"))[0]


def test_alerts_are_told_with_their_limit(desk: Desk, as_person: Callable[..., Browser]) -> None:
    """The latest first, and what is still past its limit is marked."""
    log = BreachLog(desk.centre.site.alerts / "breaches.jsonl")
    for day, one in (("2026-03-02", "slow"), ("2026-03-03", "lost")):
        breach = Breach(
            alert_id=one,
            title=f"Figure {one}",
            titles={"es": f"Cifra {one}"},
            value=12.5,
            limit=10,
            is_above=True,
            tell=("m1",),
        )
        log.add(Change(name=day, run_id=day, day=day, breached=(one,), told=(breach,)))

    text = as_person(Role.MANAGER, "m1").get("/alerts").text
    assert text.index("Figure lost") < text.index("Figure slow")
    assert "12.5" in text
    assert text.count("still past its limit") == 1


def test_runs_say_how_they_ended(desk: Desk, as_person: Callable[..., Browser]) -> None:
    """Also those that failed; items in quarantine are counted and never named."""
    lake = Lake(desk.centre.lake, desk.centre.time_zone)
    bad = Quarantined(
        item="Anna Rey 600123123.wav",
        call_id=None,
        reason=QuarantineReason.EMPTY_FILE,
        detail="Look at it.",
    )
    night(lake, "20260303T020000Z", [], quarantined=(bad, replace(bad, item="Anna Rey.wav")))
    last = lake.runs()[-1].run
    journal = Journal(desk.home)
    journal.end(journal.begin("nightly"), Ending.DONE, last.run_id, ())
    journal.end(journal.begin("rejudge"), Ending.FAILED, None, ["LakeError"])

    text = as_person(Role.MANAGER, "m1").get("/runs").text
    assert "<strong>Failed</strong> · rejudge" in text
    assert "LakeError" in text
    assert f"{last.evaluated_count} evaluated" in text
    assert "2 quarantined" in text
    assert re.search("2 . empty file", text)
    assert "Anna" not in text
