"""The search over transcripts: what its data hold, and which of them a run writes again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from qa_rules.results import Outcome
from tests.warehouse.factory import NIGHT, TIME_ZONE, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.layout import Site
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.lake.lake import Lake

_NEXT = NIGHT + timedelta(days=1)


def _site(lake: Lake, snapshots: Path, home: Path) -> Site:
    site, audio = Site(home), AudioFolder(home / "audio", TIME_ZONE)
    Publisher(lake=lake, site=site, audio=audio, language="it").publish(publish(lake, snapshots))
    return site


def _calls(path: Path) -> dict[str, list[Any]]:
    """The calls of a day's data, by id."""
    _, script = path.read_text(encoding="utf-8").split("\n", 1)
    data = script.removeprefix(f'callqaDay("{path.stem}",').removesuffix(");\n")
    return {call[1]: call for call in json.loads(data)}


def test_the_data_of_a_day_lead_to_each_turn(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """With the call's page, its time on the site's clock, and as many starts as turns."""
    night(lake, "night-1", [result("c1", greeting=Outcome.FAIL), result("c2", started_at=_NEXT)])
    site = _site(lake, snapshots, tmp_path)
    call = _calls(site.search_day(NIGHT.date()))["c1"]
    stem, _, started, agent_id, name, team, queue, is_flagged, roles, starts, texts = call
    assert site.call("c1", NIGHT.date()).stem == stem
    assert (started, agent_id, name, team, queue) == ("10:00", "a1", "Ana Ruiz", "North", "billing")
    assert is_flagged
    assert len(roles) == len(starts) == len(texts.split("\n"))
    assert roles[0] == "a"
    assert not _calls(site.search_day(_NEXT.date()))["c2"][7]
    assert "dal 2 marzo 2026 al 3 marzo 2026 · 2 chiamate" in Page(site.search).text


def test_restricted_calls_are_not_searched(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """Nor counted, nor their agents named; a day of restricted calls alone has no data."""
    shut: dict[str, Any] = {"restricted": True, "agent_id": "a9", "agent_name": "Nora Weil"}
    calls = [result("c1"), result("c2", **shut), result("c3", started_at=_NEXT, **shut)]
    night(lake, "night-1", calls)
    site = _site(lake, snapshots, tmp_path)
    assert list(_calls(site.search_day(NIGHT.date()))) == ["c1"]
    assert [file.name for file in site.search_data.iterdir()] == ["2026-03-02.js"]
    assert "1 chiamata" in Page(site.search).text
    assert "Nora Weil" not in site.search.read_text()
    assert not site.restricted.search.exists()


def test_only_days_that_changed_are_written_again(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """A call that becomes restricted leaves its day; a day without calls loses its data."""
    night(lake, "night-1", [result("c1"), result("c2"), result("c3", started_at=_NEXT)])
    site = _site(lake, snapshots, tmp_path)
    first, second = site.search_day(NIGHT.date()), site.search_day(_NEXT.date())
    before = second.stat().st_mtime_ns
    night(lake, "night-2", [result("c2", restricted=True)])
    _site(lake, snapshots, tmp_path)
    assert list(_calls(first)) == ["c1"]
    assert second.stat().st_mtime_ns == before
    night(lake, "night-3", [result("c3", started_at=_NEXT, restricted=True)])
    _site(lake, snapshots, tmp_path)
    assert not second.exists()


def test_a_removed_call_can_be_found_no_more(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """At once: the data of its day go with its page, and come back without it."""
    night(lake, "night-1", [result("c1"), result("c2")])
    site = _site(lake, snapshots, tmp_path)
    site.remove_call("c1")
    assert not site.search_day(NIGHT.date()).exists()
