"""All checks of a home folder, and their repair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.integrity.copies import HearAgain, copy_damage
from warehouse.integrity.lake_parts import lake_damage
from warehouse.integrity.published import ledger_damage, orchestration_damage, snapshot_damage
from warehouse.integrity.records import record_damage, settings_damage
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warehouse.audio_folder import AudioFolder
    from warehouse.integrity.damage import Damage


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHome:
    """Where a centre keeps what it stores.

    Attributes:
        root: The home folder.
        lake: Folder of the lake.
        warehouse: Folder of the snapshots.
        audio: Folder of the redacted copies.
        deliveries: The ledger of deliveries.
        orchestration: Prefect's database.
        keep_snapshots: Snapshots to keep.
    """

    root: Path
    lake: Path
    warehouse: Path
    audio: AudioFolder
    deliveries: Path
    orchestration: Path
    keep_snapshots: int


def verify(home: StoredHome) -> Iterator[Damage]:
    """Everything that is not as callqa wrote it; the snapshot comes last, since it can be rebuilt.

    Raises:
        LakeError: The lake has another time zone.
    """
    yield from orchestration_damage(home.orchestration)
    yield from ledger_damage(home.deliveries)
    if unreadable := settings_damage(home.lake):
        yield unreadable
        return
    lake = Lake(home.lake, home.audio.time_zone)
    of_lake = [*lake_damage(lake), *record_damage(home.lake)]
    yield from of_lake
    if not of_lake:  # until the lake is mended, nobody knows which copies are needed
        yield from copy_damage(lake, home.audio, HearAgain(home.root, home.audio))
    yield from snapshot_damage(lake, home.warehouse, home.keep_snapshots)
