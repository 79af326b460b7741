"""Values that several exports write alike: directions, instants, durations."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from flows.sources.documents import Document

_ADDRESS = re.compile(r"(?:tel|sips?):([^@;?]+)")
_INBOUND = ("inbound", "in", "incoming", "inboundexternal", "queue_transfer")
_OUTBOUND = ("outbound", "out", "outgoing", "outboundexternal", "callback")


def direction_of(value: object) -> object:
    """`inbound` or `outbound` for "IN_BOUND", "outbound-api" and the like; else the value."""
    if not isinstance(value, str):
        return value
    plain = value.strip().lower()
    words = {plain, plain.replace("_", ""), plain.split("-")[0], plain.split(" ")[-1]}
    if words & {*_INBOUND}:
        return "inbound"
    return "outbound" if words & {*_OUTBOUND} else value


def customer_of(address: object) -> str | None:
    """The number in an address such as `tel:+34911230001` or `sip:+34911230001@example.com`.

    An address without a digit stands for all who withhold their number: it is no customer.
    """
    if not isinstance(address, str):
        return None
    found = _ADDRESS.match(address)
    number = found[1] if found else address
    return number if any(map(str.isdigit, number)) else None


def local_time(text: str, form: str, zone: tzinfo, near: float | None = None) -> str:
    """An instant in ISO 8601 of a local time that is written without a zone.

    Of an hour that the clock shows twice, the first is taken. A text of another form, or a time
    that the clock skipped, is returned as it is, and refused where the fields are checked.

    Args:
        text: What is written.
        form: As `strptime` describes it.
        zone: The time zone.
        near: An instant close by, in seconds since 1970, if the format has one. It tells the two
            hours apart, and whether the clock shows UTC instead.
    """
    try:
        written = datetime.strptime(text.strip(), form)  # noqa: DTZ007  the zone follows
    except ValueError:
        return text
    local = [written.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    shown = [one for one in local if one.astimezone(UTC).astimezone(zone).replace(fold=0) == one]
    if near is None:
        return shown[0].isoformat() if shown else text
    readings = [*shown, written.replace(tzinfo=UTC)]
    return min(readings, key=lambda one: abs(one.timestamp() - near)).isoformat()


def from_epoch(seconds: float) -> str:
    """An instant in ISO 8601, of seconds since 1970; only where a format says that it has them."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).isoformat()


def first_given(data: Mapping[str, Any], *paths: str) -> Any:  # JSON
    """The first value that is given, each sought at a dotted path: "Agent.Username"."""
    for path in paths:
        found: Any = data
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        if found not in (None, "", [], {}):
            return found
    return None


def listed_objects(document: Document, *lists: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of a document with their places, also of an answer that has them in a list.

    Args:
        document: The document.
        lists: Names that such a list may have.
    """
    for place, one in document.objects():
        found = next((one[name] for name in lists if isinstance(one.get(name), list)), None)
        if found is None:
            yield place, one
            continue
        for at, item in enumerate(found, start=1):
            if isinstance(item, dict):
                yield f"{place}, item {at}", item
