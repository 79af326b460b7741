"""The flow of every night: from a folder of recordings to flag lists and a published warehouse."""

# No `from __future__ import annotations`: Prefect reads the parameters' types at run time.

from datetime import UTC, date, datetime
from pathlib import Path

from prefect import flow
from prefect.runtime import flow_run

from flows.deliver.delivering import deliverer_of
from flows.deployments.artifacts import progress, show_summary
from flows.deployments.ending import concluded, told_by_hooks
from flows.deployments.tasks import (
    deliver,
    evaluate,
    judge_again,
    publish_night,
    retried,
    take_in_source,
)
from flows.night.night import Night
from flows.operation.watch import watched_run
from flows.settings.centre import Settings
from flows.sources.day_folder import day_before, folder_of
from flows.summary import RunSummary


@flow(name="nightly", **told_by_hooks())
def nightly(  # noqa: PLR0913, PLR0917  one parameter an option of the deployment
    source: Path | None = None,
    home: Path | None = None,
    limit: int | None = None,
    hotwords: list[str] | None = None,
    rehear: bool = False,  # noqa: FBT001, FBT002  Prefect passes parameters by name
    until: str | None = None,
    day: date | None = None,
) -> RunSummary:
    """Evaluate the new and changed calls of a folder, publish the warehouse, write the lists.

    Running it again completes an interrupted night and otherwise changes nothing.

    Args:
        source: Folder of recordings with metadata; the setting `source` if not given. `{date}` in
            it stands for the day.
        home: Folder for everything that is stored; the setting `home` if not given.
        limit: Evaluate at most this many calls; the others stay pending.
        hotwords: Names in calls beside those of `centre.yaml`; the setting if not given.
        rehear: Also hear calls again that another model heard or other rules masked.
        until: Time of day at the site, such as 06:00, by which hearing ends; calls that are not
            heard by then stay pending.
        day: The day of `{date}`; the day before the run's scheduled start if not given.
    """
    settings = Settings.with_overrides(source=source, home=home, hotwords=hotwords)
    scheduled_at = flow_run.scheduled_start_time or datetime.now(UTC)
    folder = folder_of(settings.source, day or day_before(scheduled_at, settings.time_zone))
    if settings.dask:  # workers have another current folder
        folder = folder.absolute()
    settings = settings.model_copy(update={"source": folder})
    with watched_run(settings, "nightly") as watch:
        # This also reports wrong settings of delivery before hours of recognition.
        deliverer_of(settings).begin(settings.site.lists)
        night = Night(settings, limit, rehear=rehear, until=until)
        take_in_source(night)
        if night.todo:
            with progress(settings, "evaluating", len(night.todo)) as done:
                evaluate(settings, night, done)
        summary = watch.ended(finish(settings, night))
    return concluded(summary, summary.concerns, summary.counts)


@flow(name="rejudge", **told_by_hooks())
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
        summary = watch.ended(finish(settings, night))
    return concluded(summary, summary.concerns, summary.counts)


def finish(settings: Settings, night: Night) -> RunSummary:
    """Judge stored transcripts by changed rules, publish, and deliver the lists."""
    if night.judge_count:
        with progress(settings, "judging again", night.judge_count) as done:
            judge_again(night, done)
    summary = publish_night.with_options(**retried(settings))(night)
    summary = summary.with_deliveries(deliver(settings, summary.lists))
    show_summary(settings, summary)
    return summary
