"""VIP customers: their calls are restricted, and their references are never kept."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.sources.centre.columns import (
    day_of,
    has_more_cells,
    period_faults,
    repeated_columns,
)
from flows.sources.documents import MetadataError, Row, read_table, row_by_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import tzinfo
    from pathlib import Path

    from flows.settings.centre import Settings
    from flows.sources.centre.customers import Customers
    from models.call import Call
    from models.limits import Limits
    from warehouse.query.customers import CustomerCall

_COLUMNS = ("customer_ref", "from", "until")


@dataclass(frozen=True, slots=True)
class Vip:
    """A customer whose calls are restricted from one day to another.

    Attributes:
        customer_ref: Their number, address or reference, or its keyed hash.
        first, last: The days, both included.
    """

    customer_ref: str
    first: date = date.min
    last: date = date.max


class Vips:
    """Tells whose calls are restricted.

    Args:
        vips: The customers; only hashes of their references are kept, also in memory.
        customers: Hashes references.
        zone: The centre's time zone, in which a call has its day.
    """

    def __init__(self, vips: Iterable[Vip], customers: Customers, zone: tzinfo = UTC) -> None:
        self._customers = customers
        self._zone = zone
        self._days: defaultdict[str, list[tuple[date, date]]] = defaultdict(list)
        for vip in vips:
            for pseudonym in customers.pseudonyms(vip.customer_ref):
                self._days[pseudonym].append((vip.first, vip.last))

    def restricted(self, calls: Iterable[Call]) -> dict[str, Call]:
        """The calls by id; those of VIP customers, and others of the same contact, restricted.

        Args:
            calls: With the references that their metadata give.
        """
        known = {call.call_id: call for call in calls}
        theirs = self.call_ids(known.values())
        return {
            call_id: replace(call, restricted=True) if call_id in theirs else call
            for call_id, call in known.items()
        }

    def call_ids(self, calls: Iterable[Call | CustomerCall]) -> set[str]:
        """The calls of VIP customers, and others of the same contact."""
        if not self:
            return set()
        known = list(calls)
        theirs = [call for call in known if self._is_of_vip(call)]
        contacts = {call.contact_id for call in theirs} - {None}
        others = (call.call_id for call in known if call.contact_id in contacts)
        return {*(call.call_id for call in theirs), *others}

    def __bool__(self) -> bool:
        """Whether there is any VIP customer."""
        return bool(self._days)

    def _is_of_vip(self, call: Call | CustomerCall) -> bool:
        day = call.started_at.astimezone(self._zone).date()
        return any(
            first <= day <= last
            for pseudonym in self._customers.pseudonyms(call.customer_ref or "")
            for first, last in self._days.get(pseudonym, ())
        )


def vips_of(settings: Settings, customers: Customers) -> Vips:
    """The VIP customers that the settings name; none if they name no file.

    Raises:
        MetadataError: The file has errors; names all of them.
    """
    listed = read_vips(settings.vips, settings.only_limits()) if settings.vips else ()
    return Vips(listed, customers, ZoneInfo(settings.time_zone))


def read_vips(path: Path, limits: Limits) -> tuple[Vip, ...]:
    """Read a CSV file with a line per VIP customer, and per period where it has days.

    Raises:
        MetadataError: With every error of the file, each naming line and column, and no value.
        TooLargeError: The file is larger than allowed.
    """
    rows = read_table(path, limits)
    head = [name.strip().lower() for name in rows[0].cells] if rows else []
    repeated = {*repeated_columns([Row(1, head), *rows[1:]])}
    faults = [
        f"{path.name}:1: column `{name}` is not known; expected {', '.join(_COLUMNS)}"
        for name in sorted({*head} - {*_COLUMNS, ""})
    ]
    faults += [f"{path.name}:1: several columns `{name}`; expected one" for name in repeated]
    if "customer_ref" not in head:
        faults.append(f"{path.name}:1: column `customer_ref` is missing; expected it")
        raise MetadataError("\n".join(faults))
    found = []
    for line, cells in rows[1:]:
        row = {name: cell.strip() for name, cell in row_by_column(head, cells).items()}
        of_line = list(_faults(row))
        if has_more_cells(cells, head):
            of_line.append("more cells than columns; expected quotes around `,`")
        faults += [f"{path.name}:{line}: {fault}" for fault in of_line]
        if not of_line:
            days = day_of(row.get("from", "")) or date.min, day_of(row.get("until", "")) or date.max
            found.append(Vip(row["customer_ref"], *days))
    if faults:
        raise MetadataError("\n".join(faults))
    return tuple(found)


def _faults(row: Mapping[str, str]) -> Iterator[str]:
    if not row["customer_ref"]:
        yield "column `customer_ref` is empty; expected a number, an address or a reference"
    yield from period_faults(row)
