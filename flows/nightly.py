"""The Prefect flow: from a folder of recordings to flag lists and a published warehouse."""

# No `from __future__ import annotations`: Prefect reads the parameters' types at run time.

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from flows.deliver.delivering import Deliverer, Delivery, channels_of
from flows.night import Night
from flows.operation.progress import call_progress
from flows.operation.watch import watched_run
from flows.settings import DeliverySettings, Settings
from flows.sources.folder import Pair
from flows.summary import RunSummary
from flows.workers.pool import Workers


@flow(name="nightly")
def nightly(
    source: Path | None = None,
    home: Path | None = None,
    limit: int | None = None,
    hotwords: list[str] | None = None,
    rehear: bool = False,  # noqa: FBT001, FBT002  Prefect passes parameters by name
    until: str | None = None,
) -> RunSummary:
    """Evaluate the new and changed calls of a folder, publish the warehouse, write the lists.

    Running it again completes an interrupted night and otherwise changes nothing.

    Args:
        source: Folder of recordings with metadata; the setting `source` if not given.
        home: Folder for everything that is stored; the setting `home` if not given.
        limit: Evaluate at most this many calls; the others stay pending.
        hotwords: Names that occur in calls; the setting `hotwords` if not given.
        rehear: Also hear calls again that another model heard or other rules masked.
        until: Time of day at the site, such as 06:00, by which hearing ends; calls that are not
            heard by then stay pending.
    """
    settings = Settings.with_overrides(source=source, home=home, hotwords=hotwords)
    with watched_run(settings, "nightly") as watch:
        # This also reports wrong settings of delivery before hours of recognition.
        deliverer_of(settings).begin(settings.site.lists)
        night = Night(settings, limit, rehear=rehear, until=until)
        take_in_source(night)
        if night.todo:
            progress = call_progress(settings.home, "evaluating", len(night.todo))
            with night.workers() as workers, progress as done:
                for batch in night.batches():
                    evaluate_batch(night, batch, workers, done)
        return watch.ended(_finish(settings, night))


@flow(name="rejudge")
def rejudge(home: Path | None = None) -> RunSummary:
    """Judge all stored calls by the rules of now, from their transcripts; publish and deliver.

    Each call is judged by the rules that were in force on its day. No recording is opened.

    Args:
        home: Folder for everything that is stored; the setting `home` if not given.
    """
    settings = Settings.with_overrides(home=home)
    with watched_run(settings, "rejudge") as watch:
        deliverer_of(settings).begin(settings.site.lists)
        night = Night(settings)
        night.take_in_stored()
        return watch.ended(_finish(settings, night))


def _finish(settings: Settings, night: Night) -> RunSummary:
    """Judge stored transcripts by changed rules, publish, and deliver the lists."""
    if night.judge_count:
        with call_progress(settings.home, "judging again", night.judge_count) as done:
            judge_again(night, done)
    summary = publish_night(night)
    summary = replace(summary, deliveries=deliver_night(settings, summary.lists))
    create_markdown_artifact(summary.to_markdown(), key="nightly")
    return summary


@task(name="take in", cache_policy=NO_CACHE)
def take_in_source(night: Night) -> None:
    """Scan the source."""
    intake = night.take_in()
    get_run_logger().info(
        "%d items seen, %d to hear, %d to judge again",
        intake.seen,
        len(night.todo),
        night.judge_count,
    )


# Tasks are batches, not calls: a task costs Prefect about ten milliseconds and a row, and a process
# pool inside it uses the cores.
@task(name="evaluate batch", cache_policy=NO_CACHE)
def evaluate_batch(
    night: Night, batch: list[Pair], workers: Workers, done: Callable[[], object]
) -> None:
    """Evaluate one batch of calls into the lake."""
    night.evaluate(batch, workers, done)
    get_run_logger().info("a batch of %d calls is in the lake", len(batch))


@task(name="judge again", cache_policy=NO_CACHE)
def judge_again(night: Night, done: Callable[[], object]) -> None:
    """Judge the stored transcripts of calls whose rules or metadata changed."""
    night.judge_again(done)
    get_run_logger().info("%d stored transcripts judged again", night.judge_count)


@task(name="publish", cache_policy=NO_CACHE)
def publish_night(night: Night) -> RunSummary:
    """Publish the warehouse and write the flag lists."""
    summary = night.publish()
    get_run_logger().info("%s", summary.counts)
    return summary


@task(name="deliver", cache_policy=NO_CACHE)
def deliver_night(settings: Settings, lists: Path) -> tuple[Delivery, ...]:
    """Send the lists, and those of earlier nights that could not be sent."""
    deliveries = tuple(deliverer_of(settings).deliver_owed(lists))
    for one in deliveries:
        if one.state == "failed":
            get_run_logger().error("list of %s: %s", one.supervisor_id, one.problem)
    return deliveries


def deliverer_of(settings: Settings) -> Deliverer:
    """The configured channels, with the ledger of the home folder."""
    return Deliverer(channels_of(DeliverySettings.read()), settings.deliveries)
