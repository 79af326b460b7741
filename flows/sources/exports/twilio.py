"""Twilio: Recording resources, completed by the Call resources of their calls.

Field names: www.twilio.com/docs/voice/api/recording and www.twilio.com/docs/voice/api/call-resource
"""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from flows.sources.exports.export import Described
from flows.sources.exports.values import (
    customer_of,
    direction_of,
    first_given,
    listed_objects,
    number_in,
)
from flows.sources.exports.versions import version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from flows.sources.documents import Document

_LISTS = ("recordings", "calls")
_RECORDING = frozenset({"sid", "account_sid", "call_sid", "duration"})
_CALL = frozenset({"sid", "account_sid", "direction", "from", "to"})
_HAS_NO_MEDIA = frozenset({"absent", "deleted", "failed", "in-progress", "paused", "processing"})
_ANSWERED = frozenset({None, "completed", "in-progress"})
_USER = re.compile(r"(?:client|sips?):([^@;?]+)")
_OF_TWILIO = re.compile(r"client:|sips?:[^@]+@[^;?:]+\.twilio\.com(?![\w.])", re.IGNORECASE)
_WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
"""Instead of a number: the keys of "anonymous", "restricted", "blocked" and the like."""
_LACKS = (
    "a Recording resource names neither agent nor direction: put the Call resources of its"
    " call_sid, of the call that dialled that one, and of the calls that it dialled into the"
    " folder; an agent is who they connect as client:name or sip:name, one at a time; describe a"
    " conference in a sidecar, and delete a call between two agents, which has no direction"
)


class Twilio:
    """Recording and Call resources as JSON: single, a list of the API, or one per line."""

    name = "Twilio"
    lists_all_calls = False

    def recognises(self, document: Document) -> bool:
        """Whether one of its objects is a Recording or a Call resource."""
        found = listed_objects(document, *_LISTS)
        return any(one.keys() >= _RECORDING or one.keys() >= _CALL for _, one in found)

    def calls(self, document: Document, zone: tzinfo) -> Iterator[Described]:  # noqa: ARG002  all times are GMT
        """A description of each recording, and what the Call resources add."""
        for place, one in listed_objects(document, *_LISTS):
            if one.keys() >= _RECORDING:
                yield from _recording(place, one)
            elif one.keys() >= _CALL:
                yield from _call(place, one)


def _recording(place: str, one: Mapping[str, Any]) -> Iterator[Described]:
    if one.get("status") in _HAS_NO_MEDIA:
        return
    duration = one["duration"]
    yield Described(
        place=place,
        key=str(one["call_sid"]),
        recordings=(str(one["sid"]),),
        fields={
            "call_id": one["sid"],
            "started_at": _utc(first_given(one, "start_time", "date_created")),
            "contact_id": one.get("conference_sid"),
            "duration_s": None if duration in ("-1", -1, "0", 0) else duration,
        },
        version=version_of(one.get("date_updated")),
        lacks={"agent_id": _LACKS, "direction": _LACKS},
    )


def _call(place: str, one: Mapping[str, Any]) -> Iterator[Described]:
    """What a call says of its own recordings, and of those of the call that dialled it."""
    sid, parent, version = (
        str(one["sid"]),
        one.get("parent_call_sid"),
        version_of(one.get("date_updated")),
    )
    reached, began = _agent(one["to"]), _beginning_agent(one["from"])
    fields: dict[str, Any] = {"contact_id": parent or sid}
    if began and reached:
        fields["direction"] = None
    elif reached and parent:  # the caller may be an agent: what dialled it says who
        fields["agent_id"] = reached
    elif began or reached:
        fields["agent_id"] = began or reached
        fields["direction"] = "outbound" if began else "inbound"
    else:
        fields["direction"] = direction_of(one["direction"])
    if "direction" in fields:
        is_outbound = fields["direction"] == "outbound"
        customer = one["to"] if is_outbound else one["from"]
        is_known = not (reached if is_outbound else began) and customer not in _WITHHELD
        fields["customer_ref"] = customer_of(customer) if is_known else None
    dialled_by = _legs_of(parent) if parent else ""
    yield Described(place=place, key=sid, contact=dialled_by, fields=fields, version=version)
    if not began:
        told = {name: fields.get(name) for name in ("direction", "customer_ref")}
        yield Described(place=place, key=_legs_of(sid), fields=told, version=version)
    was_answered = one.get("status") in _ANSWERED and one.get("duration") not in ("0", 0)
    if parent and reached and was_answered:
        yield Described(
            place=place,
            key=str(parent),
            fields={"agent_id": reached},
            version=version,
            since=_utc(one.get("start_time")),
            until=_utc(one.get("end_time")),
        )


def _legs_of(sid: object) -> str:
    """The key of what is said of all calls that a call dialled."""
    return f"legs of {sid}"


def _agent(address: object) -> str | None:
    """Who connects as `client:laura` or `sip:laura@example.com`; a trunk's number is no agent."""
    user = _USER.match(address) if isinstance(address, str) else None
    return None if user is None or number_in(user[1]) else user[1]


def _beginning_agent(address: object) -> str | None:
    """The agent who calls; a caller of another system than Twilio's is a customer."""
    return _agent(address) if isinstance(address, str) and _OF_TWILIO.match(address) else None


def _utc(time: object) -> str:
    """A time of RFC 2822 in ISO 8601 and UTC; as it is if it has another form."""
    try:
        found = parsedate_to_datetime(str(time))
    except ValueError:
        return str(time) if isinstance(time, str) else ""
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC).isoformat()
