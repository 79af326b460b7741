"""The state of a home folder, for the operator and for monitoring."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flows.deliver.delivering import deliverer_of
from flows.operation.journal import Attempt, Ending, Journal
from flows.operation.one_run import holder_of
from flows.operation.progress import read_progress
from warehouse.files import nearest_existing
from warehouse.lake.lake import Lake
from warehouse.snapshot.publish import current_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flows.settings.centre import Settings
    from warehouse.lake.records import RunRecord

LEAST_FREE_BYTES = 1_000_000_000
"""What some hundred hours of calls take."""

_FAILURES = (Ending.FAILED, Ending.INTERRUPTED, Ending.KILLED)

_PARTS = ("publish", "deliver")
"""What an operator does again of a run: it does not make results newer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A run in progress.

    Attributes:
        holder: Its process, and since when it holds the home folder.
        age_s: Seconds since it began; None if the journal does not know.
        progress: The step, its `done` and `total` calls; empty between steps.
    """

    holder: str
    age_s: float | None
    progress: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What an operator asks in the morning.

    Attributes:
        now: When it was looked up.
        runs_by_id: Every run that the lake records.
        sources: The last run of each source, the newest last.
        attempts: Every start of a run, in order, whether or not it published.
        running: The run in progress, if any.
        owed: Lists and alerts not sent yet, by channel.
        free_bytes: Space left on the disk of the home folder.
        snapshot: Name of the published warehouse; None before the first.
        snapshot_age_s: Seconds since it was published.
    """

    now: datetime
    runs_by_id: Mapping[str, RunRecord]
    sources: Sequence[RunRecord]
    attempts: Sequence[Attempt]
    running: Running | None
    owed: Mapping[str, int]
    free_bytes: int
    snapshot: str | None
    snapshot_age_s: float | None

    @property
    def pending_count(self) -> int:
        """Items that wait for the next run of their source."""
        return sum(run.pending_count for run in self.sources)

    @property
    def outdated_count(self) -> int:
        """Calls that another model heard or other rules masked."""
        return sum(run.outdated_count for run in self.sources)

    @property
    def quarantined(self) -> Counter[str]:
        """Quarantined items by reason."""
        return Counter(str(item.reason) for run in self.sources for item in run.quarantined)

    @property
    def last(self) -> Attempt | None:
        """The last run that is not in progress."""
        ended = [one for one in self.attempts if one.ending is not Ending.RUNNING]
        return ended[-1] if ended else None

    @property
    def last_success_at(self) -> datetime | None:
        """When the last run that published ended."""
        published = (Ending.DONE, Ending.ATTENTION)
        runs = [one for one in self.attempts if one.kind not in _PARTS]
        ends = [one.ended_at for one in runs if one.ending in published]
        if not runs and self.sources:  # a home from before there was a journal
            ends = [self.sources[-1].finished_at]
        return ends[-1] if ends else None

    def failures(self, max_age: timedelta) -> list[str]:
        """Why nothing new was published: for exit status 1."""
        return list(self._failures(max_age))

    def _failures(self, max_age: timedelta) -> Iterator[str]:
        last, success_at = self.last, self.last_success_at
        if last is not None and last.ending in _FAILURES:
            cause = f" ({', '.join(last.causes)})" if last.causes else ""
            yield (
                f"the last run, begun {last.began_at:%Y-%m-%d %H:%M} UTC, was"
                f" {_PARTICIPLES[last.ending]}{cause}: run again; log/run.log names the step"
            )
        if success_at is None:
            if self.running is None:
                yield "no run has published anything yet: callqa run, or callqa doctor first"
        elif self.now - success_at > max_age:
            hours = (self.now - success_at) / timedelta(hours=1)
            yield (
                f"the last run that published ended {hours:.0f} hours ago: check the timer or"
                " cron line that starts it"
            )

    @property
    def concerns(self) -> list[str]:
        """What somebody should look at although results are published: for exit status 3."""
        return list(self._concerns())

    def _concerns(self) -> Iterator[str]:
        if self.pending_count:
            yield f"{self.pending_count} items are pending: run again to evaluate them"
        for channel, count in self.owed.items():
            if count:
                what = f"{count} lists or alerts were not sent by {channel}"
                yield f"{what}: callqa deliver sends them"
        others = [cause for cause in (self.last.causes if self.last else ()) if _is_other(cause)]
        if others and self.last and self.last.ending is Ending.ATTENTION:
            yield f"the last run found: {', '.join(others)}; it said more on the terminal"
        if self.free_bytes < LEAST_FREE_BYTES:
            yield f"{self.free_bytes / 1e9:.1f} GB free: make room before the next run"


_PARTICIPLES = {
    Ending.FAILED: "ended by an error",
    Ending.INTERRUPTED: "interrupted",
    Ending.KILLED: "killed",
}


def _is_other(cause: str) -> bool:
    """Whether the status does not know this cause by itself, and better: as it is now."""
    return cause != "pending" and not cause.startswith("undelivered")


def read_status(settings: Settings) -> Status:
    """Look up the state of a home folder; changes nothing in it.

    Raises:
        FlowsError: A setting of delivery is invalid.
        LakeError: The lake cannot be read.
    """
    now, home = datetime.now(UTC), settings.home
    holder = holder_of(home)
    attempts = Journal(home).attempts(is_running=holder is not None)
    runs = [stored.run for stored in Lake(settings.lake, settings.time_zone).runs()]
    by_source = {run.source: run for run in runs}
    snapshot = current_snapshot(settings.warehouse)
    published_s = snapshot.stat().st_mtime if snapshot and snapshot.exists() else None
    return Status(
        now=now,
        runs_by_id={run.run_id: run for run in runs},
        sources=sorted(by_source.values(), key=lambda run: run.finished_at),
        attempts=attempts,
        running=_running(holder, attempts, settings, now),
        owed=deliverer_of(settings).owed(settings.site.lists, settings.site.alerts),
        free_bytes=shutil.disk_usage(nearest_existing(home)).free,
        snapshot=snapshot.name if snapshot and published_s is not None else None,
        snapshot_age_s=None if published_s is None else now.timestamp() - published_s,
    )


def _running(
    holder: str | None, attempts: Sequence[Attempt], settings: Settings, now: datetime
) -> Running | None:
    if holder is None:
        return None
    last = attempts[-1] if attempts else None
    is_known = last is not None and last.ending is Ending.RUNNING
    return Running(
        holder=holder,
        age_s=(now - last.began_at).total_seconds() if last and is_known else None,
        progress=read_progress(settings.home),
    )
