"""An unforeseen error of one page or list costs no other, and is told with page and type."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qa_rules.results import Outcome
from tests.warehouse.factory import CARD_SPAN, TIME_ZONE, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.layout import Site
from warehouse.reports.site.render import render
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from qa_rules.results import CallResult
    from warehouse.lake.lake import Lake


def _breaking(call_id: str) -> CallResult:
    """A call with a masked span at a second that no clock shows."""
    spans = (replace(CARD_SPAN, start_s=math.inf, end_s=math.inf),)
    return replace(result(call_id, greeting=Outcome.FAIL), pii_spans=spans)


def test_a_call_that_breaks_its_page_costs_no_other(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """Lists, agents and every other call are written; the stale page of the broken one is gone."""
    home = tmp_path / "home"
    publisher = Publisher(lake=lake, site=Site(home), audio=AudioFolder(home / "audio", TIME_ZONE))
    night(lake, "night-1", [result("c1"), result("c2")])
    publisher.publish(publish(lake, snapshots))
    assert publisher.faults == []
    assert len(list((home / "calls").rglob("*.html"))) == 2

    night(lake, "night-2", [_breaking("c1"), result("c3", greeting=Outcome.FAIL)])
    (list_of_night,) = publisher.publish(publish(lake, snapshots))
    (page, cards) = publisher.faults
    assert page.page.startswith("calls/2026-03-02/c1-")
    assert page.error == "OverflowError"
    assert cards == ("card-data.html, c1", "OverflowError")
    assert "c3" in (home / "card-data" / "2026-03.html").read_text()
    names = sorted(path.name[:2] for path in (home / "calls").rglob("*.html"))
    assert names == ["c2", "c3"]
    assert list_of_night.flag_count == 2
    assert (home / "index.html").exists()


def test_a_call_that_breaks_a_list_is_left_out_of_it(
    lake: Lake, snapshots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other flags of the same supervisor are listed, and the call is told by its id."""

    def breaking(template: str, *args: Any, **content: Any) -> bytes:
        told = content.get("night")
        if told and any(flag.call_id == "odd" for flag in told.flags):
            raise UnicodeError
        return render(template, *args, **content)

    monkeypatch.setattr("warehouse.reports.flags.lists.render", breaking)
    home = tmp_path / "home"
    publisher = Publisher(lake=lake, site=Site(home), audio=AudioFolder(home / "audio", TIME_ZONE))
    flagged: dict[str, Any] = {"greeting": Outcome.FAIL}
    calls = [result("odd", **flagged), result("c2", **flagged)]
    night(lake, "night-1", [*calls, result("c3", agent_id="a2", supervisor_id="s2", **flagged)])
    written = publisher.publish(publish(lake, snapshots))
    assert {file.supervisor_id for file in written} == {"s1", "s2"}
    ((page, error),) = publisher.faults
    assert ("odd" in page, error) == (True, "UnicodeError")
    (own,) = (file for file in written if file.supervisor_id == "s1")
    assert any("c2-" in link for link in Page(own.html).links)
    assert not any("odd-" in link for link in Page(own.html).links)
