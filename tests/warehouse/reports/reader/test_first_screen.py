"""The first screen is the reader's: calls to review, what is open and new, the teams' change."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from qa_rules.results import Outcome
from tests.warehouse.factory import GREETING, NIGHT, TIME_ZONE, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.lake.upload_records import Review
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.layout import Site
from warehouse.reports.sites import Sites

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.lake.lake import Lake

_OPEN = "still open from earlier days"


def _overview(lake: Lake, snapshots: Path, home: Path) -> Page:
    audio = AudioFolder(home / "audio", TIME_ZONE)
    publisher = Publisher(lake=lake, site=Site(home), audio=audio)
    Sites(publisher=publisher, warehouse=snapshots).publish()
    return Page(home / "index.html")


def _words(page: Page) -> str:
    return " ".join(page.text.split())


def _review(call_id: str, occasion: str = "flag") -> Review:
    return Review.model_validate(
        {
            "call_id": call_id,
            "rule_id": GREETING.rule_id,
            "occasion": occasion,
            "machine_value": "fail",
            "human_value": "fail",
            "reviewer_id": "s1",
            "reviewed_at": NIGHT + timedelta(days=1),
            "reason": "Heard.",
        }
    )


def _two_nights(lake: Lake, snapshots: Path, home: Path, **late: Any) -> None:
    """Three flagged calls in a list, one of them restricted, and a second night with one."""
    first = [result(call_id, greeting=Outcome.FAIL) for call_id in ("c1", "c2")]
    shut = result("c3", greeting=Outcome.FAIL, restricted=True)
    night(lake, "night-1", [*first, shut])
    _overview(lake, snapshots, home)
    later = NIGHT + timedelta(**late or {"days": 1})
    night(lake, "night-2", [result("c4", greeting=Outcome.FAIL, started_at=later)])


def test_calls_wait_until_they_are_reviewed(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """Flags of earlier lists count once a call until a person decides, not in a calibration."""
    home = tmp_path / "home"
    _two_nights(lake, snapshots, home)
    assert f"1 of 1 calls to review 2 calls {_OPEN}" in _words(_overview(lake, snapshots, home))
    lake.uploads.add("review", [_review("c1"), _review("c2", "calibration")])
    assert f"1 call {_OPEN}" in _words(_overview(lake, snapshots, home))
    lake.uploads.add("review", [_review("c2")])
    assert _OPEN not in _overview(lake, snapshots, home).text


def test_a_call_that_is_judged_again_waits_once(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """It is on the new list, and not open from earlier days as well."""
    home = tmp_path / "home"
    _two_nights(lake, snapshots, home)
    night(lake, "night-3", [result("c1", greeting=Outcome.FAIL, promises=Outcome.FAIL)])
    told = _words(_overview(lake, snapshots, home))
    assert f"1 of 1 calls to review 2 calls {_OPEN}" in told


def test_old_flags_wait_no_longer(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """Nobody is reminded of flags that are older than two weeks."""
    home = tmp_path / "home"
    _two_nights(lake, snapshots, home, days=20)
    assert _OPEN not in _overview(lake, snapshots, home).text


def test_restricted_calls_wait_on_their_own_screen(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """They are counted for those alone who may see them."""
    home = tmp_path / "home"
    _two_nights(lake, snapshots, home)
    later = NIGHT + timedelta(days=2)
    night(lake, "night-3", [result("c5", restricted=True, started_at=later)])
    assert f"3 calls {_OPEN}" in _words(_overview(lake, snapshots, home))
    assert f"1 call {_OPEN}" in _words(Page(Site(home).restricted.index))


def test_what_is_new_is_told(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """A flag that its agent had not had in four weeks is linked; one that they had is not."""
    passed = [result("c1"), result("c2", greeting=Outcome.FAIL, agent_id="a2", agent_name="Bo Li")]
    night(lake, "night-1", passed)
    _overview(lake, snapshots, tmp_path)
    later: dict[str, Any] = {"greeting": Outcome.FAIL, "started_at": NIGHT + timedelta(days=1)}
    known = result("c4", agent_id="a2", agent_name="Bo Li", **later)
    night(lake, "night-2", [result("c3", **later), known])
    page = _overview(lake, snapshots, tmp_path)
    told = _words(page)
    news = told[told.index("What is new") : told.index("Teams")]
    assert "Ana Ruiz · North Did not greet with company and own name" in news
    assert "Bo Li" not in news
    assert any("/c3-" in link and "#t=" in link for link in page.links)


def test_a_teams_change_is_told_only_if_it_is_clear(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """A fall in one team, none in another, too few calls in a third."""
    calls = []
    for week in range(2):
        at = NIGHT - timedelta(days=7 - 7 * week)
        for team, count, fails in (("Ålpha", 24, 24 * week), ("Beta", 24, 2), ("Zeta", 3, 0)):
            calls += [
                result(
                    f"{team}-{week}-{one}",
                    greeting=Outcome.FAIL if one < fails - one % 2 else Outcome.PASS,
                    team=team,
                    agent_id=team,
                    agent_name=f"{team} Agent",
                    started_at=at + timedelta(minutes=one),
                )
                for one in range(count)
            ]
    night(lake, "night-1", calls)
    told = _words(_overview(lake, snapshots, tmp_path))
    places = [told.index(f"{team} ", told.index("Teams")) for team in ("Ålpha", "Beta", "Zeta")]
    assert places == sorted(places)
    assert "clearly worse" in told[places[0] : places[1]]
    assert "no clear difference" in told[places[1] : places[2]]
    assert "too few calls to compare yet" in told[places[2] :]


def test_counts_of_a_run_come_last_and_its_id_nowhere(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """The operator's figures are at the foot; readers see no run id, here or on the lists."""
    home = tmp_path / "home"
    _two_nights(lake, snapshots, home)
    page = _overview(lake, snapshots, home)
    assert page.text.index("Calls to review") < page.text.index("Teams")
    assert page.text.index("Teams") < page.text.index("Operation") < page.text.index("seen")
    for path in (home / "index.html", *home.glob("lists/*/*.html")):
        assert "night-2" not in Page(path).text.replace("qa-night-2", "")
