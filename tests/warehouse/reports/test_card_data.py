"""A list of the recordings with card data that must be deleted, with their seconds."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING

from models.transcript import KeyedDigits
from tests.warehouse.factory import CARD_SPAN, TIME_ZONE, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
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


def _said(call_id: str, *spans: PiiSpan, queue: str = "billing") -> CallResult:
    return replace(result(call_id, queue=queue), pii_spans=spans)


def _site(lake: Lake, snapshots: Path, home: Path) -> Site:
    site, audio = Site(home), AudioFolder(home / "audio", TIME_ZONE)
    Publisher(lake=lake, site=site, audio=audio).publish(publish(lake, snapshots))
    return site


def test_recordings_with_a_code_come_first_with_their_seconds(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """The overview leads there; a recording without card data is not listed."""
    night(lake, "night-1", [_said("a", CARD_SPAN), _said("b", CARD_SPAN, _CODE), _said("c", _NAME)])
    site = _site(lake, snapshots, tmp_path)
    assert "card-data.html" in Page(site.index).links
    page = Page(site.card_data)
    assert "original recordings2" in page.text
    assert "with a security code1" in page.text
    assert page.text.index("/calls/b.wav") < page.text.index("/calls/a.wav")
    assert "/calls/c.wav" not in page.text
    assert "1:10 \N{EN DASH} 1:12" in page.text
    assert any(link.endswith("#t=70.0") for link in page.links)


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
    assert not list(Page(site.card_data).attributes("script"))


def test_keyed_digits_are_told_with_seconds_and_number(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """A recording with keyed digits must be deleted, even without spoken card data."""
    silent = _said("k")
    keyed = replace(silent.transcript, keyed_digits=(KeyedDigits(1, 30.0, 34.5, 16),))
    night(lake, "night-1", [replace(silent, transcript=keyed), _said("c", _NAME)])
    site = _site(lake, snapshots, tmp_path)
    page = Page(site.card_data)
    assert "original recordings1" in page.text
    assert "0:30 \N{EN DASH} 0:35 16 keyed digits" in page.text
    with site.card_data.with_suffix(".csv").open(encoding="utf-8-sig", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["type"], row["start_s"], row["digit_count"]) == ("keyed_digits", "30.0", "16")


def test_no_card_data_is_said(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """An empty page is an answer."""
    night(lake, "night-1", [_said("c", _NAME)])
    site = _site(lake, snapshots, tmp_path)
    assert "No card data was detected in any recording." in Page(site.card_data).text
