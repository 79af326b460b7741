"""What a published warehouse keeps of the paths of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from warehouse.query.reader import Snapshot


def kept_paths(snapshot: Snapshot, named: str) -> list[str]:
    """The paths of the calls and quarantined items that a text names."""
    rows = snapshot.ask(sql_of(__file__, "kept_paths"), {"named": named}).rows
    return [path for (path,) in rows]


def kept_paths_of_card_data(snapshot: Snapshot) -> list[str]:
    """The paths of the originals with card data or keyed digits."""
    return [path for (path,) in snapshot.ask(sql_of(__file__, "kept_paths_of_card_data")).rows]


class Original(NamedTuple):
    """An original recording with card data or keyed digits, or whose redacted copy is not proven.

    Attributes:
        call_id: The call.
        call_date: Day of the call.
        agent_id: Its agent.
        customer_ref: Its customer, as it is kept.
        restricted: Whether the call is restricted.
        recording_path: What is kept of its path.
        audio_sha256: Hash of the recording that was evaluated.
        has_card_data: Whether it contains card data or keyed digits.
        is_copy_proven: Whether its redacted copy was transcribed again.
        is_copy_removed: Whether the retention policy has removed that copy.
        found_at: When the run ended that heard it; None if the run was killed.
        deleted_on: Day on which it was missed first; None without card data.
    """

    call_id: str
    call_date: date
    agent_id: str
    customer_ref: str | None
    restricted: bool
    recording_path: str
    audio_sha256: str
    has_card_data: bool
    is_copy_proven: bool
    is_copy_removed: bool
    found_at: datetime | None
    deleted_on: date | None


def originals(snapshot: Snapshot) -> list[Original]:
    """Every original recording with card data, or without a proven copy, by day."""
    rows = snapshot.ask(sql_of(__file__, "originals")).rows
    return [Original(*row) for row in rows]
