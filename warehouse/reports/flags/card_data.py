"""The list of original recordings with card data or keyed digits, which must be deleted."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from warehouse.reports.site.rows import rows_of
from warehouse.spreadsheets import write_csv
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from warehouse.snapshot.connection import Connection

SHOWN = 500
"""Number of recordings on the page; the CSV file has all of them."""

_RECORDING_COLUMNS = ("call_date", "call_id", "queue", "recording_path", "audio_sha256")


class Stretch(NamedTuple):
    """A part of a recording in which card data of one kind is said, or digits are keyed in."""

    type: str
    start_s: float
    end_s: float
    digit_count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRecording:
    """One original recording; the fields are columns of `mart.pci_evidence`."""

    call_id: str
    call_date: date
    queue: str
    recording_path: str
    audio_sha256: str
    has_cvv: bool
    has_card_number: bool
    stretches: tuple[Stretch, ...]


def card_recordings(connection: Connection, *, restricted: bool) -> list[CardRecording]:
    """All with card data or keyed digits: those with a security code first, then the latest."""
    return [
        CardRecording(**{**row, "stretches": tuple(Stretch(**one) for one in row["stretches"])})
        for row in rows_of(connection, sql_of(__file__, "card_data"), restricted=restricted)
    ]


def card_csv(recordings: Sequence[CardRecording]) -> bytes:
    """One row per span, as UTF-8 with a byte order mark for Excel."""
    text = io.StringIO()
    rows = (
        [*(getattr(of, name) for name in _RECORDING_COLUMNS), *one]
        for of in recordings
        for one in of.stretches
    )
    write_csv(text, (*_RECORDING_COLUMNS, *Stretch._fields), rows)
    return text.getvalue().encode("utf-8-sig")
