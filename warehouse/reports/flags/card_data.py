"""The list of original recordings with card data or keyed digits, which must be deleted."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from warehouse.reports.flags.originals import look_for_originals
from warehouse.reports.site.rows import rows_of
from warehouse.spreadsheets import write_csv
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from warehouse.reports.flags.originals import Look, Original
    from warehouse.snapshot.connection import Connection

_RECORDING_COLUMNS = ("call_date", "call_id", "queue", "recording_path", "audio_sha256")
_ORIGINAL_COLUMNS = ("original", "deleted_on", "is_copy_proven")


class Stretch(NamedTuple):
    """A part of a recording in which card data of one kind is said, or digits are keyed in."""

    type: str
    start_s: float
    end_s: float
    digit_count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRecording:
    """One original recording; the fields are columns of `mart.pci_evidence`.

    Attributes:
        original: Whether it is still there.
    """

    call_id: str
    call_date: date
    queue: str
    recording_path: str
    audio_sha256: str
    has_cvv: bool
    has_card_number: bool
    is_copy_proven: bool
    stretches: tuple[Stretch, ...]
    original: Original

    @property
    def month(self) -> str:
        """The month of the call, such as 2026-11."""
        return f"{self.call_date:%Y-%m}"

    @property
    def types(self) -> list[str]:
        """The kinds of what it contains."""
        return sorted({one.type for one in self.stretches})


def card_recordings(connection: Connection, look: Look) -> list[CardRecording]:
    """All with card data or keyed digits: those with a security code first, then the latest.

    Args:
        connection: A connection to a snapshot.
        look: How to look for the originals.
    """
    rows = rows_of(connection, sql_of(__file__, "card_data"))
    days = {row["recording_path"]: row.pop("deleted_on") for row in rows}
    told = {path: day for path, day in days.items() if day}
    originals = look_for_originals(days, look, told)
    return [
        CardRecording(
            **{**row, "stretches": tuple(Stretch(**one) for one in row["stretches"])},
            original=originals[row["recording_path"]],
        )
        for row in rows
    ]


def card_csv(recordings: Sequence[CardRecording]) -> bytes:
    """One row per span, as UTF-8 with a byte order mark for Excel."""
    text = io.StringIO()
    rows = (
        [*(getattr(of, name) for name in _RECORDING_COLUMNS), *one, *of.original, of.is_copy_proven]
        for of in recordings
        for one in of.stretches
    )
    write_csv(text, (*_RECORDING_COLUMNS, *Stretch._fields, *_ORIGINAL_COLUMNS), rows)
    return text.getvalue().encode("utf-8-sig")
