"""What the last runs did, in counts alone: items of a source may be named like people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from flows.operation.journal import Ending, Journal
from flows.operation.one_run import holder_of
from models.reasons.reason import reason_from
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flows.settings.centre import Settings
    from models.reasons.reason import Reason
    from warehouse.lake.records import RunRecord


class Night(NamedTuple):
    """A run.

    Attributes:
        kind: The flow, such as nightly.
        began_at: When it began, at the site.
        ended_at: When it ended; None if it has not, or was killed.
        ending: How it ended.
        causes: Codes of what needs attention.
        run: What the lake records of it; None if it did not publish.
        quarantined: Items in quarantine by reason.
    """

    kind: str
    began_at: datetime
    ended_at: datetime | None
    ending: Ending
    causes: tuple[str, ...] = ()
    run: RunRecord | None = None
    quarantined: tuple[tuple[Reason, int], ...] = ()


def nights_of(settings: Settings, most: int) -> list[Night]:
    """The last runs of a home folder, the latest first."""
    zone = ZoneInfo(settings.time_zone)
    runs = {one.run.run_id: one.run for one in Lake(settings.lake, settings.time_zone).runs()}
    is_running = holder_of(settings.home) is not None
    found, left = [], dict(runs)
    for one in Journal(settings.home).attempts(is_running=is_running):
        run = left.pop(one.run_id, None) if one.run_id else None
        found.append(
            Night(
                one.kind,
                one.began_at.astimezone(zone),
                one.ended_at and one.ended_at.astimezone(zone),
                one.ending,
                tuple(one.causes),
                run,
                _quarantined(run),
            )
        )
    found += [_unnoted(run, zone) for run in left.values()]
    return sorted(found, key=lambda one: one.began_at, reverse=True)[:most]


def _unnoted(run: RunRecord, zone: ZoneInfo) -> Night:
    """A run that only the lake knows, such as of a home from before there was a journal."""
    began_at, ended_at = run.started_at.astimezone(zone), run.finished_at.astimezone(zone)
    quarantined = _quarantined(run)
    return Night("nightly", began_at, ended_at, Ending.DONE, (), run, quarantined)


def _quarantined(run: RunRecord | None) -> tuple[tuple[Reason, int], ...]:
    counts: Mapping[str, int] = Counter(str(one.reason) for one in run.quarantined) if run else {}
    return tuple((reason_from(code, {}), count) for code, count in sorted(counts.items()))
