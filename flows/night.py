"""The steps of one run over a source, independent of Prefect."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

from flows.publishing import publisher_of
from flows.sources.folder import Intake, take_in
from flows.summary import RunSummary
from flows.workers.listener import listener_of
from flows.workers.pool import Workers
from models.call import Quarantined
from qa_rules.assessing import RESULTS_VERSION
from qa_rules.evaluation.second_reading import ReadingCounts, reading_counts
from qa_rules.results import CallResult, ResultIdentity
from qa_rules.rule_files.rulebook import load_rulebook
from warehouse.lake.lake import Lake
from warehouse.lake.records import RunRecord
from warehouse.lake.rule_catalogue import catalogue_of
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from flows.settings import Settings
    from flows.sources.folder import Pair
    from flows.workers.listener import ListenerFactory


class Night:
    """The steps of a run, in the order in which they are called.

    No results are held in memory: each batch goes into the lake as soon as it is evaluated, so that
    an interrupted night is completed by running it again.
    """

    def __init__(
        self,
        settings: Settings,
        limit: int | None = None,
        listener: ListenerFactory | None = None,
    ) -> None:
        """Load rules, find weights and open the lake, so that errors occur before recognition.

        Args:
            settings: Settings of the centre.
            limit: Evaluate at most this many calls; the others stay pending.
            listener: Factory of the speech recogniser; by default the one that the settings select.
        """
        self._clock_s = time.monotonic()
        self._started_at = datetime.now(UTC)
        self._settings = settings
        self._limit = limit
        self._rulebook = load_rulebook(settings.rules)
        self._listener = listener or listener_of(settings)
        self._model_pin = self._listener.model_pin
        self._lake = Lake(settings.lake, settings.time_zone)
        earlier = [stored.run for stored in self._lake.runs()]
        self._run_id = _new_run_id(self._started_at, {run.run_id for run in earlier})
        source = str(settings.source.resolve())
        self._seen_before = next(
            (run.seen_count for run in reversed(earlier) if run.source == source), 0
        )
        self._intake = Intake(ready=(), quarantined=(), pending=())
        self._changed: list[Pair] = []
        self._failed: list[Quarantined] = []
        self._proven_count = 0
        self._remuted_count = 0
        self._readings = ReadingCounts()

    @property
    def run_id(self) -> str:
        """Id of the run in the warehouse; sorts by time."""
        return self._run_id

    @property
    def todo(self) -> list[Pair]:
        """The calls to evaluate: new, or with changed recording, metadata, model or rules."""
        return self._changed[: self._limit]

    def take_in(self) -> Intake:
        """Scan the source, and find the calls whose result in the lake is missing or outdated."""
        known = self._lake.identities()
        self._lake.record_catalogue(catalogue_of(self._rulebook))
        audio = {call_id: identity.audio_sha256 for call_id, identity in known.items()}
        self._intake = take_in(self._settings.source, audio)
        self._changed = [
            pair
            for pair in self._intake.ready
            if known.get(pair[0].call_id) != self._identity(pair)
        ]
        return self._intake

    def workers(self) -> Workers:
        """Start the recognition processes."""
        settings = self._settings
        return Workers(
            self._listener, settings.rules, settings.audio, settings.workers, settings.prove
        )

    def batches(self) -> list[list[Pair]]:
        """Divide the calls to evaluate into batches, each large enough for a Prefect task."""
        size = self._settings.batch_size
        return [self.todo[first : first + size] for first in range(0, len(self.todo), size)]

    def evaluate(self, batch: list[Pair], workers: Workers, done: Callable[[], object]) -> None:
        """Evaluate one batch and commit it to the lake; `done` is called after each call."""
        results: list[CallResult] = []
        for result in workers.evaluate(batch):
            if isinstance(result, Quarantined):
                self._failed.append(result)
            else:
                results.append(result)
                self._proven_count += result.remuted_count is not None
                self._remuted_count += bool(result.remuted_count)
                self._readings += reading_counts(result)
            done()
        self._lake.commit(self.run_id, results)

    def publish(self) -> RunSummary:
        """Close the run, publish the warehouse and write the pages of that snapshot."""
        run = self._record()
        self._lake.record_run(run, lists_written=False)
        settings = self._settings
        snapshot = publish(self._lake, settings.warehouse, settings.keep_snapshots)
        publisher_of(settings, self._lake).publish(snapshot)
        self._lake.record_run(run)
        return RunSummary(
            run=run,
            audio_s=sum(recording.duration_s for _, recording in self.todo),
            wall_s=time.monotonic() - self._clock_s,
            workers=settings.workers,
            overview=settings.site.index,
            lists=settings.site.lists / snapshot.stem,
            snapshot=settings.warehouse / "current.duckdb",
            seen_before=self._seen_before,
        )

    def _identity(self, pair: Pair) -> ResultIdentity:
        """The identity that the result of this call would have if it were evaluated now."""
        call, recording = pair
        return ResultIdentity(
            audio_sha256=recording.audio_sha256,
            metadata_sha256=call.metadata_sha256,
            model_pin=self._model_pin,
            rules_sha256=self._rulebook.sha256,
            results_version=RESULTS_VERSION,
        )

    def _record(self) -> RunRecord:
        intake, todo = self._intake, self.todo
        return RunRecord(
            run_id=self.run_id,
            source=str(self._settings.source.resolve()),
            started_at=self._started_at,
            finished_at=datetime.now(UTC),
            seen_count=intake.seen,
            evaluated_count=len(todo) - len(self._failed),
            unchanged_count=len(intake.ready) - len(self._changed),
            pending_count=len(intake.pending) + len(self._changed) - len(todo),
            quarantined=(*intake.quarantined, *self._failed),
            model_pin=self._model_pin,
            rules_sha256=self._rulebook.sha256,
            proven_count=self._proven_count,
            remuted_count=self._remuted_count,
            flag_read_twice_count=self._readings.twice,
            readings_differ_count=self._readings.differ,
            heard_once_count=self._readings.once,
            read_again_s=self._readings.again_s,
        )


def _new_run_id(started_at: datetime, taken: Collection[str]) -> str:
    """An id of its own for each run, even in the same second or after the clock went back."""
    second = f"{started_at:%Y%m%dT%H%M%SZ}"
    ids = (second if number == 1 else f"{second}-{number}" for number in count(1))
    return next(run_id for run_id in ids if run_id not in taken)
