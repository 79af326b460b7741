"""The items in quarantine: those of a run apart from those of earlier runs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from models.reasons.reason import reason_from
from warehouse.reports.flags.records import QuarantinedItem
from warehouse.reports.site.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from warehouse.lake.lake import Lake
    from warehouse.lake.records import StoredRun
    from warehouse.snapshot.connection import Connection

_QUARANTINED = "select source, item, reason, detail from core.quarantine order by source, item"


def quarantined_items(
    connection: Connection, lake: Lake | None, run_id: str | None
) -> tuple[QuarantinedItem, ...]:
    """Every item that is in quarantine, with the run since which it has been there.

    Args:
        connection: A connection to a snapshot.
        lake: The lake with the runs; without it, no item is known to be older.
        run_id: The run whose items are apart from the older ones.
    """
    runs, zone = (lake.runs(), ZoneInfo(lake.time_zone)) if lake else ([], None)
    earlier = [stored.run.run_id for stored in runs]
    earlier = earlier[: earlier.index(run_id)] if run_id in earlier else []
    since = _since(runs)
    items = []
    for row in rows_of(connection, _QUARANTINED):
        first = since.get((row.pop("source"), row["item"]))
        items.append(
            QuarantinedItem(
                item=row["item"],
                reason=reason_from(row["reason"], {}),
                detail=row["detail"],
                older_since=(first[1].astimezone(zone) if first and first[0] in earlier else None),
            )
        )
    return tuple(items)


def _since(runs: Sequence[StoredRun]) -> dict[tuple[str, str], tuple[str, datetime]]:
    """Id and end of the run since which an item is in quarantine without a break, by source."""
    sources: dict[str, dict[str, tuple[str, datetime]]] = {}
    for run in (stored.run for stored in runs):
        before = sources.get(run.source, {})
        sources[run.source] = {
            one.item: before.get(one.item, (run.run_id, run.finished_at)) for one in run.quarantined
        }
    return {(of, item): first for of, items in sources.items() for item, first in items.items()}
