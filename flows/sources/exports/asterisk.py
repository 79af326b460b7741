"""Asterisk call detail records (CDR), as Asterisk or FreePBX writes them.

`Master.csv` has no header; its fields have the order of Asterisk's `cdr_csv.c`. FreePBX exports its
CDR table with a header. One call has several records: one for each agent who was rung, and another
one where a queue reaches its agent over a `Local` channel.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from flows.sources.exports.asterisk_names import (
    TIME_FORM,
    endpoint,
    epoch_of,
    is_local,
)
from flows.sources.exports.asterisk_sides import Sides, is_transferred, sides_of, trunks_of
from flows.sources.exports.export import Described
from flows.sources.exports.values import OTHER_CLOCK, local_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from flows.sources.documents import Document

_MASTER = (
    *("accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp"),
    *("lastdata", "start", "answer", "end", "duration", "billsec", "disposition", "amaflags"),
)
_NEWER = ("peeraccount", "linkedid", "sequence")  # `newcdrcolumns` of cdr.conf
_MOST_OPTIONAL = 2  # `loguniqueid` and `loguserfield`
_COLUMNS = frozenset({"dcontext", "channel", "dstchannel", "lastapp", "disposition", "uniqueid"})
_STARTS = frozenset({"calldate", "start"})
_ANSWERED = "ANSWERED"
_DISPOSITIONS = frozenset({_ANSWERED, "NO ANSWER", "BUSY", "FAILED", "CONGESTION"})
_FILE = re.compile(r"\.\w{2,5}$")

_NOBODY = "no agent is known to have answered it; delete it, or add a line in calls.csv"
_NO_FIRST_LEG = (
    "a transferred call has the direction of its first part, whose record is missing: export the"
    " records from before it, too, or add a line in calls.csv"
)
_INTERNAL = "a call between two extensions has no direction; delete it, or add a line in calls.csv"


class AsteriskCdr:
    """Call detail records of Asterisk, with or without a header."""

    name = "Asterisk CDR"
    lists_all_calls = True

    def recognises(self, document: Document) -> bool:
        """By the columns of its table, or by the form of the fields of `Master.csv`."""
        if document.rows and _is_master(document.rows[0].cells):
            return True
        first = next((one for _, one in document.objects()), {})
        head = document.rows[0].cells if document.rows else first
        columns = {name.strip().lower() for name in head}
        return columns >= _COLUMNS and bool(columns & _STARTS)

    def calls(self, document: Document, zone: tzinfo) -> Iterable[Described]:
        """One call for each agent who answered; one without an agent if nobody did."""
        contacts: defaultdict[str, list[_Record]] = defaultdict(list)
        for record in _records(document, zone):
            contacts[record.contact_id].append(record)
        for records in contacts.values():
            yield from _described(records)


@dataclass(frozen=True, kw_only=True)
class _Record:
    """One record of a table.

    Attributes:
        place: File and line.
        data: Its fields, by lower-case name.
        started_at: Its start in ISO 8601.
        trunks: Endpoints of the table that are lines, not agents.
    """

    place: str
    data: Mapping[str, str]
    started_at: str
    trunks: frozenset[str]

    @property
    def contact_id(self) -> str:
        return self.data.get("linkedid") or self.data["uniqueid"]

    @property
    def queue(self) -> str:
        """The queue that placed the call; empty without one."""
        if self.data.get("lastapp", "").lower() != "queue":
            return ""
        return self.data.get("lastdata", "").replace("|", ",").split(",")[0]

    @property
    def is_inner(self) -> bool:
        """Whether it is the far side of a `Local` channel, whose near side another record has."""
        caller, called = self.data["channel"], self.data["dstchannel"]
        return is_local(caller) and endpoint(caller) == endpoint(called)

    @cached_property
    def sides(self) -> Sides:
        """Agent, direction and customer."""
        return sides_of(self.data, self.trunks, is_from_queue=bool(self.queue) or self.is_inner)

    @property
    def is_transferred(self) -> bool:
        """Whether it goes on with the caller's channel, who may have been called before."""
        return is_transferred(self.data)

    @property
    def has_agent(self) -> bool:
        """Whether an agent spoke with a customer."""
        return bool(self.sides.agent and self.sides.direction) and self.is_answered

    @property
    def is_answered(self) -> bool:
        """Whether somebody, or a queue, answered."""
        return self.data["disposition"].upper() == _ANSWERED

    @property
    def recordings(self) -> tuple[str, ...]:
        """Names that the recording may have."""
        said = self.data.get("recordingfile", ""), self.data.get("userfield", "")
        return (*filter(_FILE.search, said), self.data["uniqueid"])


def _is_master(cells: Sequence[str]) -> bool:
    head, optional, newer = len(_MASTER), _MOST_OPTIONAL, len(_NEWER)
    return (
        head < len(cells) <= head + optional + newer
        and cells[_MASTER.index("disposition")].strip() in _DISPOSITIONS
        and cells[_MASTER.index("duration")].strip().isdigit()
    )


