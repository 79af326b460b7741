"""Files of a home folder that are of no single call, each with the day from which it is kept."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from flows.governance.erasure.handed_out import handed_out
from flows.governance.retention.policy import Kind
from warehouse.errors import WarehouseError
from warehouse.reports.site.period import period_named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flows.settings.centre import Settings
    from warehouse.lake.lake import Lake

_BEGAN = re.compile(r"\d{8}T\d{6}Z")
_DAY_OF_LINE = re.compile(
    rb'^(?=\d)(\d{4}-\d\d-\d\d)|"(?:began_at|delivered_at)": "(\d{4}-\d\d-\d\d)'
)


class DatedFile(NamedTuple):
    """A file or folder, or the older lines of a file.

    Attributes:
        kind: Its class.
        path: Where it is.
        day: The day from which it is kept.
        lines: Whether only its lines of that day are meant.
    """

    kind: Kind
    path: Path
    day: date
    lines: bool = False


def dated_files(settings: Settings, lake: Lake) -> Iterator[DatedFile]:
    """Everything that is there, with its day in the centre's time zone."""
    zone = ZoneInfo(settings.time_zone)
    for site in settings.site.everywhere():
        for report in sorted(site.management.glob("*.*")):
            with suppress(WarehouseError, ValueError):
                yield DatedFile(Kind.REPORT, report, period_named(report.stem).last_date)
        for night in sorted([*site.lists.glob("*"), *site.alerts.glob("*")]):
            if day := _night(night.name, zone):
                yield DatedFile(Kind.REPORT, night, day)
    for log in sorted((settings.home / "log").glob("run*.log*")):
        yield from _days_of_lines(log, Kind.LOG)
    yield from _days_of_lines(settings.home / "log" / "runs.jsonl", Kind.LOG)
    yield from _ledger_lines(settings)
    yield from _runs(lake, zone)
    yield from _exports(settings, zone)


def without_days(content: bytes, days: set[date]) -> bytes:
    """The lines of a file, but for those of some days; a line without a day stays."""
    return b"".join(line for line in content.splitlines(keepends=True) if _day_of(line) not in days)


def _day_of(line: bytes) -> date | None:
    """The day that a line tells, in UTC as it is written."""
    found = _DAY_OF_LINE.search(line)
    return date.fromisoformat((found[1] or found[2]).decode()) if found else None


def _days_of_lines(path: Path, kind: Kind) -> Iterator[DatedFile]:
    if path.exists():
        found = {_day_of(line) for line in path.read_bytes().splitlines()}
        for day in sorted(day for day in found if day):
            yield DatedFile(kind, path, day, lines=True)


def _ledger_lines(settings: Settings) -> Iterator[DatedFile]:
    """Deliveries, as far as their lists are gone: a list without its line would be sent again."""
    there = {
        folder.name
        for place in (settings.site.lists, settings.site.alerts)
        for folder in place.glob("*")
    }
    path = settings.deliveries
    if path.exists():
        by_day: dict[date, bool] = {}
        for line in path.read_bytes().splitlines():
            if day := _day_of(line):
                is_free = not any(name.encode() in line for name in there)
                by_day[day] = by_day.get(day, True) and is_free
        for day, is_free in sorted(by_day.items()):
            if is_free:
                yield DatedFile(Kind.LEDGER, path, day, lines=True)


def _runs(lake: Lake, zone: ZoneInfo) -> Iterator[DatedFile]:
    """Records of runs of which no call is left, but for the newest of each source."""
    runs = lake.runs()
    needed = {one.run.source: one.run.run_id for one in runs}.values()
    used = {
        part.run_id
        for day in lake.days()
        for part in lake.manifest(day).parts
        if part.files["call"].row_count
    }
    for stored in runs:
        if stored.run.run_id not in {*used, *needed}:
            day = stored.run.finished_at.astimezone(zone).date()
            path = lake.root / "run" / f"{stored.run.run_id}.json"
            yield DatedFile(Kind.LEDGER, path, day)


def _exports(settings: Settings, zone: ZoneInfo) -> Iterator[DatedFile]:
    """Files and folders outside the home folder that were recorded when they were made.

    A file that was written again since is not ours any more.
    """
    for one in handed_out(settings.home):
        made_at = datetime.fromisoformat(one.at)
        if one.path.is_symlink() or not one.path.exists():
            continue
        if one.path.is_dir() or one.path.stat().st_mtime < made_at.timestamp() + 1:
            yield DatedFile(Kind.EXPORTS, one.path, made_at.astimezone(zone).date())


def _night(name: str, zone: ZoneInfo) -> date | None:
    """The day of a night by the name of its folder."""
    began = _BEGAN.search(name)
    if not began:
        return None
    began_at = datetime.strptime(began[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return began_at.astimezone(zone).date()
