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


class CardOriginal(NamedTuple):
    """An original recording with card data or keyed digits.

    Attributes:
        call_id: The call.
        call_date: Day of the call.
        agent_id: Its agent.
        customer_ref: Its customer, as it is kept.
        kept_path: What is kept of its path.
        audio_sha256: Hash of the recording that was evaluated.
        has_cvv: Whether it contains a security code.
        found_at: When the run ended that found it; None if the run was killed.
    """

    call_id: str
    call_date: date
    agent_id: str
    customer_ref: str | None
    kept_path: str
    audio_sha256: str
    has_cvv: bool
    found_at: datetime | None


def card_originals(snapshot: Snapshot) -> list[CardOriginal]:
    """Every original recording with card data or keyed digits, by day."""
    rows = snapshot.ask(sql_of(__file__, "card_data_originals")).rows
    return [CardOriginal(*row) for row in rows]
