"""Maintenance of a DuckLake: small files are merged, and what nobody needs any more is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.ducklake.catalogue import NAME, vacuum, writing
from warehouse.ducklake.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.ducklake.catalogue import Target


def maintain(target: Target, keep_hours: int) -> None:
    """Merge small files, and delete older states of the lake with their files.

    Args:
        target: The lake.
        keep_hours: How long an older state stays, for queries that are reading it.

    Raises:
        DuckLakeError: The lake cannot be reached or written.
    """
    whole = "cleanup_all => true"
    until = f"older_than => now() - interval {keep_hours} hours"
    with writing(target) as connection:
        for step in (
            f"ducklake_flush_inlined_data('{NAME}')",
            f"ducklake_rewrite_data_files('{NAME}', delete_threshold => 0)",
            f"ducklake_merge_adjacent_files('{NAME}')",
            f"ducklake_expire_snapshots('{NAME}', {until})",
            f"ducklake_cleanup_old_files('{NAME}', {until if keep_hours else whole})",
            f"ducklake_delete_orphaned_files('{NAME}', {until if keep_hours else whole})",
        ):
            connection.execute(f"call {step}")


def erase(folder: Path, target: Target) -> None:
    """Write the lake anew from the newest snapshot, and leave no trace of anything else.

    A delete leaves values in files, in older states, and in the statistics of columns.

    Raises:
        DuckLakeError: The lake cannot be reached or written.
    """
    publish(folder, target, whole=True)
    maintain(target, keep_hours=0)
    vacuum(target)
