"""The customers of the calls in the published warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warehouse.snapshot.connection import open_database
from warehouse.snapshot.publish import current_snapshot

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_CALLS = "select call_id, started_at, customer_ref, contact_id from core.call"


class CustomerCall(NamedTuple):
    """What says whose call it is; the reference is kept as its keyed hash."""

    call_id: str
    started_at: datetime
    customer_ref: str | None
    contact_id: str | None


def customers_of(warehouse: Path) -> list[CustomerCall]:
    """The calls of the newest snapshot, which has no restricted one; none before the first."""
    snapshot = current_snapshot(warehouse)
    if snapshot is None or not snapshot.exists():
        return []
    with open_database(snapshot, read_only=True) as connection:
        return [CustomerCall(*row) for row in connection.execute(_CALLS).fetchall()]
