"""Write pages, reports and coaching sheets with the settings of the centre."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flows.errors import FlowsError
from flows.settings.audiences import read_audiences
from flows.sources.centre.found_files import Locator
from flows.sources.centre.key import HomeKey
from flows.stores.listed import ListedOnce
from warehouse.ducklake.maintenance import erase
from warehouse.ducklake.publish import has_any
from warehouse.ducklake.publish import publish as publish_ducklake
from warehouse.errors import DuckLakeError
from warehouse.lake.lake import Lake
from warehouse.reports.alerts.raising import raise_alerts
from warehouse.reports.management.reader import last_week
from warehouse.reports.management.targets import read_targets
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.pdf import can_set_type
from warehouse.reports.sites import Sites
from warehouse.snapshot.connection import open_database
from warehouse.snapshot.publish import check_snapshot, current_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from flows.settings.centre import Settings
    from warehouse.ducklake.catalogue import Target
    from warehouse.reports.site.faults import PageFault
    from warehouse.reports.site.period import Period


def publisher_of(settings: Settings, lake: Lake) -> Publisher:
    """The publisher of a centre's pages; it writes reports as PDF, too, where possible."""
    listed = ListedOnce()
    return Publisher(
        lake=lake,
        site=settings.site,
        audio=settings.audio,
        language=settings.language,
        readers=settings.reader_languages,
        pages_url=settings.pages_url,
        targets=read_targets(settings.targets),
        pdf=can_set_type(),
        locate=Locator(HomeKey(settings.home), listed),
        listed=listed,
    )


class Published(NamedTuple):
    """What a run published, and what it could not.

    Attributes:
        snapshot: The snapshot.
        page_faults: Pages that could not be written.
        alert_faults: Errors of the centre's file of alerts.
        lake_faults: Why the DuckLake is not up to date; empty if it is, or if there is none.
    """

    snapshot: Path
    page_faults: tuple[PageFault, ...] = ()
    alert_faults: tuple[str, ...] = ()
    lake_faults: tuple[str, ...] = ()


def publish_all(settings: Settings, lake: Lake) -> Published:
    """Publish the warehouse, and write all pages, lists and alerts of that snapshot.

    A DuckLake that cannot be reached costs no list: the next publication brings it up to date.
    """
    sites = sites_of(settings, lake)
    snapshot = sites.publish()
    alert_faults = _raise_alerts(settings, sites.publisher)
    lake_faults: list[str] = []
    try:
        publish_to_lake(settings)
    except DuckLakeError as error:
        lake_faults.append(str(error))
    return Published(
        snapshot, tuple(sites.publisher.faults), tuple(alert_faults), tuple(lake_faults)
    )


def sites_of(settings: Settings, lake: Lake) -> Sites:
    """What a centre publishes, and for whom."""
    return Sites(
        publisher=publisher_of(settings, lake),
        warehouse=settings.warehouse,
        keep=settings.keep_snapshots,
        audiences=read_audiences(settings.audiences) if settings.audiences else (),
    )


def _raise_alerts(settings: Settings, publisher: Publisher) -> list[str]:
    """Write the alerts that are to be told; returns errors of the centre's file of alerts."""
    faults: list[str] = []
    if settings.alerts:
        with publisher.faults.isolated("alerts"):
            where = settings.warehouse, settings.site.alerts
            faults += raise_alerts(settings.alerts, *where, publisher.reader)
    return faults


def publish_to_lake(settings: Settings) -> None:
    """Bring the DuckLake in step with the published snapshot, where a centre has one.

    Calls that were in it and are restricted now are erased.

    Raises:
        DuckLakeError: It cannot be reached or written.
    """
    target = settings.ducklake_target
    if target is None:
        return
    restricted = {one.call_id for one in Lake(settings.lake, settings.time_zone).index.restricted()}
    if restricted and has_any(target, restricted):
        erase(settings.warehouse, target)
    else:
        publish_ducklake(settings.warehouse, target)


