"""A list of the recordings with card data that must be deleted, with their seconds."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from models.transcript import KeyedDigits
from tests.warehouse.factory import CARD_SPAN, NIGHT, TIME_ZONE, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.reports.flags.originals import Look, Original, look_for_originals
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.layout import Site
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from qa_rules.results import CallResult, PiiSpan
    from warehouse.lake.lake import Lake

_CODE = replace(CARD_SPAN, type="cvv", start_s=70.0, end_s=71.5)
_NAME = replace(CARD_SPAN, type="person_name")
_EVIL = "=1+1<script>alert(1)</script>"


def _said(call_id: str, *spans: PiiSpan, **of_call: Any) -> CallResult:
    return replace(result(call_id, **of_call), pii_spans=spans)


def _site(lake: Lake, snapshots: Path, home: Path) -> Site:
    site, audio = Site(home), AudioFolder(home / "audio", TIME_ZONE)
    Publisher(lake=lake, site=site, audio=audio).publish(publish(lake, snapshots))
    return site


def test_recordings_with_a_code_come_first_with_their_seconds(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """The overview leads to the months; a recording without card data is not listed."""
    night(lake, "night-1", [_said("a", CARD_SPAN), _said("b", CARD_SPAN, _CODE), _said("c", _NAME)])
    site = _site(lake, snapshots, tmp_path)
    assert "card-data.html" in Page(site.index).links
    months = Page(site.card_data)
    assert "original recordings2" in months.text
    assert "with a security code1" in months.text
    assert "card-data/2026-03.html" in months.links
    page = Page(site.card_month("2026-03"))
    assert page.text.index("/calls/b.wav") < page.text.index("/calls/a.wav")
    assert "/calls/c.wav" not in page.text
    assert "1:10 \N{EN DASH} 1:12" in page.text
    assert any(link.endswith("#t=70.0") for link in page.links)


def test_each_month_has_a_page(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """The page of a month that has no such recording any more is removed."""
    april = NIGHT + timedelta(days=31)
    night(lake, "night-1", [_said("a", CARD_SPAN), _said("b", CARD_SPAN, started_at=april)])
    site = _site(lake, snapshots, tmp_path)
    for month, call_id, other in (("2026-03", "a", "b"), ("2026-04", "b", "a")):
        text = Page(site.card_month(month)).text
        assert f"/calls/{call_id}.wav" in text
        assert f"/calls/{other}.wav" not in text
    night(lake, "night-2", [_said("b", _NAME, started_at=april)])
    _site(lake, snapshots, tmp_path)
    assert not site.card_month("2026-04").exists()
    assert site.card_month("2026-03").exists()


def test_the_spreadsheet_has_every_stretch_and_no_formula(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """Each with the recording, its hash and its seconds; hostile names do nothing."""
    night(lake, "night-1", [_said("b", CARD_SPAN, _CODE, queue=_EVIL)])
    site = _site(lake, snapshots, tmp_path)
    with site.card_data.with_suffix(".csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["type"], row["start_s"], row["end_s"]) for row in rows] == [
        ("card_number", "7.5", "15.5"),
        ("cvv", "70.0", "71.5"),
    ]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    rows = list(Page(site.card_month("2026-03")).attributes("tr"))
    assert [row["data-queue"] for row in rows if "data-row" in row] == [_EVIL]
    assert len(list(Page(site.card_month("2026-03")).attributes("script"))) == 1


def test_keyed_digits_are_told_with_seconds_and_number(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """A recording with keyed digits must be deleted, even without spoken card data."""
    silent = _said("k")
    keyed = replace(silent.transcript, keyed_digits=(KeyedDigits(1, 30.0, 34.5, 16),))
    night(lake, "night-1", [replace(silent, transcript=keyed), _said("c", _NAME)])
    site = _site(lake, snapshots, tmp_path)
    assert "original recordings1" in Page(site.card_data).text
    page = Page(site.card_month("2026-03"))
    assert "0:30 \N{EN DASH} 0:35 16 keyed digits" in page.text
    with site.card_data.with_suffix(".csv").open(encoding="utf-8-sig", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["type"], row["start_s"], row["digit_count"]) == ("keyed_digits", "30.0", "16")


def test_no_card_data_is_said(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """An empty page is an answer."""
    night(lake, "night-1", [_said("c", _NAME)])
    site = _site(lake, snapshots, tmp_path)
    assert "No card data was detected in any recording." in Page(site.card_data).text


def test_a_deleted_original_is_told_with_its_day(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """The day stays that of the run that missed it first; a file that is back is there again."""
    kept, gone = tmp_path / "calls" / "kept.wav", tmp_path / "calls" / "gone.wav"
    kept.parent.mkdir()
    for file in (kept, gone):
        file.write_bytes(b"sound")
    night(lake, "night-1", [_at(kept), _at(gone)])
    site = _site(lake, snapshots, tmp_path / "home")
    assert "Deleted on" not in Page(site.card_month("2026-03")).text
    gone.unlink()
    site = _site(lake, snapshots, tmp_path / "home")
    assert Page(site.card_month("2026-03")).text.count("Deleted on") == 1
    assert "deleted1" in Page(site.card_data).text
    assert "original recordings1" in Page(site.card_data).text
    first = site.deleted_originals.read_text()
    site.deleted_originals.write_text(first.replace(first.split('"')[3], "2026-03-05"))
    _site(lake, snapshots, tmp_path / "home")
    assert "Deleted on 5 March 2026" in Page(site.card_month("2026-03")).text
    with site.card_data.with_suffix(".csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = {row["call_id"]: row for row in csv.DictReader(lines)}
    assert (rows["gone"]["original"], rows["gone"]["deleted_on"]) == ("deleted", "2026-03-05")
    assert (rows["kept"]["original"], rows["kept"]["deleted_on"]) == ("there", "")
    gone.write_bytes(b"sound")
    _site(lake, snapshots, tmp_path / "home")
    assert "Deleted on" not in Page(site.card_month("2026-03")).text


def _at(file: Path) -> CallResult:
    said = _said(file.stem, CARD_SPAN)
    return replace(said, recording=replace(said.recording, path=file))


def test_recordings_that_cannot_be_seen_are_not_deleted(tmp_path: Path) -> None:
    """An empty common folder may be a share that is not mounted; a day's empty folder is not."""
    record, today = tmp_path / "deleted.json", NIGHT.date()
    share = tmp_path / "share"
    days = [share / day / "call.wav" for day in ("1", "2")]
    paths = [*map(str, days), "relative.wav", "s3://bucket/call.wav"]
    unseen = look_for_originals(paths, Look(record, today))
    assert {of.state for of in unseen.values()} == {"unknown"}
    share.mkdir()
    assert {of.state for of in look_for_originals(paths, Look(record, today)).values()} == {
        "unknown"
    }
    days[1].parent.mkdir()
    days[1].write_bytes(b"sound")
    seen = look_for_originals(paths, Look(record, today))
    assert [seen[path].state for path in paths] == ["deleted", "there", "unknown", "unknown"]
    shutil.rmtree(share)  # not mounted this time: what was known is kept, nothing is concluded
    later = look_for_originals(paths, Look(record, today + timedelta(days=9)))
    assert later[paths[0]] == Original("deleted", today)
    assert later[paths[1]].state == "unknown"


