"""What is of no single call goes by its own day; what quotes calls goes with their words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from flows.governance.holds import Scope, holds_of
from flows.governance.retention.expiry import apply
from flows.governance.retention.plan import expired_calls, plan_of
from flows.governance.retention.policy import Kind
from flows.publishing import publish_all
from flows.settings.centre import Settings
from tests.warehouse.factory import CATALOGUE, NIGHT, TIME_ZONE, call, night, result
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

_POLICY = """
policies:
  - id: all
    why: x
    keep: {audio: 1 month, transcript: 2 months, score: 1 year, report: 3 months, log: 10 days}
"""
_DAY = NIGHT.date()  # 2026-03-02


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home folder with two calls that were listed, a month apart."""
    (tmp_path / "retention.yaml").write_text(_POLICY, encoding="utf-8")
    settings = Settings(
        home=tmp_path / "home", retention=tmp_path / "retention.yaml", time_zone=TIME_ZONE
    )
    lake = Lake(settings.lake, settings.time_zone)
    lake.record_catalogue(CATALOGUE)
    for number, started_at in enumerate((NIGHT, NIGHT + timedelta(days=31)), start=1):
        of_call = result(f"call-{number}", started_at=started_at)
        copy = settings.audio.copy_of(of_call.call)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(b"sound")
        night(lake, f"2026030{number + 2}T020000Z", [of_call])
        publish_all(settings, lake)
    return settings


def _apply(settings: Settings, today: date) -> bool:
    return apply(settings, plan_of(settings, holds_of(settings), today))


def _naming(settings: Settings, call_id: str) -> set[str]:
    """The pages, lists and texts for the search that name a call."""
    return {
        path.relative_to(settings.home).parts[0]
        for path in settings.home.rglob("*")
        if path.suffix in {".html", ".csv", ".json", ".js"} and path.is_file()
        if call_id.encode() in path.read_bytes() and "lake" not in path.parts
    }


def test_a_removed_copy_leaves_a_page_without_sound(settings: Settings) -> None:
    """Until the words go, the page shows them."""
    (page,) = settings.home.glob("calls/*/call-1-*.html")
    assert ".opus" in page.read_text(encoding="utf-8")
    assert _apply(settings, date(2026, 4, 3))
    assert [path.parent.name for path in settings.home.glob("audio/*/*.opus")] == ["2026-04-02"]
    text = page.read_text(encoding="utf-8")
    assert ".opus" not in text
    assert "morning" in text


def test_lists_and_pages_go_with_the_words_they_quote(settings: Settings) -> None:
    """A list is kept three months, but not longer than what it quotes."""
    assert {"calls", "lists"} <= _naming(settings, "call-1")
    assert _apply(settings, date(2026, 5, 3))
    assert not _naming(settings, "call-1") & {"calls", "lists", "search", "agents", "coaching"}
    assert {"calls", "lists"} <= _naming(settings, "call-2")
    reports = {path.name for path in settings.home.glob("reports/*.html")}
    assert "2026-03.html" in reports  # its figures stay for their own time
    assert _apply(settings, date(2026, 7, 1))
    assert "2026-03.html" not in {path.name for path in settings.home.glob("reports/*.html")}


def test_old_lines_of_logs_go(settings: Settings) -> None:
    """Lines without a day stay, and so do those of a hold on everything."""
    log = settings.home / "log" / "run.log"
    log.parent.mkdir(exist_ok=True)
    journal = log.with_name("runs.jsonl")
    lines = ["2026-03-01T01:00:00Z INFO old", "2026-03-02T01:00:00Z INFO new", "  no day"]
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    runs = [{"number": 1, "began_at": f"2026-03-0{day} 01:00:00+00:00"} for day in (1, 2)]
    journal.write_text("".join(json.dumps(run) + "\n" for run in runs), encoding="utf-8")
    hold = holds_of(settings).add(Scope.ALL, "", "an investigation")
    assert not _apply(settings, date(2026, 3, 12))
    assert log.read_text(encoding="utf-8").count("\n") == 3
    holds_of(settings).release(hold.hold_id, "closed")
    assert _apply(settings, date(2026, 3, 12))
    assert log.read_text(encoding="utf-8").splitlines() == lines[1:]
    assert journal.read_text(encoding="utf-8").count("\n") == 1
    assert plan_of(settings, holds_of(settings), date(2026, 3, 12)).files == {}


def test_what_is_over_is_not_heard_again(settings: Settings) -> None:
    """Of a recording that is still there, the next run takes no notice."""
    is_over = expired_calls(settings)
    now = datetime.now(UTC)
    assert is_over(call("old", started_at=now - timedelta(days=80)))
    assert not is_over(call("new", started_at=now - timedelta(days=40)))
    holds_of(settings).add(Scope.CALL, "old", "a court case")
    assert not is_over(call("old", started_at=now - timedelta(days=80)))
    assert not expired_calls(settings.model_copy(update={"retention": None}))(
        replace(call("old"), started_at=now - timedelta(days=8000))
    )


def test_scores_go_last_and_with_everything(settings: Settings) -> None:
    """A year after the call nothing names it but the audit trail."""
    assert _apply(settings, date(2027, 3, 3))
    lake = Lake(settings.lake, settings.time_zone)
    assert list(lake.identities()) == ["call-2"]
    assert _naming(settings, "call-1") == {"audit"} & _naming(settings, "call-1")
    lines = plan_of(settings, holds_of(settings), date(2027, 3, 3)).lines
    assert [(line.kind, line.stays) for line in lines if line.kind is Kind.SCORE] == [
        (Kind.SCORE, 1)
    ]
