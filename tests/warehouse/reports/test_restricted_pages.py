"""A restricted call is shown to named people alone; others see only that it is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import duckdb
import pytest

from models.call import Role
from qa_rules.results import Evidence, Outcome
from tests.warehouse.factory import NIGHT, PROMISE, TIME_ZONE, finding, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.layout import Site
from warehouse.reports.sites import Sites

if TYPE_CHECKING:
    from pathlib import Path

    from qa_rules.results import CallResult
    from warehouse.lake.lake import Lake

_SECRET = "the tour begins in May"


def _vip() -> CallResult:
    plain = result("vip-1", promises=Outcome.FAIL, restricted=True)
    place = Evidence(role=Role.CUSTOMER, turn=1, start_s=6.0, end_s=8.0, quote=_SECRET)
    flag = replace(finding(PROMISE, Outcome.FAIL), evidence=(place,))
    return replace(plain, findings=(plain.findings[0], flag))


def _published(lake: Lake, snapshots: Path, home: Path) -> Site:
    site, audio = Site(home), AudioFolder(home / "audio", TIME_ZONE)
    publisher = Publisher(lake=lake, site=site, audio=audio)
    Sites(publisher=publisher, warehouse=snapshots).publish()
    return site


@pytest.fixture
def site(lake: Lake, snapshots: Path, tmp_path: Path) -> Site:
    """A night in which one of three calls is restricted."""
    night(lake, "night-1", [result("c1", promises=Outcome.FAIL), result("c2"), _vip()])
    return _published(lake, snapshots, tmp_path / "home")


def _told(*folders: Path) -> dict[str, str]:
    """What each file in the open says: its bytes, and all rows of a database."""
    told = {}
    for path in (path for folder in folders for path in folder.rglob("*")):
        if not path.is_file() or path.is_symlink() or "lake" in path.parts:
            continue
        if folders[0] == path.parents[0] or "restricted" not in path.relative_to(folders[0]).parts:
            told[str(path)] = path.read_bytes().decode("latin-1")
            if path.suffix == ".duckdb":
                told[str(path)] += _rows_of(path)
    return told


def _rows_of(path: Path) -> str:
    with duckdb.connect(path, read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() union all"
            " select schema_name || '.' || view_name from duckdb_views() where not internal"
        ).fetchall()
        return repr([connection.execute(f"from {name}").fetchall() for (name,) in names])


def test_nothing_in_the_open_tells_of_a_restricted_call(site: Site) -> None:
    """No id and no word of it: not in a page, a spreadsheet, a mail or the list for programs."""
    files = [path for path in site.root.rglob("*") if path.is_file()]
    told = [path for path in files if not path.is_relative_to(site.restricted.root)]
    assert len(told) >= 12
    for path in told:
        content = path.read_bytes()
        assert b"vip-1" not in content, path.name
        assert _SECRET.encode() not in content, path.name


def test_a_supervisor_counts_what_the_others_may_see(site: Site) -> None:
    """Of three calls, one restricted, everybody else's figures are those of the other two."""
    (folder,) = site.lists.glob("*")
    assert "1 call to review" in Page(folder / "s1.html").text
    for page in (site.agent("a1"), site.coaching("a1"), site.team("North")):
        assert "2 calls" in Page(page).text, page.name
        assert "restricted" not in Page(page).text
    report = " ".join(Page(site.report("2026-W10")).text.split())
    assert "Mean score of the calls 70 2 cases" in report
    assert "restricted" not in report
    for page in (site.index, folder / "s1.html", folder / "index.html"):
        assert "restricted" not in Page(page).text


def test_named_people_find_it_in_a_folder_of_its_own(site: Site) -> None:
    """A list, a page of the call and its card data, behind a folder that only its owner enters."""
    inside = site.restricted
    assert inside.root.stat().st_mode & 0o777 == 0o700
    (folder,) = inside.lists.glob("*")
    listed = Page(folder / "s1.html").text
    assert "1 call to review" in listed
    assert _SECRET in listed
    assert "c1" not in listed
    assert [path.name for path in inside.calls.rglob("*.html")] != []
    assert "vip-1" in Page(inside.card_month("2026-03")).text
    assert "restricted call" not in listed


def test_a_call_that_becomes_restricted_leaves_the_open(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """Its page is removed, and later lists and reports leave it out."""
    night(lake, "night-1", [result("vip-1"), result("c1")])
    site = _published(lake, snapshots, tmp_path / "home")
    assert len(list(site.calls.rglob("*.html"))) == 2
    assert not site.restricted.root.exists()
    night(lake, "night-2", [replace(_vip(), results_version=2)])
    _published(lake, snapshots, tmp_path / "home")
    assert [path.name[:2] for path in site.calls.rglob("*.html")] == ["c1"]
    assert [path.name[:3] for path in site.restricted.calls.rglob("*.html")] == ["vip"]
    assert [name for name, told in _told(tmp_path, snapshots).items() if "vip-1" in told] == []
    assert len(list(site.lists.iterdir())) == 2


def test_it_comes_back_when_it_is_restricted_no_more(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """To the list of the night on which it was heard, and nothing of it stays behind the door."""
    night(lake, "night-1", [_vip(), result("c1")])
    site = _published(lake, snapshots, tmp_path / "home")
    open_again = _vip()
    open_again = replace(open_again, call=replace(open_again.call, restricted=False))
    night(lake, "night-2", [open_again])
    _published(lake, snapshots, tmp_path / "home")
    assert "vip-1" in (site.lists / "qa-night-1" / "s1.json").read_text()
    assert [path.name[:3] for path in site.calls.rglob("vip*.html")] == ["vip"]
    behind = _told(site.restricted.root)
    assert [name for name, told in behind.items() if "vip-1" in told] == []


def test_a_call_that_moves_to_another_day_leaves_no_page_behind(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """Neither in the open, if it becomes restricted as well, nor where it stays."""
    night(lake, "night-1", [result("vip-1"), result("c1")])
    site = _published(lake, snapshots, tmp_path / "home")
    later = NIGHT + timedelta(days=7)
    vip = result("vip-1", started_at=later, restricted=True)
    night(lake, "night-2", [vip, result("c1", started_at=later)])
    _published(lake, snapshots, tmp_path / "home")
    (page,) = site.calls.rglob("*.html")
    assert (page.parent.name, page.name[:2]) == (str(later.date()), "c1")
    assert len(list(site.restricted.calls.rglob("*.html"))) == 1