def lake_of(settings: Settings) -> Target:
    """The DuckLake of a centre.

    Raises:
        FlowsError: It has none.
    """
    if settings.ducklake_target is None:
        raise FlowsError(
            "there is no DuckLake; set CALLQA_DUCKLAKE and CALLQA_DUCKLAKE_DATA, as"
            " warehouse/README.md describes"
        )
    return settings.ducklake_target


def published_snapshot(settings: Settings) -> Path:
    """The newest published snapshot.

    Raises:
        FlowsError: Nothing has been published yet.
    """
    snapshot = current_snapshot(settings.warehouse)
    if snapshot is None:
        raise FlowsError(
            f"{settings.warehouse} has no published warehouse yet; begin with callqa run"
        )
    return snapshot


def publish_stored(settings: Settings) -> Path:
    """Publish the warehouse and all pages again, from what is stored.

    This also writes the lists of a run that was killed before it wrote them.

    Returns:
        The published snapshot.

    Raises:
        FlowsError: Another run was killed after that one; only a run can tell their calls apart.
        DuckLakeError: The DuckLake cannot be reached or written; everything else is published.
    """
    lake = Lake(settings.lake, settings.time_zone)
    unlisted = [stored for stored in lake.runs()[-1:] if not stored.lists_written]
    if any(stored.last_commit_no != lake.last_commit_no() for stored in unlisted):
        raise FlowsError("the last runs were interrupted; callqa run completes and publishes them")
    snapshot = sites_of(settings, lake).publish()
    for stored in unlisted:
        lake.record_run(stored.run)
    publish_to_lake(settings)
    return snapshot


def publish_anew(settings: Settings, lake: Lake) -> Published:
    """Publish what is stored after a removal, so that no file holds what is gone.

    Rows that are deleted from a DuckDB file leave their values in it: each snapshot is built from
    the lake alone, under its own name, and the older ones are removed. `erase_from_lake` does the
    same for the DuckLake.
    """
    sites = sites_of(settings, lake)
    return Published(sites.publish(anew=True), tuple(sites.publisher.faults))


def erase_from_lake(settings: Settings) -> None:
    """Leave in the DuckLake, where a centre has one, only what is published now.

    Raises:
        DuckLakeError: It cannot be reached or written.
    """
    if settings.ducklake_target:
        erase(settings.warehouse, settings.ducklake_target)


def write_management_report(settings: Settings, period: Period | None) -> Path:
    """Write the management report of a week or a month, from the published warehouse.

    Args:
        settings: Settings of the centre.
        period: The week or month; None for the week of the last call.

    Raises:
        FlowsError: No call of that period was evaluated.
        SnapshotError: The warehouse was published by another version of callqa.
    """
    publisher = publisher_of(settings, Lake(settings.lake, settings.time_zone))
    with open_database(_snapshot_to_report_on(settings), read_only=True) as connection:
        chosen = period or last_week(connection)
        page = publisher.write_report(connection, chosen) if chosen else None
    if page is None:
        name = chosen.name if chosen else "any week"
        raise FlowsError(f"no call of {name} was evaluated; choose a week or month with calls")
    return page


def write_coaching_sheet(settings: Settings, agent: str) -> Path:
    """Write the sheet of an agent's next coaching session, from the published warehouse.

    Args:
        settings: Settings of the centre.
        agent: Id or name of the agent.

    Raises:
        FlowsError: No agent of that id or name had a call in the last four weeks.
        SnapshotError: The warehouse was published by another version of callqa.
    """
    publisher = publisher_of(settings, Lake(settings.lake, settings.time_zone))
    with open_database(_snapshot_to_report_on(settings), read_only=True) as connection:
        records = list(publisher.agent_reader(connection).records())
    for record in records:
        if agent in {record.agent_id, record.agent_name}:
            return publisher.write_coaching(record)
    known = ", ".join(record.agent_id for record in records)
    raise FlowsError(f"agent {agent} has no call in the last four weeks; expected one of {known}")


def _snapshot_to_report_on(settings: Settings) -> Path:
    snapshot = published_snapshot(settings)
    check_snapshot(snapshot)
    return snapshot