def _records(document: Document, zone: tzinfo) -> Iterator[_Record]:
    """The records with an id, each once: some systems write a record to several places."""
    if document.rows and _is_master(document.rows[0].cells):
        name = document.path.name
        objects = [(f"{name}:{row.line}", _of_master(row.cells)) for row in document.rows]
    else:
        objects = [
            (place, {key.lower(): str(value or "").strip() for key, value in one.items()})
            for place, one in document.objects()
        ]
    objects = [one for one in objects if one[1].get("uniqueid") and "channel" in one[1]]
    trunks = trunks_of(data for _, data in objects)
    seen = set()
    for place, data in objects:
        if (content := tuple(data.items())) in seen:
            continue
        seen.add(content)
        start = data.get("start") or data.get("calldate", "")
        started_at = local_time(start, TIME_FORM, zone, near=epoch_of(data["uniqueid"]))
        whole = {"dstchannel": "", "disposition": ""} | data
        yield _Record(place=place, data=whole, started_at=started_at, trunks=trunks)


def _of_master(cells: Sequence[str]) -> dict[str, str]:
    """The fields of a line of `Master.csv`, of which `cdr.conf` may switch some off."""
    values = [cell.strip() for cell in cells]
    data = dict(zip(_MASTER, values, strict=False))
    rest = values[len(_MASTER) :]
    if len(rest) > _MOST_OPTIONAL:
        data |= zip(_NEWER, rest[-len(_NEWER) :], strict=True)
        rest = rest[: -len(_NEWER)]
    for value in rest:
        is_id = "uniqueid" not in data and epoch_of(value) is not None
        data["uniqueid" if is_id else "userfield"] = value
    return data


def _described(records: Sequence[_Record]) -> Iterator[Described]:
    """The calls of one contact, in the order of time."""
    legs = _legs(records)
    before = {id(later): earlier for earlier, later in pairwise(legs)}
    after = {id(earlier): later for earlier, later in pairwise(legs)}
    ids: set[str] = set()
    for leg in legs:
        fields = _fields(leg)
        call_id = str(fields["call_id"])
        if call_id in ids:  # a call that was transferred keeps the id of its channel
            fields["call_id"] = f"{call_id}-{fields['agent_id']}"
        ids.add(call_id)
        first = legs[0][0]
        lacks = ""
        if leg[0].is_transferred and first.started_at < leg[0].started_at:
            fields["direction"] = first.sides.direction
            fields["customer_ref"] = first.sides.customer
        elif all(one.is_transferred for one in records):
            fields["direction"], lacks = None, _NO_FIRST_LEG
        said = {"transferred_from": before.get(id(leg)), "transferred_to": after.get(id(leg))}
        fields["fields"] = {name: _fields(one)["agent_id"] for name, one in said.items() if one}
        yield _one(leg, fields, version=len(records), lacks=lacks)
    if not legs:
        ordered = sorted(records, key=lambda one: not one.is_answered)
        lacks = _INTERNAL if ordered[0].sides.direction is None else _NOBODY
        yield _one(ordered, _fields(ordered), version=len(records), lacks=lacks)


def _one(
    leg: Sequence[_Record], fields: Mapping[str, object], version: int, lacks: str = ""
) -> Described:
    names = dict.fromkeys(name for record in leg for name in record.recordings)
    return Described(
        place=leg[0].place,
        key=leg[0].contact_id,
        recordings=tuple(names),
        fields=fields,
        version=version,  # an export that was made later knows more records of a contact
        lacks={"agent_id": lacks, "direction": lacks, "started_at": OTHER_CLOCK},
    )


def _legs(records: Sequence[_Record]) -> list[list[_Record]]:
    """The records of each agent's part of a contact."""
    legs: dict[tuple[str, str], list[_Record]] = {}
    ordered = sorted(filter(lambda one: one.has_agent, records), key=lambda one: one.started_at)
    for record in sorted(ordered, key=lambda one: one.is_inner):
        agent = record.sides.agent
        outer = (leg for (other, _), leg in legs.items() if other == agent)
        leg = next(outer, None) if record.is_inner else None
        if leg is None:
            leg = legs.setdefault((agent, record.data["uniqueid"]), [])
        leg.append(record)
    return sorted(legs.values(), key=lambda leg: leg[0].started_at)


def _fields(leg: Sequence[_Record]) -> dict[str, object]:
    first = leg[0]
    return {
        "call_id": first.data["uniqueid"],
        "contact_id": first.contact_id,
        "started_at": first.started_at,
        "agent_id": first.sides.agent if first.is_answered else None,
        "queue": next((record.queue for record in leg if record.queue), None),
        "direction": first.sides.direction,
        "customer_ref": first.sides.customer,
    }
