"""The pages of undecided flags: each supervisor's own, in their language, and one of all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from qa_rules.results import Outcome
from tests.warehouse.factory import NIGHT, TIME_ZONE, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.layout import Site
from warehouse.reports.sites import Sites
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.lake.lake import Lake

_READERS = {"s1": "it", "s2": "es"}
_OTHER: dict[str, Any] = {"supervisor_id": "s2", "supervisor_name": "Marta Vidal", "agent_id": "a2"}


@pytest.fixture
def site(lake: Lake, snapshots: Path, tmp_path: Path) -> Site:
    """Two supervisors, of whom one has a flag of the last run and a restricted one."""
    shut = result("c2", greeting=Outcome.FAIL, restricted=True)
    night(lake, "night-1", [result("c1", greeting=Outcome.FAIL), shut, result("c3", **_OTHER)])
    site, audio = Site(tmp_path), AudioFolder(tmp_path / "audio", TIME_ZONE)
    publisher = Publisher(lake=lake, site=site, audio=audio, readers=_READERS)
    Sites(publisher=publisher, warehouse=snapshots).publish()
    return site


def test_a_flag_of_the_last_run_is_open_since_today(site: Site) -> None:
    """Not for no days; one that waits longer says for how many."""
    assert "since today" in Page(site.open_flags).text
    assert "0 days" not in Page(site.open_flags).text


def test_one_that_waits_says_for_how_long(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """In days up to the last run."""
    night(lake, "night-1", [result("c1", greeting=Outcome.FAIL)])
    later = NIGHT + timedelta(days=2)
    night(
        lake, "night-2", [result("c2", started_at=later)], finished_at=later + timedelta(hours=15)
    )
    site, audio = Site(tmp_path), AudioFolder(tmp_path / "audio", TIME_ZONE)
    Publisher(lake=lake, site=site, audio=audio).publish(publish(lake, snapshots))
    assert "for 2 days" in Page(site.open_flags).text


def test_supervisors_read_their_own_language(site: Site) -> None:
    """From their list to their page, with their flags alone; without any it says so."""
    (night_folder,) = site.lists.iterdir()
    assert "../../open/s1.html" in Page(night_folder / "s1.html").links
    own, other = Page(site.open_flags_of("s1")), Page(site.open_flags_of("s2"))
    assert [of["lang"] for of in own.attributes("html")] == ["it"]
    assert "da oggi" in own.text
    assert "c1" in own.text
    assert [of["lang"] for of in other.attributes("html")] == ["es"]
    assert "Todos los avisos de estos días están revisados." in other.text


def test_flags_of_restricted_calls_are_only_behind_the_door(site: Site) -> None:
    """On the pages of the restricted folder and on no other."""
    for of in (site.open_flags, site.open_flags_of("s1")):
        assert "c2" not in Page(of).text
    for of in (site.restricted.open_flags, site.restricted.open_flags_of("s1")):
        assert "c2" in Page(of).text
        assert "c1" not in Page(of).text
