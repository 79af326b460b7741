"""A call's page shows a reviewer's answers next to the machine's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from qa_rules.results import Outcome
from tests.warehouse.factory import GREETING, NIGHT, PROMISE, TIME_ZONE, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.lake.upload_records import Review
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.layout import Site
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.lake.lake import Lake
    from warehouse.reports.flags.lists import FlagListFile

_EVIL = "<script>alert(1)</script>"


def _review(machine: str, human: str, **subject: Any) -> Review:
    row = {
        "call_id": "c1",
        "occasion": "flag",
        "machine_value": machine,
        "human_value": human,
        "reviewer_id": "s1",
        "reviewed_at": NIGHT + timedelta(days=2),
        "reason": f"The greeting is there. {_EVIL}",
        **subject,
    }
    return Review.model_validate(row)


def _published(lake: Lake, snapshots: Path, home: Path) -> list[FlagListFile]:
    audio = AudioFolder(home / "audio", TIME_ZONE)
    return Publisher(lake=lake, site=Site(home), audio=audio).publish(publish(lake, snapshots))


@pytest.fixture
def home(lake: Lake, snapshots: Path, tmp_path: Path) -> Path:
    """A centre whose call c1 was listed, and whose next night was listed after it."""
    night(lake, "night-1", [result("c1", greeting=Outcome.FAIL)])
    _published(lake, snapshots, tmp_path / "home")
    night(lake, "night-2", [result("c2", started_at=NIGHT + timedelta(days=1))])
    return tmp_path / "home"


def _page(home: Path, call_id: str = "c1") -> Page:
    (path,) = home.glob(f"calls/*/{call_id}-*.html")
    return Page(path)


def test_a_judged_answer_stands_on_the_page(lake: Lake, snapshots: Path, home: Path) -> None:
    """Who, when and what the machine had said, with the score that follows; also of an old call."""
    lake.uploads.add("review", [_review("no", "yes", scorecard_id="service", question="greeting")])
    _published(lake, snapshots, home)
    page = _page(home)
    assert "A reviewer chose “yes” on 4 March 2026; the automatic result was “no”." in page.text
    assert "The greeting is there." in page.text
    assert "The automatic score was 60." in page.text
    assert "Sum: 100 of 100 points." in page.text
    assert len(list(page.attributes("script"))) == 1
    assert "judged" not in _page(home, "c2").text


def test_a_confirmed_answer_says_so(lake: Lake, snapshots: Path, home: Path) -> None:
    """The score stays, with the day of the review."""
    lake.uploads.add("review", [_review("no", "no", scorecard_id="service", question="greeting")])
    _published(lake, snapshots, home)
    assert "A reviewer confirmed this on 4 March 2026." in _page(home).text
    assert "Sum: 60 of 100 points." in _page(home).text


def test_an_overruled_finding_is_no_longer_flagged(lake: Lake, snapshots: Path, home: Path) -> None:
    """It leaves the list of flags and the time line, and names who overruled it."""
    lake.uploads.add("review", [_review("fail", "pass", rule_id=GREETING.rule_id)])
    _published(lake, snapshots, home)
    page = _page(home)
    assert "No finding needs review." in page.text
    assert "A reviewer chose “pass” on 4 March 2026; the automatic result was “fail”." in page.text
    assert not [of for of in page.attributes("a") if "marker" in str(of.get("class"))]


def test_a_calibration_changes_nothing(lake: Lake, snapshots: Path, home: Path) -> None:
    """It measures reviewers, not the call."""
    row = _review("no", "yes", scorecard_id="service", question="greeting", occasion="calibration")
    lake.uploads.add("review", [row])
    _published(lake, snapshots, home)
    assert "reviewer" not in _page(home).text
    assert "Sum: 60 of 100 points." in _page(home).text


def test_a_list_shows_what_people_said_and_is_sent_once(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """On the page of a list that is written again; delivered parts stay byte-identical."""
    home = tmp_path / "home"
    night(lake, "night-1", [result("c1", promises=Outcome.FAIL), result("c2")])
    (before,) = _published(lake, snapshots, home)
    reviews = [
        _review("fail", "pass", rule_id=PROMISE.rule_id),
        _review("yes", "no", call_id="c2", scorecard_id="service", question="greeting"),
    ]
    lake.uploads.add("review", reviews)
    (after,) = _published(lake, snapshots, home)
    text = Page(after.html).text
    assert "A reviewer chose “pass”" in text
    assert "score 60 · after review; the automatic score was 100" in text
    for name in ("json", "mail", "csv"):
        assert getattr(after, name).read_bytes() == getattr(before, name).read_bytes()
