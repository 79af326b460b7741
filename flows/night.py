"""The steps of one run over a source, independent of Prefect."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from flows.operation.run_log import logged_step
from flows.planning import Budget, Plan, new_run_id, plan_source, plan_stored
from flows.publishing import publish_all
from flows.sources.centre.intake import centre_of, kept_of
from flows.sources.duplicates import clashes, make_way
from flows.sources.folder import Intake
from flows.sources.opening import vanished_count
from flows.sources.review_inbox import take_in_reviews
from flows.stores.home_copy import write_back
from flows.stores.originals import originals_of
from flows.summary import RunSummary, seen_before
from flows.workers.judging import Judged, Stored, judge_stored
from flows.workers.listener import listener_of
from flows.workers.pool import Workers
from models.call import Quarantined
from qa_rules.assessing import RESULTS_VERSION
from qa_rules.authoring.check import load_locked
from qa_rules.authoring.replay import Comparison
from qa_rules.evaluation.second_reading import ReadingCounts, reading_counts
from warehouse.integrity.copies import HearAgain
from warehouse.lake.index.result_identity import identity_now
from warehouse.lake.lake import Lake
from warehouse.lake.records import RunRecord
from warehouse.lake.rule_catalogue import catalogue_of
from warehouse.query.calls_by_agent import calls_by_agent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flows.settings.centre import Settings
    from flows.sources.folder import Pair
    from flows.workers.listener import ListenerFactory
    from qa_rules.authoring.replay import Replay
    from qa_rules.results import CallResult


STORED_CALLS = "stored calls"
"""The source of a run that judges what is stored, whatever folder it came from."""


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
        *,
        rehear: bool = False,
        until: str | None = None,
    ) -> None:
        """Load rules, find weights and open the lake, so that errors occur before recognition.

        Args:
            settings: Settings of the centre.
            limit: Hear at most this many calls; the others stay pending.
            listener: Factory of the speech recogniser; by default the one that the settings select.
            rehear: Whether to hear calls again that another model heard or other rules masked.
            until: Time of day at the site, such as 06:00, by which hearing ends.
        """
        self._clock_s = time.monotonic()
        self._started_at = datetime.now(UTC)
        self._settings = settings
        self._limit, self._rehear = limit, rehear
        self._budget = Budget(settings.time_zone, until)
        self._heard: list[Pair] = []
        self._rulebook = load_locked(settings.rules)
        self._centre = centre_of(settings, self._rulebook.pii)
        self._listener = listener or listener_of(settings)
        self._model_pin = self._listener.model_pin
        self._lake = Lake(settings.lake, settings.time_zone)
        self._earlier = [stored.run for stored in self._lake.runs()]
        self._run_id = new_run_id(self._started_at, {run.run_id for run in self._earlier})
        self._originals = originals_of(settings.source)
        self._source = self._originals.name
        self._intake = Intake(ready=(), quarantined=(), pending=())
        self._plan, self._comparison = Plan(), Comparison()
        self._failed: list[Quarantined] = []
        self._proven_count = self._remuted_count = 0
        self._readings = ReadingCounts()

    @property
    def run_id(self) -> str:
        """Id of the run in the warehouse; sorts by time."""
        return self._run_id

    @property
    def todo(self) -> list[Pair]:
        """The calls to hear: new, or with another recording; the first to be heard first."""
        return list(self._plan.hear[: self._limit])

    @property
    def judge_count(self) -> int:
        """Number of calls to judge again from their stored transcripts."""
        return len(self._plan.judge)

    @property
    def changes(self) -> Replay:
        """What judging stored transcripts again has changed so far."""
        return self._comparison.replay()

    @logged_step("take in")
    def take_in(self) -> Intake:
        """Scan the source, and plan what to hear and what to judge again."""
        identities = self._lake.identities()
        self._lake.record_catalogue(catalogue_of(self._rulebook))
        found = self._originals.take_in(self._settings, identities.calls_by_audio)
        intake = kept_of(found, self._centre)
        wanted = partial(identity_now, model_pin=self._model_pin, rulebook=self._rulebook)
        calls = [call for call, _ in intake.ready]
        known = HearAgain(self._settings.home, self._settings.audio).without(identities, calls)
        self._plan = plan_source(intake.ready, known, wanted, rehear=self._rehear)
        self._intake = intake.without(clashes(self._plan.clashes, self._lake))
        if self._limit is not None or self._budget.is_limited:
            self._plan = self._plan.in_order_of_need(calls_by_agent(self._settings.warehouse))
        self._originals.keep_only(self.todo)
        return self._intake

    @logged_step("take in stored")
    def take_in_stored(self) -> None:
        """Plan to judge again whatever is stored and was judged by other rules, from any source."""
        self._source = STORED_CALLS
        self._lake.record_catalogue(catalogue_of(self._rulebook))
        self._plan = plan_stored(self._lake.identities(), self._rulebook.sha256, RESULTS_VERSION)

    @logged_step("judge again")
    def judge_again(self, done: Callable[[], object]) -> None:
        """Judge stored transcripts again into the lake; `done` is called after each call."""
        settings = self._settings
        for batch in judge_stored(self._stored(), self._rulebook, settings.rules, settings.workers):
            judged = [one for one in batch if isinstance(one, Judged)]
            self._failed += [one for one in batch if isinstance(one, Quarantined)]
            self._commit([one.after for one in judged])
            for one in judged:
                self._comparison.add(*one)
            for _ in batch:
                done()

    def _stored(self) -> Iterator[Stored]:
        """The stored results to judge, with the metadata that their calls have now."""
        now = {call.call_id: (call, recording) for call, recording in self._intake.ready}
        for result in self._lake.results(self._plan.judge):
            call, recording = (
                result.call,
                self._centre.names.recording(result.recording, result.call),
            )
            yield Stored(result, *now.get(call.call_id, (call, recording)))

    def workers(self) -> Workers:
        """Start the recognition processes."""
        settings = self._settings
        shared = (settings.rules, settings.audio, settings.workers, settings.prove)
        return Workers(self._listener, *shared)

    def batches(self) -> Iterator[list[Pair]]:
        """The calls to hear in batches for a Prefect task each, until the time is used up."""
        return self._budget.batches(self.todo, self._settings.batch_size, self._settings.workers)

    @logged_step("evaluate")
    def evaluate(self, batch: list[Pair], workers: Workers, done: Callable[[], object]) -> None:
        """Evaluate one batch and commit it to the lake; `done` is called after each call."""
        self._heard += batch
        results: list[CallResult] = []
        for result in self._originals.evaluated(batch, workers.evaluate):
            if isinstance(result, Quarantined):
                self._failed.append(result)
            else:
                results.append(result)
                self._proven_count += result.remuted_count is not None
                self._remuted_count += bool(result.remuted_count)
                self._readings += reading_counts(result)
            done()
        self._commit(results)

    def _commit(self, results: list[CallResult]) -> None:
        """Store results, once the calls that they replace on purpose are gone."""
        make_way(self._plan.replaced, self._lake, self._settings, [one.call for one in results])
        self._lake.commit(self.run_id, self._originals.named(results))
        write_back(self._settings.home)

    @logged_step("publish")
    def publish(self) -> RunSummary:
        """Close the run, publish the warehouse and write the pages of that snapshot."""
        run = self._record()
        self._lake.record_run(run, lists_written=False)
        settings = self._settings
        faults = take_in_reviews(settings.home, settings.warehouse, self._lake.uploads)
        published = publish_all(settings, self._lake)
        self._lake.record_run(run)
        write_back(settings.home)
        return RunSummary(
            run=run,
            audio_s=sum(recording.duration_s for _, recording in self._heard),
            wall_s=time.monotonic() - self._clock_s,
            workers=settings.workers,
            overview=settings.site.index,
            lists=settings.site.lists / published.snapshot.stem,
            snapshot=settings.warehouse / "current.duckdb",
            seen_before=seen_before(self._earlier, self._source),
            changes=self.changes,
            not_kept=self._intake.not_kept.text,
            page_faults=published.page_faults,
            review_faults=tuple(faults),
            alert_faults=published.alert_faults,
            lake_faults=published.lake_faults,
            vanished_count=vanished_count(self._failed),
            copyless_count=settings.audio.missing_count(
                {call for call, _ in self._intake.ready} - {call for call, _ in self._plan.hear}
            ),
        )

    def _record(self) -> RunRecord:
        intake, plan, heard_count = self._intake, self._plan, len(self._heard)
        quarantined = self._centre.names.quarantined((*intake.quarantined, *self._failed))
        return RunRecord(
            run_id=self.run_id,
            source=self._source,
            started_at=self._started_at,
            finished_at=datetime.now(UTC),
            seen_count=len(intake.quarantined) + len(intake.pending) + plan.call_count,
            evaluated_count=heard_count + len(plan.judge) - len(self._failed),
            unchanged_count=plan.unchanged_count,
            pending_count=len(intake.pending) + len(plan.hear) - heard_count,
            quarantined=self._originals.items_named(quarantined),
            judged_again_count=len(plan.judge),
            outdated_count=plan.outdated_count,
            model_pin=self._model_pin,
            rules_sha256=self._rulebook.sha256,
            proven_count=self._proven_count,
            remuted_count=self._remuted_count,
            flag_read_twice_count=self._readings.twice,
            readings_differ_count=self._readings.differ,
            heard_once_count=self._readings.once,
            read_again_s=self._readings.again_s,
        )
