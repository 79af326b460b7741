"""Every call has a page with its recording, transcript, findings and their reasons."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from models.call import Role
from models.reasons.reason import as_written
from qa_rules.results import Evidence, Outcome
from tests.warehouse.factory import GREETING, PROMISE, TIME_ZONE, finding, night, result, turn
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.reports.calls.pages import CallPages
from warehouse.reports.calls.timeline import timeline_of
from warehouse.reports.site.layout import Site

if TYPE_CHECKING:
    from pathlib import Path

    from qa_rules.results import CallResult
    from warehouse.lake.lake import Lake

_EVIL = "'\"><script>alert(1)</script><img src=x onerror=alert(1)>"


def _written(lake: Lake, home: Path, *results: CallResult) -> list[Path]:
    night(lake, "night-1", list(results))
    site = Site(home)
    pages = CallPages(lake, site, AudioFolder(home / "audio", TIME_ZONE))
    days = {one.call.started_at.date() for one in results}
    ids = {one.call.call_id for one in results}
    assert pages.write(dict.fromkeys(days, ids)) == []
    return sorted(site.calls.glob("*/*.html"))


def _copy(home: Path, one: CallResult) -> Path:
    path = AudioFolder(home / "audio", TIME_ZONE).path_of(one.call.call_id, one.call.started_at)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"OggS")
    return path


def test_a_page_shows_the_words_the_findings_and_the_score(lake: Lake, tmp_path: Path) -> None:
    """Redacted words, why a rule matters, what it found and what it earned are all there."""
    (path,) = _written(lake, tmp_path, result(greeting=Outcome.FAIL))
    page = Page(path)
    for shown in ("Ana Ruiz", "Did not greet", GREETING.why, "The rule says fail.", "base@0000"):
        assert shown in page.text
    assert "Did the agent greet?" in page.text
    assert "Sum: 60 of 100 points." in page.text
    assert "card number" in page.text
    assert "The channel map has the two sides swapped" in page.text
    assert "Speech without recognised words at 0:20." in page.text


def test_every_word_knows_its_second(lake: Lake, tmp_path: Path) -> None:
    """The script that lights words up finds as many starts as there are words."""
    (path,) = _written(lake, tmp_path, result())
    starts = [
        str(of["data-starts"]).split() for of in Page(path).attributes("p") if "data-starts" in of
    ]
    assert [len(of_turn) for of_turn in starts] == [7, 4]
    assert starts[0][0] == "1.00"


def test_the_words_of_a_finding_to_review_are_marked(lake: Lake, tmp_path: Path) -> None:
    """Only those that overlap the evidence; as many words as before know their second."""
    place = Evidence(role=Role.AGENT, turn=0, start_s=1.5, end_s=2.5, quote="morning")
    flag = replace(finding(PROMISE, Outcome.FAIL), evidence=(place,))
    (path,) = _written(lake, tmp_path, replace(result(), findings=(flag,)))
    words = [
        (word.start_s, word.end_s)
        for word in result().transcript.turns[0].words
        if word.start_s < place.end_s and word.end_s > place.start_s
    ]
    marked = [of for of in Page(path).attributes("span") if "flagged" in str(of.get("class"))]
    assert 0 < len(marked) == len(words) < 7
    assert {str(of["class"]) for of in marked} == {"flagged critical"}
    assert {of["title"] for of in marked} == {PROMISE.title}


def test_the_player_plays_the_redacted_copy_and_never_the_original(
    lake: Lake, tmp_path: Path
) -> None:
    """The one recording that a page refers to is the copy, by a relative link that leads to it."""
    one = result("a/b?c#d")
    copy = _copy(tmp_path, one)
    (path,) = _written(lake, tmp_path, one)
    (audio,) = Page(path).attributes("audio")
    assert (path.parent / unquote(str(audio["src"]))).resolve() == copy.resolve()
    assert str(one.recording.path) not in path.read_text()


def test_a_call_without_a_copy_can_still_be_read(lake: Lake, tmp_path: Path) -> None:
    """No player that cannot play; the page says why."""
    (path,) = _written(lake, tmp_path, result())
    page = Page(path)
    assert list(page.attributes("audio")) == []
    assert "No redacted copy of this recording is available here" in page.text


def test_hostile_texts_come_out_harmless(lake: Lake, tmp_path: Path) -> None:
    """No name, word or reason becomes markup, and the policy lets only our own script run."""
    place = Evidence(role=Role.AGENT, turn=0, start_s=1.0, end_s=2.0, quote=_EVIL)
    flag = replace(finding(PROMISE, Outcome.FAIL), evidence=(place,), reason=as_written(_EVIL))
    plain = result(_EVIL, agent_name=_EVIL, queue=_EVIL, team=_EVIL, agent_id=_EVIL)
    said = replace(plain.transcript, turns=(turn(_EVIL),), notes=(as_written(_EVIL),))
    evil = replace(plain, transcript=said, findings=(finding(GREETING), flag))
    (path,) = _written(lake, tmp_path, evil)
    page = Page(path)
    assert len(list(page.attributes("script"))) == 1
    assert list(page.attributes("img")) == []
    assert not [name for _, of in page.tags for name in of if name.startswith("on")]
    policy = next(str(of["content"]) for of in page.attributes("meta") if "http-equiv" in of)
    assert re.search(r"script-src 'sha256-[^']+'; ", policy)
    assert "unsafe" not in policy


def test_a_page_refers_to_nothing_outside(lake: Lake, tmp_path: Path) -> None:
    """Every link is relative: the pages work from a file share and send no requests."""
    one = result()
    _copy(tmp_path, one)
    (path,) = _written(lake, tmp_path, one)
    assert [link for link in Page(path).links if ":" in link or link.startswith("//")] == []


@pytest.mark.parametrize("ids", [("A1", "a1"), ("a/b", "a-b")])
def test_calls_never_share_a_page(lake: Lake, tmp_path: Path, ids: tuple[str, str]) -> None:
    """Ids that are equal on some file systems still have two pages."""
    paths = _written(lake, tmp_path, *(result(call_id) for call_id in ids))
    assert len({path.name.lower() for path in paths}) == 2


def test_the_time_line_lies_within_the_call() -> None:
    """Talk, overlap, silence and masks are drawn where they are, none before or after the call."""
    agent, customer = turn("one two three four five six"), turn("no but wait", 2.0, Role.CUSTOMER)
    plain = result(greeting=Outcome.FAIL)
    line = timeline_of(
        replace(plain, transcript=replace(plain.transcript, turns=(agent, customer)))
    )
    assert line.lanes[Role.AGENT][0][0] == 1.0
    assert line.overlaps[0][0] == pytest.approx(2.0)
    assert line.silences[0] == pytest.approx((3.9, 60.0))
    assert line.masked == ((7.5, 15.5),)
    assert [marker.start_s for marker in line.markers] == [1.0]
    assert line.pct(90.0) == 100.0


def test_markers_in_the_same_place_stand_in_rows() -> None:
    """Two findings of the same second can both be seen."""
    line = timeline_of(result(greeting=Outcome.FAIL, promises=Outcome.FAIL))
    assert [marker.row for marker in line.markers] == [0, 1]
