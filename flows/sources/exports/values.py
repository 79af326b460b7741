"""Values that several exports write alike: directions, instants, durations."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unicodedata import normalize
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from flows.sources.documents import Document

_ANGLES = re.compile(r"<([^<>]+)>")
_SCHEME = re.compile(r"^[a-z]+:", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w-])[+(]*\d[\d\s().-]*\d(?!\w|-\w)")
_SEPARATORS = re.compile(r"[\s().-]")
_DIGITS = re.compile(r"(?:\+|00)?\d{6,15}")
_WITHHELD = frozenset({"anonymous", "private", "restricted", "unavailable", "unknown", "withheld"})
"""Instead of a user in SIP, for all who withhold their number."""
_EARLIEST_S, _LATEST_S = -60, 50 * 60
"""From the creation of a channel to what is written of it; clocks differ by an hour or more."""
OTHER_CLOCK = (
    "its time does not fit the time in its unique id, neither in CALLQA_TIME_ZONE nor in UTC: set"
    " CALLQA_TIME_ZONE to the zone of the clock that wrote it; if it began long after its channel"
    " was created, describe the recording in a sidecar"
)
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


def number_in(address: str) -> str | None:
    """The telephone number in an address, without separators; None if it holds none.

    Such as `+34911230001` in `tel:+34-911-230-001;ext=5`, `whatsapp:+34911230001`,
    `"Ana Gil" <sip:+34911230001@example.com>` and `+34911230001 (Ana Gil)`. A number that is only a
    part of a longer id is none.
    """
    user = _plain(address).partition("@")[0]
    found = (_SEPARATORS.sub("", one) for one in _NUMBER.findall(user))
    return max(filter(_DIGITS.fullmatch, found), key=len, default=None)


def customer_of(address: object) -> str | None:
    """The number in an address, else the address without its scheme and the name before it.

    What has neither a digit nor a user stands for all who withhold their number: it is no customer.
    """
    if not isinstance(address, str | int) or isinstance(address, bool):
        return None
    plain = _plain(str(address))
    if number := number_in(plain):
        return number
    user, at, _ = plain.partition("@")
    if user.isdecimal():  # an extension, whatever its domain
        return user
    is_known = bool(at) and user.lower() not in _WITHHELD
    return plain if is_known or any(map(str.isdigit, user)) else None


def _plain(address: str) -> str:
    """An address without the name before it, its scheme and its parameters."""
    text = normalize("NFKC", unquote(address))
    named = _ANGLES.search(text)
    return re.split(r"[;?]", _SCHEME.sub("", (named[1] if named else text).strip()))[0].strip()


def local_time(text: str, form: str, zone: tzinfo, near: float | None = None) -> str:
    """An instant in ISO 8601 and UTC of a local time that is written without a zone.

    In UTC, the order of such texts is that of time, also in an hour that the clock shows twice.

    Of an hour that the clock shows twice, the first is taken. A text of another form, or a time
    that the clock skipped, is returned as it is, and refused where the fields are checked.

    Args:
        text: What is written.
        form: As `strptime` describes it.
        zone: The time zone.
        near: An instant close by, in seconds since 1970, if the format has one. It tells the two
            hours apart, and whether the clock shows UTC instead. Empty is returned if the time is
            neither soon after it in the zone nor in UTC: the clock shows another zone.
    """
    try:
        written = datetime.strptime(text.strip(), form)  # noqa: DTZ007  the zone follows
    except ValueError:
        return text
    local = [written.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    shown = [one for one in local if one.astimezone(UTC).astimezone(zone).replace(fold=0) == one]
    if near is None:
        return shown[0].astimezone(UTC).isoformat() if shown else text
    readings = [
        one
        for one in (*shown, written.replace(tzinfo=UTC))
        if _EARLIEST_S <= one.timestamp() - near <= _LATEST_S
    ]
    return min(readings).astimezone(UTC).isoformat() if readings else ""


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
