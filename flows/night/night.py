"""The steps of one run over a source, independent of Prefect."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from flows.desk.nightly import take_from_desk
from flows.governance.acts import access_changed, reviews_taken_in
from flows.governance.erasure.again import erase_again, without_erased
from flows.governance.retention.plan import expired_calls
from flows.night import restricted
from flows.night.earlier_names import hide_earlier_names
from flows.night.planning import Budget, Plan, new_run_id, plan_source, plan_stored
from flows.operation.run_log import logged_step
from flows.publishing import publish_all
from flows.sources.centre.intake import centre_of, kept_of
from flows.sources.duplicates import clashes, make_way
from flows.sources.folder import Intake
from flows.sources.opening import vanished_count
from flows.stores.home_copy import write_back
from flows.stores.originals import originals_of
from flows.summary import RunSummary, seen_before
from flows.workers.batch import TASKS_PER_CORE, terms_of
from flows.workers.judging import Judged, judge_stored
from flows.workers.listener import listener_of
from flows.workers.pool import Workers
from flows.workers.tally import Tally, tally_of
from models.call import Quarantined
from qa_rules.assessing import RESULTS_VERSION
from qa_rules.authoring.check import load_locked
from qa_rules.authoring.replay import Comparison
from qa_rules.results import CallResult
from warehouse.integrity.copies import HearAgain
from warehouse.lake.index.result_identity import identity_now
from warehouse.lake.lake import Lake
from warehouse.lake.records import RunRecord
from warehouse.lake.rule_catalogue import catalogue_of
from warehouse.query.calls_by_agent import calls_by_agent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flows.settings.centre import Settings
    from flows.sources.folder import Pair
    from flows.workers.batch import BatchResult, Terms
    from flows.workers.listener import ListenerFactory
    from models.call import Call
    from qa_rules.authoring.replay import Replay

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
        self._clock_s, self._started_at = time.monotonic(), datetime.now(UTC)
        self._settings, self._limit, self._rehear = settings, limit, rehear
        self._budget = Budget(settings.time_zone, until)
        self._heard: list[Pair] = []
        self._rulebook = load_locked(settings.rules)
        self._centre = centre_of(settings, self._rulebook.pii)
        self._listener = listener or listener_of(settings)
        erase_again(settings)
        self._lake = Lake(settings.lake, settings.time_zone)
        hide_earlier_names(settings, self._lake, self._centre.names)
        self._earlier = [stored.run for stored in self._lake.runs()]
        self._run_id = new_run_id(self._started_at, {run.run_id for run in self._earlier})
        self._originals = originals_of(settings.source)
        self._source = self._originals.name
        self._is_over = expired_calls(settings)
        self._intake = Intake(ready=(), quarantined=(), pending=())
        self._plan, self._comparison, self._tally = Plan(), Comparison(), Tally()

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
        intake = without_erased(kept_of(found, self._centre), self._settings)
        wanted = partial(identity_now, model_pin=self._listener.model_pin, rulebook=self._rulebook)
        calls = [call for call, _ in intake.ready]
        known = HearAgain(self._settings.home, self._settings.audio).without(identities, calls)
        plan = plan_source(intake.ready, known, wanted, self._is_over, rehear=self._rehear)
        self._plan = restricted.newly(plan, self._settings, self._centre.vips, intake)
        self._intake = intake.without(clashes(self._plan.clashes, self._lake))
        if self._limit is not None or self._budget.is_limited:
            self._plan = self._plan.in_order_of_need(calls_by_agent(self._settings.warehouse))
        self._originals.keep_only([] if self._settings.dask else self.todo)  # workers fetch
        return self._intake

    @logged_step("take in stored")
    def take_in_stored(self) -> None:
        """Plan to judge again whatever is stored and was judged by other rules, from any source."""
        self._source = STORED_CALLS
        self._lake.record_catalogue(catalogue_of(self._rulebook))
        plan = plan_stored(self._lake.identities(), self._rulebook.sha256, RESULTS_VERSION)
        self._plan = restricted.newly(plan, self._settings, self._centre.vips, self._intake)

    @logged_step("judge again")
    def judge_again(self, done: Callable[[], object]) -> None:
        """Judge stored transcripts again into the lake; `done` is called after each call."""
        settings, results = self._settings, self._lake.results(self._plan.judge)
        stored = restricted.with_access(results, self._plan, self._intake, self._centre.names)
        for batch in judge_stored(stored, self._rulebook, settings.rules, settings.workers):
            judged = [one for one in batch if isinstance(one, Judged)]
            failed = tuple(one for one in batch if isinstance(one, Quarantined))
            self._tally += Tally(quarantined=failed)
            self._commit([one.after for one in judged])
            for one in judged:
                self._comparison.add(*one)
            for _ in batch:
                done()

    def workers(self) -> Workers:
        """Start the recognition processes."""
        own = self._settings
        return Workers(self._listener, own.rules, own.audio, own.workers, own.prove)

    def batches(self, cores: int | None = None) -> Iterator[list[Pair]]:
        """The calls to hear in batches, until the time is used up; `cores` are a cluster's."""
        size = self._settings.batch_size * (TASKS_PER_CORE * cores if cores else 1)
        return self._budget.batches(self.todo, size, cores or self._settings.workers)

    @logged_step("evaluate")
    def evaluate(self, batch: list[Pair], workers: Workers, done: Callable[[], object]) -> None:
        """Evaluate one batch and commit it to the lake; `done` is called after each call."""
        self._heard += batch
        results: list[CallResult] = []
        for result in self._originals.evaluated(batch, workers.evaluate):
            self._tally += tally_of(result)
            if isinstance(result, CallResult):
                results.append(result)
            done()
        self._commit(results)

    def share(self, batch: list[Pair]) -> Terms:
        """Count a batch as heard by workers elsewhere, and say what these must know of the run."""
        self._heard += batch
        return terms_of(self._settings, self._listener, self._rulebook.sha256)

    @logged_step("add")
    def add(self, calls: Sequence[Call], result: BatchResult) -> None:
        """Commit what became of a shared batch; `calls` are those that were evaluated."""
        self._tally += result.tally
        make_way(self._plan.replaced, self._lake, self._settings, calls)
        self._lake.commit_frames(self.run_id, result.days)
        write_back(self._settings.home)

    def _commit(self, results: list[CallResult]) -> None:
        """Store results, once the calls that they replace on purpose are gone."""
        make_way(self._plan.replaced, self._lake, self._settings, [one.call for one in results])
        self._lake.commit(self.run_id, self._originals.named(results))
        write_back(self._settings.home)

    @logged_step("publish")
    def publish(self) -> RunSummary:
        """Close the run, publish the warehouse and write the pages of that snapshot."""
        run, settings, lake = self._record(), self._settings, self._lake
        lake.record_run(run, lists_written=False)
        faults = reviews_taken_in(settings, lake.uploads) + take_from_desk(settings, lake)
        access_changed(settings, lake)
        published = publish_all(settings, lake)
        with_copies = self._plan.with_copies(self._intake.ready, lake.identities())
        lake.record_run(run)
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
            vanished_count=vanished_count(self._tally.quarantined),
            copyless_count=settings.audio.missing_count(with_copies),
        )

    def _record(self) -> RunRecord:
        intake, plan, tally, heard_count = self._intake, self._plan, self._tally, len(self._heard)
        return RunRecord(
            run_id=self.run_id,
            source=self._source,
            started_at=self._started_at,
            finished_at=datetime.now(UTC),
            seen_count=len(intake.quarantined) + len(intake.pending) + plan.call_count,
            evaluated_count=heard_count + len(plan.judge) - len(tally.quarantined),
            unchanged_count=plan.unchanged_count,
            pending_count=len(intake.pending) + len(plan.hear) - heard_count,
            quarantined=restricted.quarantined(intake, tally, self._centre.names, self._originals),
            judged_again_count=len(plan.judge),
            outdated_count=plan.outdated_count,
            **restricted.counts(intake, plan, self._heard),
            model_pin=self._listener.model_pin,
            rules_sha256=self._rulebook.sha256,
            **tally.counts,
        )
