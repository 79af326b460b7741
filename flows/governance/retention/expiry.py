"""Removal of what a retention policy no longer keeps.

What is still stored is found again by the next plan. What is gone from the lake already is not, so
a mark in the home folder has the calls whose pages are to go or to be written anew: a removal that
was killed is completed by the next one.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING
from urllib.parse import unquote

from flows.governance.audit import Act, record
from flows.governance.erasure.handed_out import forget_handed_out
from flows.governance.retention.begun import Begun
from flows.governance.retention.dated_files import without_days
from flows.governance.retention.policy import Kind
from flows.governance.retention.source_files import delete_originals
from flows.publishing import erase_from_lake, publish_anew, sites_of
from warehouse.audio_folder import call_file_stem
from warehouse.files import replace_atomically
from warehouse.lake.index.upload_removal import remove_upload_rows
from warehouse.lake.lake import Lake
from warehouse.lake.removal import Removal, remove, sweep
from warehouse.reports.management.removal import remove_calls_from_report

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date
    from pathlib import Path

    from flows.governance.retention.plan import Plan
    from flows.settings.centre import Settings
    from warehouse.reports.site.layout import Site

_CALL_LINK = re.compile(r'calls/\d{4}-\d\d-\d\d/([^"#?]+)\.html')
_CALLS_PER_ENTRY = 500


def apply(settings: Settings, plan: Plan) -> bool:
    """Remove everything that goes by a plan; whoever calls holds the lock of the home folder.

    Returns:
        Whether anything was removed, or completed that an earlier removal had begun.
    """
    if plan.is_empty and not is_owed(settings):
        return False
    lake = Lake(settings.lake, settings.time_zone)
    begun = Begun.read(_mark(settings), lake).with_(plan.calls)
    begun.write(_mark(settings))
    delete_originals(settings, plan.calls.get(Kind.ORIGINAL, ()))
    gone = _ids(plan, Kind.SCORE)
    wordless = _ids(plan, Kind.TRANSCRIPT) | gone
    silent = _ids(plan, Kind.AUDIO) | gone
    for audio in (settings.audio, settings.audio.restricted):
        _unlink(audio.root.glob("*/*.opus"), silent)
    remove(lake, Removal(calls=gone, words=wordless - gone, audio=silent - gone, on=plan.today))
    gone, wordless = begun.ids(Kind.SCORE), begun.ids(Kind.TRANSCRIPT) | begun.ids(Kind.SCORE)
    remove_upload_rows(lake, {"call_id": gone})
    sweep(lake)
    for site in settings.site.everywhere():
        _remove_pages(site, wordless)
    _remove_files(plan)
    forget_handed_out(settings.home, {file.path for file in plan.files.get(Kind.EXPORTS, ())})
    publish_anew(settings, lake)
    erase_from_lake(settings)
    sites_of(settings, lake).rewrite_calls(begun.by_day(Kind.AUDIO, but=wordless))
    _tell(settings, plan, begun)
    _mark(settings).unlink()
    return True


def is_owed(settings: Settings) -> bool:
    """Whether a removal was interrupted, and has to be completed."""
    return _mark(settings).exists()


def _mark(settings: Settings) -> Path:
    return settings.home / "governance" / "retention.pending"


def _ids(plan: Plan, kind: Kind) -> set[str]:
    return {call.call_id for call in plan.calls.get(kind, ())}


def _unlink(files: Iterator[Path], call_ids: Collection[str]) -> None:
    stems = set(map(call_file_stem, call_ids))
    for file in files if stems else ():
        if file.stem in stems:
            file.unlink()


def _remove_pages(site: Site, call_ids: Collection[str]) -> None:
    """Remove pages and lists that quote calls; what is of no single night is written anew."""
    if not call_ids:
        return
    stems = set(map(call_file_stem, call_ids))
    _unlink(site.calls.glob("*/*.html"), call_ids)
    for night in site.lists.glob("*"):
        if any(not stems.isdisjoint(_linked(page)) for page in night.glob("*.html")):
            shutil.rmtree(night)
    for report in site.management.glob("*.html"):
        if not stems.isdisjoint(_linked(report)):
            remove_calls_from_report(report, stems)
    for page in (site.agent("x"), site.coaching("x"), site.team("x"), site.open_flags_of("x")):
        shutil.rmtree(page.parent, ignore_errors=True)
    shutil.rmtree(site.search_data, ignore_errors=True)


def _linked(page: Path) -> set[str]:
    """The names of the pages of calls that a page links to."""
    return set(map(unquote, _CALL_LINK.findall(page.read_text(encoding="utf-8"))))


def _remove_files(plan: Plan) -> None:
    days: dict[Path, set[date]] = {}
    for file in (file for files in plan.files.values() for file in files):
        if file.lines:
            days.setdefault(file.path, set()).add(file.day)
        elif file.path.is_dir():
            shutil.rmtree(file.path)
        else:
            file.path.unlink(missing_ok=True)
    for path, gone in days.items():
        if left := without_days(path.read_bytes(), gone):
            replace_atomically(path, left)
        else:
            path.unlink()


def _tell(settings: Settings, plan: Plan, begun: Begun) -> None:
    """Record in the audit trail what was removed, by class and policy."""
    for line in plan.lines:
        if line.goes or line.held:
            record(
                settings.home,
                Act.RETENTION,
                what=str(line.kind),
                why=(line.policy or "none",),
                counts={"removed": line.goes, "held": line.held},
                until=plan.today.isoformat(),
            )
    for kind, days in begun.calls.items():
        ids = sorted(days)
        for first in range(0, len(ids), _CALLS_PER_ENTRY):
            some = tuple(ids[first : first + _CALLS_PER_ENTRY])
            record(settings.home, Act.RETENTION, what=str(kind), calls=some)