def test_originals_in_a_store_are_looked_for(tmp_path: Path) -> None:
    """One that is missing beside others is deleted; a store that is not reached says nothing."""
    record, today = tmp_path / "deleted.json", NIGHT.date()
    store = {
        "s3://bucket/calls": ["1", "2"],
        "s3://bucket/calls/1": ["a.wav"],
        "s3://bucket/calls/2": [],
    }
    paths = [f"s3://bucket/calls/{name}.wav" for name in ("1/a", "1/b", "2/c")]
    paths.append("s3://other/d.wav")
    look = Look(record, today, listed=lambda folder: store.get(folder, []))
    states = {path: of.state for path, of in look_for_originals(paths, look).items()}
    assert list(states.values()) == ["there", "deleted", "deleted", "unknown"]
    store.clear()
    later = Look(record, today + timedelta(days=1), listed=lambda _folder: [])
    again = [look_for_originals(paths, later)[path] for path in paths]
    assert [of.state for of in again] == ["unknown", "deleted", "deleted", "unknown"]
    assert again[1].deleted_on == today


def test_both_files_of_a_pair_must_be_deleted(tmp_path: Path) -> None:
    """Two files of one call are deleted when both are; one that is left keeps the card data."""
    record, today = tmp_path / "originals.json", NIGHT.date()
    folder = tmp_path / "calls"
    folder.mkdir()
    for name in ("a-in.wav", "a-out.wav", "other.wav"):
        (folder / name).write_bytes(b"sound")
    path = f"{folder}/a-in.wav + a-out.wav"
    states = [look_for_originals([path], Look(record, today))[path].state]
    for name in ("a-in.wav", "a-out.wav"):
        (folder / name).unlink()
        states.append(look_for_originals([path], Look(record, today))[path].state)
    assert states == ["there", "there", "deleted"]
