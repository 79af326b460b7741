"""From one overview everything can be reached, and every link leads to a file that is there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from qa_rules.results import Outcome
from tests.warehouse.factory import NIGHT, TIME_ZONE, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.layout import Site, file_stem
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.lake.lake import Lake

_EVIL = "<script>alert(1)</script>"


def _publisher(lake: Lake, home: Path, **options: Any) -> Publisher:
    return Publisher(
        lake=lake, site=Site(home), audio=AudioFolder(home / "audio", TIME_ZONE), **options
    )


def _reached(index: Path) -> set[Path]:
    """Every page that can be reached by links; fails at a link that leads nowhere."""
    seen: set[Path] = set()
    todo = [index.resolve()]
    while todo:
        page = todo.pop()
        seen.add(page)
        for href in Page(page).links:
            target = (page.parent / unquote(href.partition("#")[0])).resolve()
            assert not href.partition("#")[0] or target.exists(), f"{page.name} links {href}"
            if target.suffix == ".html" and target not in seen:
                todo.append(target)
    return seen


def test_everything_can_be_reached(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """Lists, calls, agents, teams and coaching sheets of all who had calls, whatever their ids."""
    home = tmp_path / "home"
    calls = [
        result("c1", greeting=Outcome.FAIL),
        result("a/b?#", agent_id="../a2", agent_name=_EVIL, team="../T", supervisor_id="s/2"),
        result("c3", promises=Outcome.CANNOT_TELL),
    ]
    night(lake, "night-1", calls)
    _publisher(lake, home).publish(publish(lake, snapshots))
    reached = _reached(home / "index.html")
    pages = {path.resolve() for path in home.rglob("*.html") if ".mail" not in path.name}
    assert pages == reached
    for folder, count in {"calls": 3, "agents": 2, "coaching": 2, "teams": 2, "lists": 5}.items():
        assert len(list((home / folder).rglob("*.html"))) == count
    for path in reached:
        assert _EVIL not in path.read_text()


def test_publishing_again_changes_no_list(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """A list that may have been read stays as it was; the files are named all the same."""
    night(lake, "night-1", [result("c1", greeting=Outcome.FAIL)])
    snapshot = publish(lake, snapshots)
    publisher = _publisher(lake, tmp_path / "home")
    (first,) = publisher.publish(snapshot)
    before = first.html.stat().st_mtime_ns
    (again,) = publisher.publish(snapshot)
    assert again == first
    assert first.html.stat().st_mtime_ns == before


def test_a_killed_publication_is_completed(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """Pages that a killed run left incomplete are written again."""
    night(lake, "night-1", [result("c1")])
    snapshot = publish(lake, snapshots)
    draft = tmp_path / "home" / "lists" / f"{snapshot.stem}.tmp"
    draft.mkdir(parents=True)
    (draft / "s1.html").write_text("half")
    (file,) = _publisher(lake, tmp_path / "home").publish(snapshot)
    assert file.html.exists()
    assert not draft.exists()


def test_the_sheet_goes_from_strengths_to_areas_to_strengths_to_promises(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """The order of a coaching session, with a clip for each failure."""
    calls = [
        result(f"c{number}", greeting=Outcome.FAIL if number < 2 else Outcome.PASS)
        for number in range(6)
    ]
    night(lake, "night-1", calls)
    home = tmp_path / "home"
    _publisher(lake, home).publish(publish(lake, snapshots))
    page = Page(home / "coaching" / "a1.html")
    places = [
        page.text.index(title)
        for title in ("1. What goes well", "2. What could go", "3. Strengths to build on", "4. ")
    ]
    assert places == sorted(places)
    better = page.text[places[1] : places[2]]
    assert "Did the agent greet?" in better
    assert "Customers must know whom they are talking to." in better
    assert "keep to what we can promise" not in better
    assert "keep to what we can promise" in page.text[places[2] :]
    assert any(link.endswith("#t=1.0") and "calls/" in link for link in page.links)


def test_agents_are_compared_only_with_enough_calls(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """A gap is reported as significant with enough calls, and not with few."""
    good = [result(f"g{number}", agent_id="a2") for number in range(60)]
    bad = [result(f"b{number}", greeting=Outcome.FAIL) for number in range(30)]
    night(lake, "night-1", [*good, *bad, result("n", agent_id="a3", greeting=Outcome.FAIL)])
    home = tmp_path / "home"
    _publisher(lake, home).publish(publish(lake, snapshots))
    assert "clearly below others" in Page(home / "agents" / "a1.html").text
    few = Page(home / "agents" / "a3.html").text
    assert "too few calls to compare yet" in few
    assert "clearly" not in few


def test_an_agent_page_looks_four_weeks_back(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """Older calls are in the trend, not in the counts."""
    old = result("old", started_at=NIGHT - timedelta(days=40))
    night(lake, "night-1", [old, result("new")])
    home = tmp_path / "home"
    _publisher(lake, home).publish(publish(lake, snapshots))
    page = Page(home / "agents" / "a1.html")
    assert "calls evaluated1" in page.text
    assert not [link for link in page.links if "/old-" in link]


@pytest.mark.parametrize("name", ["", "..", "index", "a/b", "ü", "INDEX", "con text"])
def test_names_become_files_of_their_folder(name: str) -> None:
    """No name leaves its folder or is empty."""
    stem = file_stem(name)
    assert stem
    assert stem.lower() != "index"
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
