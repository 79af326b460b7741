"""The page for an auditor, written from what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.errors import FlowsError
from flows.governance.audit import entries, verify
from warehouse.files import replace_atomically, sha256_of
from warehouse.lake.encryption import keys
from warehouse.lake.lake import Lake
from warehouse.reports.auditor.page import Proof, auditor_page
from warehouse.snapshot.connection import is_encrypted, open_database
from warehouse.snapshot.publish import check_snapshot, current_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from flows.settings.centre import Settings


def write_auditor_page(settings: Settings, run_id: str | None = None) -> Path:
    """Write the page of a run.

    Args:
        settings: Settings of the centre.
        run_id: The run; None for the last one.

    Returns:
        The page, in the folder `auditor` of the home.

    Raises:
        FlowsError: There is no such run, or nothing has been published.
        SnapshotError: Another version of callqa published the snapshot.
    """
    lake = Lake(settings.lake, settings.time_zone)
    runs = [stored.run for stored in lake.runs()]
    chosen = [run for run in runs if run_id in {None, run.run_id}]
    snapshot = current_snapshot(settings.warehouse)
    if not chosen or snapshot is None:
        known = ", ".join(run.run_id for run in runs[-3:]) or "none yet"
        raise FlowsError(f"no run {run_id or ''} is stored; the last ones are: {known}")
    check_snapshot(snapshot)
    with open_database(snapshot, read_only=True) as connection:
        proof = _proof(settings.home, snapshot)
        content = auditor_page(connection, lake, chosen[-1], proof, settings.language)
    page = settings.home / "auditor" / f"{chosen[-1].run_id}.html"
    page.parent.mkdir(exist_ok=True)
    replace_atomically(page, content)
    return page


def _proof(home: Path, snapshot: Path) -> Proof:
    count, last = 0, ""
    for entry in entries(home):
        count, last = count + 1, entry.hash
    return Proof(
        snapshot_name=snapshot.name,
        snapshot_sha256=sha256_of(snapshot),
        trail_count=count,
        trail_hash=last,
        trail_faults=tuple(fault.text for fault in verify(home)),
        key_id=keys()[0].key_id if is_encrypted(snapshot) else None,
    )
