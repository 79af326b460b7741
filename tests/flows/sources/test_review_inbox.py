"""Files of reviews in the home folder are recorded by the next run, or say what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.sources.review_inbox import take_in_reviews
from qa_rules.results import Outcome
from tests.warehouse.factory import TIME_ZONE, night, result
from warehouse.lake.lake import Lake
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = "call_id,rule_id,occasion,human_value,reviewer_id,reviewed_at,reason"
_ROW = "c1,script-greeting,flag,pass,s1,2026-03-03T10:00:00Z,She says her name."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home folder of a published night with one flag."""
    lake = Lake(tmp_path / "lake", TIME_ZONE)
    night(lake, "night-1", [result("c1", greeting=Outcome.FAIL)])
    publish(lake, tmp_path / "warehouse")
    return tmp_path


def _taken_in(home: Path) -> list[str]:
    uploads = Lake(home / "lake", TIME_ZONE).uploads
    return take_in_reviews(home, home / "warehouse", uploads, lambda *_: None)


def _reviewers(home: Path) -> list[str]:
    reviews = Lake(home / "lake", TIME_ZONE).uploads.frame("review")
    return sorted(reviews["reviewer_id"].to_list())


def _put(inbox: Path, name: str, *rows: str) -> Path:
    inbox.mkdir(parents=True, exist_ok=True)
    file = inbox / name
    file.write_text("\n".join([_HEAD, *rows]) + "\n", encoding="utf-8")
    return file


def test_a_file_is_recorded_once_and_moved(home: Path) -> None:
    """Also one that has the name of a file taken before, and from a system of capitals."""
    for reviewer, name in (("s1", "mine.csv"), ("s2", "mine.csv"), ("s3", "MINE.CSV")):
        _put(home / "reviews", name, _ROW.replace("s1", reviewer))
        assert _taken_in(home) == []
    assert _reviewers(home) == ["s1", "s2", "s3"]
    kept = {path.name for path in (home / "reviews" / "taken").iterdir()}
    assert kept == {"mine.csv", "mine-2.csv", "MINE.CSV"}
    assert not list((home / "reviews").glob("*.*"))


def test_a_wrong_file_stays_and_costs_no_other(home: Path) -> None:
    """Nothing of it is recorded; the errors are beside it, without content, until it is right."""
    unknown = _ROW.replace("c1", "c-unknown")
    wrong = _put(home / "reviews", "a.csv", _ROW, unknown, _ROW.replace("pass", "perhaps"))
    _put(home / "reviews", "b.csv", _ROW.replace("s1", "s2"))
    faults = _taken_in(home)
    assert [fault.partition(": ")[0] for fault in faults] == ["a.csv:4"]
    assert _reviewers(home) == ["s2"]
    note = wrong.with_name("a.csv.error.txt")
    assert note.read_text(encoding="utf-8").splitlines() == faults
    assert "perhaps" not in note.read_text(encoding="utf-8")
    _put(home / "reviews", "a.csv", _ROW, unknown)
    assert [fault.partition(": ")[0] for fault in _taken_in(home)] == ["a.csv:3"]
    _put(home / "reviews", "a.csv", _ROW)
    assert _taken_in(home) == []
    assert not note.exists()
    assert not wrong.exists()
    assert _reviewers(home) == ["s1", "s2"]


def test_restricted_pages_have_an_inbox_of_their_own(home: Path) -> None:
    """Its files stay in the folder that only named people can enter."""
    _put(home / "restricted" / "reviews", "mine.csv", _ROW)
    assert _taken_in(home) == []
    assert _reviewers(home) == ["s1"]
    assert (home / "restricted" / "reviews" / "taken" / "mine.csv").exists()


def test_before_anything_is_published_files_wait(tmp_path: Path) -> None:
    """A review is about something published; without files nothing is said."""
    assert _taken_in(tmp_path) == []
    file = _put(tmp_path / "reviews", "mine.csv", _ROW)
    (fault,) = _taken_in(tmp_path)
    assert fault.startswith("mine.csv:1: nothing is published yet")
    assert file.exists()
