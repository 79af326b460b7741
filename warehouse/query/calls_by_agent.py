"""How many calls of each agent are evaluated, by the published snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from warehouse.snapshot.connection import open_database
from warehouse.snapshot.publish import current_snapshot

if TYPE_CHECKING:
    from pathlib import Path


def calls_by_agent(folder: Path) -> dict[str, int]:
    """Number of evaluated calls by agent id; empty before the first snapshot, or if it is damaged.

    Args:
        folder: Folder of the published snapshots.
    """
    snapshot = current_snapshot(folder)
    if snapshot is None:
        return {}
    try:
        with open_database(snapshot, read_only=True) as connection:
            return dict(
                connection.execute(
                    "select agent_id, count(*) from core.call group by all"
                ).fetchall()
            )
    except duckdb.Error:
        return {}  # it only decides an order, and the run publishes another one
