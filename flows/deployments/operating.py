"""The flows of an operator: many days at once, and parts of a night again."""

# No `from __future__ import annotations`: Prefect reads the parameters' types at run time.

from datetime import date, timedelta
from pathlib import Path

from prefect import flow

from flows.deliver.delivering import Delivery
from flows.deployments.ending import WITH_CONCERNS, concluded, told_by_hooks
from flows.deployments.nightly import nightly
from flows.deployments.tasks import deliver, publish_again, remove_expired, retried
from flows.errors import FlowsError
from flows.operation.watch import watched_run
from flows.publishing import published_snapshot
from flows.settings.centre import Settings
from flows.sources.day_folder import DAY, folder_of, has_day_folders
from flows.stores.originals import originals_of
from flows.summary import undelivered

NO_FOLDER = "NoFolder"
"""What a backfill says of a day without a folder, such as a holiday."""


@flow(name="backfill", **told_by_hooks())
def backfill(
    first_day: date,
    last_day: date,
    source: Path | None = None,
    home: Path | None = None,
    rehear: bool = False,  # noqa: FBT001, FBT002  Prefect passes parameters by name
) -> dict[str, str]:
    """Run `nightly` for each of several days, oldest first; a day that fails stops no other.

    Args:
        first_day: The first day.
        last_day: The last day.
        source: Folder of recordings per day, such as `recordings/{date}`; the setting `source` if
            not given.
        home: Folder for everything that is stored; the setting `home` if not given.
        rehear: Also hear calls again that another model heard or other rules masked.

    Returns:
        The name of the state in which each day ended, `NoFolder` for a day without a folder.

    Raises:
        FlowsError: The source has no folder for any of the days, or one of them failed.
    """
    settings = Settings.with_overrides(source=source, home=home)
    if not has_day_folders(settings.source):
        raise FlowsError(f"{settings.source} is one folder; expected {DAY} in it for the day")
    days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
    present = [day for day in days if originals_of(folder_of(settings.source, day)).exist()]
    if not present:
        raise FlowsError(f"{settings.source} has no folder from {first_day} to {last_day}")
    states = dict.fromkeys(map(str, days), NO_FOLDER)
    concerns = []
    for day in present:
        state = nightly(settings.source, settings.home, rehear=rehear, day=day, return_state=True)
        states[str(day)] = state.name or state.type.value
        if state.name == WITH_CONCERNS:
            concerns += [f"{day}: {line}" for line in (state.message or "").splitlines()]
    return concluded(states, concerns + _missing(states), f"{len(days)} days")


def _missing(states: dict[str, str]) -> list[str]:
    """The days without a folder as one concern.

    Raises:
        FlowsError: A day failed; names each such day.
    """
    ended = ("Completed", WITH_CONCERNS, NO_FOLDER)
    failed = [
        f"{day}: {state}; run it again" for day, state in states.items() if state not in ended
    ]
    if failed:
        raise FlowsError("\n".join(failed))
    missing = [day for day, state in states.items() if state == NO_FOLDER]
    return [f"{len(missing)} days have no folder: {', '.join(missing)}"] if missing else []


@flow(name="publish", **told_by_hooks())
def publish(home: Path | None = None) -> Path:
    """Publish the warehouse and all pages again from what is stored; nothing is sent.

    Args:
        home: Folder for everything that is stored; the setting `home` if not given.
    """
    settings = Settings.with_overrides(home=home)
    with watched_run(settings, "publish"):
        return publish_again.with_options(**retried(settings))(settings)


@flow(name="retention", **told_by_hooks())
def retention(home: Path | None = None) -> dict[str, int]:
    """Remove what the retention policy no longer keeps, and publish without it.

    Args:
        home: Folder for everything that is stored; the setting `home` if not given.

    Returns:
        How many items were removed, by class.
    """
    settings = Settings.with_overrides(home=home)
    with watched_run(settings, "retention"):
        return remove_expired.with_options(**retried(settings))(settings)


@flow(name="deliver", **told_by_hooks())
def deliver_owed(home: Path | None = None) -> tuple[Delivery, ...]:
    """Send the lists that the newest night and earlier ones still owe.

    Args:
        home: Folder for everything that is stored; the setting `home` if not given.

    Raises:
        FlowsError: Some could not be sent.
    """
    settings = Settings.with_overrides(home=home)
    with watched_run(settings, "deliver") as watch:
        deliveries = deliver(settings, settings.site.lists / published_snapshot(settings).stem)
        problems = list(undelivered(deliveries))
        watch.causes += [one.code for one in problems]
    if problems:
        raise FlowsError("\n".join(one.text for one in problems))
    return deliveries
