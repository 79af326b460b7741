"""What a published warehouse keeps of the paths of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from warehouse.query.reader import Snapshot


def kept_paths(snapshot: Snapshot, named: str) -> list[str]:
    """The paths of the calls and quarantined items that a text names."""
    rows = snapshot.ask(sql_of(__file__, "kept_paths"), {"named": named}).rows
    return [path for (path,) in rows]


def kept_paths_of_card_data(snapshot: Snapshot) -> list[str]:
    """The paths of the originals with card data or keyed digits."""
    return [path for (path,) in snapshot.ask(sql_of(__file__, "kept_paths_of_card_data")).rows]
