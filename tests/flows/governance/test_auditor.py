"""The page for an auditor says what is stored, in every language, with or without encryption."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest

from flows.errors import FlowsError
from flows.governance.audit import Act, entries, record
from flows.governance.auditor import write_auditor_page
from flows.settings.centre import Settings
from models.call import Quarantined, QuarantineReason
from tests.warehouse.factory import RULES_SHA256, TIME_ZONE, night, result
from warehouse.files import sha256_of
from warehouse.lake.encryption import keys
from warehouse.lake.lake import Lake
from warehouse.reports.site.catalogue import page_languages
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = Quarantined(
    item="broken-call",
    call_id=None,
    reason=QuarantineReason.CORRUPT_AUDIO,
    detail="it does not open",
)


def _text(page: Path) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", page.read_text(encoding="utf-8").partition("<body>")[2])


@pytest.mark.parametrize("is_encrypted", [False, True])
@pytest.mark.parametrize("language", page_languages())
def test_the_page_of_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, *, is_encrypted: bool
) -> None:
    """Counts, masked types, reasons, rules, hashes and the trail's last hash; no id of a call."""
    if is_encrypted:
        monkeypatch.setenv("CALLQA_KEY", base64.b64encode(bytes(32)).decode())
    settings = Settings(home=tmp_path, time_zone=TIME_ZONE, language=language)
    lake = Lake(settings.lake, TIME_ZONE)
    night(
        lake, "night-1", [result("call-one"), result("call-two")],
        seen_count=3, quarantined=(BROKEN,), proven_count=2, remuted_count=1,
    )  # fmt: skip
    snapshot = publish(lake, settings.warehouse)
    record(settings.home, Act.RUN_ENDED, run="night-1")
    page = write_auditor_page(settings)
    text = _text(page)
    (entry,) = entries(settings.home)
    for stated in (entry.hash, sha256_of(snapshot), RULES_SHA256, *lake.days().values()):
        assert stated in text
    assert "script-greeting" in text
    assert "call-one" not in text
    assert "broken-call" not in text
    tiles = re.findall(r"<dd[^>]*>(.*?)</dd>", page.read_text(encoding="utf-8"))
    assert tiles == ["3", "2", "0", "1", "0", "2", "1", "2", "0"]
    assert re.search(r"<td[^>]*>2</td>\s*<td[^>]*>2</td>", page.read_text(encoding="utf-8"))
    assert (keys()[0].key_id in text) if is_encrypted else "callqa" in text
    assert f'lang="{language}"' in page.read_text(encoding="utf-8")


def test_a_changed_trail_is_on_the_page(tmp_path: Path) -> None:
    """Whoever changes the trail finds it said on the page."""
    settings = Settings(home=tmp_path, time_zone=TIME_ZONE)
    lake = Lake(settings.lake, TIME_ZONE)
    night(lake, "night-1", [result()])
    publish(lake, settings.warehouse)
    for _ in range(3):
        record(settings.home, Act.RUN_ENDED, run="night-1")
    trail = tmp_path / "audit" / "trail.jsonl"
    assert "It was changed" not in _text(write_auditor_page(settings))
    lines = trail.read_bytes().splitlines(keepends=True)
    trail.write_bytes(b"".join(lines[:1] + lines[2:]))
    assert "It was changed" in _text(write_auditor_page(settings))


def test_an_unknown_run_is_an_error(tmp_path: Path) -> None:
    """The message names the runs that there are."""
    settings = Settings(home=tmp_path, time_zone=TIME_ZONE)
    lake = Lake(settings.lake, TIME_ZONE)
    night(lake, "night-1", [result()])
    publish(lake, settings.warehouse)
    with pytest.raises(FlowsError, match="night-1"):
        write_auditor_page(settings, "night-7")
