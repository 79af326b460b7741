"""The quarantine of a run is apart from what earlier runs left there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from models.call import Quarantined, QuarantineReason
from tests.warehouse.factory import NIGHT, TIME_ZONE, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.layout import Site
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.lake.lake import Lake


def _set_aside(*names: str) -> tuple[Quarantined, ...]:
    return tuple(
        Quarantined(
            item=f"/calls/{name}",
            call_id=None,
            reason=QuarantineReason.CORRUPT_AUDIO,
            detail="Export it again.",
        )
        for name in names
    )


def _nights(lake: Lake) -> None:
    """An item stays, one is corrected and breaks again, one is new; another source has its own."""
    for number, (source, items) in enumerate(
        [
            ("/calls", ("stays.wav", "again.wav")),
            ("/other", ("elsewhere.wav",)),
            ("/calls", ("stays.wav",)),
            ("/calls", ("stays.wav", "again.wav", "new.wav")),
        ]
    ):
        ended = NIGHT + timedelta(days=number, hours=14.5)  # the next day in Rome
        kept = {"source": source, "quarantined": _set_aside(*items), "finished_at": ended}
        counts = {"seen_count": 1 + len(items)}
        one = result(f"c{number}", started_at=NIGHT + timedelta(days=number))
        night(lake, f"night-{number}", [one], **kept, **counts)


def test_new_items_are_apart_from_older_ones(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """With the day since which the older ones are there; the overview counts both."""
    _nights(lake)
    site, audio = Site(tmp_path), AudioFolder(tmp_path / "audio", TIME_ZONE)
    Publisher(lake=lake, site=site, audio=audio).publish(publish(lake, snapshots))
    (page,) = site.lists.glob("*/index.html")
    words = " ".join(Page(page).text.split())
    fresh, older = words.split("Still in quarantine from earlier runs")
    assert [name in fresh for name in ("new.wav", "again.wav", "stays.wav")] == [True, True, False]
    assert "stays.wav since 3 March 2026" in older
    assert "elsewhere.wav since 4 March 2026" in older
    assert older.count("corrupt audio") == older.count(".wav")
    overview = " ".join(Page(site.index).text.split())
    assert "The last run quarantined 2 items" in overview
    assert "2 items are still in quarantine from earlier runs" in overview


def test_a_run_without_new_items_says_so(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """Older items are there all the same."""
    for number in range(2):
        ended = NIGHT + timedelta(days=number, hours=15)
        of_run = {"quarantined": _set_aside("stays.wav"), "finished_at": ended, "seen_count": 2}
        one = result(f"c{number}", started_at=NIGHT + timedelta(days=number))
        night(lake, f"night-{number}", [one], **of_run)
    site, audio = Site(tmp_path), AudioFolder(tmp_path / "audio", TIME_ZONE)
    Publisher(lake=lake, site=site, audio=audio).publish(publish(lake, snapshots))
    (page,) = site.lists.glob("*/index.html")
    for told in (page, page.with_name("s1.html")):
        assert "This run quarantined nothing new." in Page(told).text
    assert "stays.wav" in Page(page).text
