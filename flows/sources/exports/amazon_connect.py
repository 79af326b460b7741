"""Amazon Connect: contact records, and the output of Contact Lens, which completes them.

Field names: docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.sources.exports.export import Described
from flows.sources.exports.values import customer_of, first_given
from flows.sources.exports.versions import version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from flows.sources.documents import Document

_DIRECTIONS = {
    "INBOUND": "inbound",
    "WEBRTC_API": "inbound",
    "OUTBOUND": "outbound",
    "EXTERNAL_OUTBOUND": "outbound",
    "CALLBACK": "outbound",
    "API": "outbound",  # of a voice contact: `StartOutboundVoiceContact`
}
_CONTINUES = frozenset({"TRANSFER", "QUEUE_TRANSFER", "DISCONNECT"})
"""A leg begun in such a way has the direction of the first leg of its contact."""
_LISTENS_IN = "MONITOR"
_TEAM = tuple(f"Agent.HierarchyGroups.Level{level}.GroupName" for level in (5, 4, 3, 2, 1))
_NO_AGENT = (
    "a contact record has an agent only if one answered; describe the recording in a sidecar,"
    " or delete it"
)
_NO_FIRST_LEG = (
    "a transferred contact has the direction of its first leg: put the contact record of its"
    " `InitialContactId` into the folder, or describe the recording in a sidecar"
)


class AmazonConnect:
    """Contact records as JSON or JSON Lines, and the analysis files of Contact Lens."""

    name = "Amazon Connect"
    lists_all_calls = True

    def recognises(self, document: Document) -> bool:
        """Whether one of its objects is a contact record or an analysis of a contact."""
        return any(_is_record(one) or _analysed(one) for _, one in document.objects())

    def calls(self, document: Document, zone: tzinfo) -> Iterator[Described]:  # noqa: ARG002  all times are UTC
        """A description of each voice contact, of the first legs, and of what Contact Lens adds."""
        for place, one in document.objects():
            if _is_record(one):
                yield from _legs(place, one)
            elif contact := _analysed(one):
                yield Described(
                    place=place, key=contact, fields={"language": one.get("LanguageCode")}
                )


def _is_record(one: Mapping[str, Any]) -> bool:
    return isinstance(one.get("ContactId"), str) and "InitiationMethod" in one


def _analysed(one: Mapping[str, Any]) -> str | None:
    """The contact that an object is the analysis of."""
    contact = first_given(one, "CustomerMetadata.ContactId")
    return contact if isinstance(contact, str) and "LanguageCode" in one else None


def _legs(place: str, record: Mapping[str, Any]) -> Iterator[Described]:
    begun = str(record["InitiationMethod"])
    if first_given(record, "Channel") not in (None, "VOICE") or begun == _LISTENS_IN:
        return
    contact = record["ContactId"]
    version = version_of(first_given(record, "LastUpdateTimestamp"))
    first = first_given(record, "InitialContactId") or contact
    direction = None if begun in _CONTINUES else _DIRECTIONS.get(begun, begun)
    for other, field in _other_legs(record, begun):
        here = first_given(record, "Queue.Name", "Agent.Username")
        yield Described(place=place, key=other, fields={"fields": {field: here}}, version=version)
    if direction and first == contact:
        yield Described(
            place=place, key=_first_leg(first), fields={"direction": direction}, version=version
        )
    yield Described(
        place=place,
        key=contact,
        contact=_first_leg(first),
        recordings=_recordings(record),
        fields=_fields(record, first) | {"direction": direction},
        version=version,
        lacks={"agent_id": _NO_AGENT, "direction": _NO_FIRST_LEG},
    )


def _other_legs(record: Mapping[str, Any], begun: str) -> Iterator[tuple[str, str]]:
    """The leg that follows and the one before, with what this leg is to them.

    One that nobody answered transfers to nobody: a callback that was asked for in a queue follows.
    """
    was_answered = first_given(record, "Agent.Username", "Agent.ARN")
    if was_answered and (following := first_given(record, "NextContactId")):
        yield str(following), "transferred_from"
    if begun in _CONTINUES and (previous := first_given(record, "PreviousContactId")):
        yield str(previous), "transferred_to"


def _first_leg(contact: str) -> str:
    return f"first leg of {contact}"


def _fields(record: Mapping[str, Any], first: str) -> dict[str, Any]:
    # The recording begins when the agent answers; a callback may have waited for hours before.
    begins = first_given(record, "Agent.ConnectedToAgentTimestamp", "InitiationTimestamp")
    arn = str(first_given(record, "Agent.ARN") or "")
    return {
        "call_id": record["ContactId"],
        "contact_id": first,
        "started_at": begins,
        "agent_id": first_given(record, "Agent.Username") or arn.rpartition("/")[2],
        "team": first_given(record, *_TEAM),
        "queue": first_given(record, "Queue.Name"),
        "customer_ref": customer_of(first_given(record, "CustomerEndpoint.Address")),
        "after_call_work_s": first_given(record, "Agent.AfterContactWorkDuration"),
        "fields": {
            "hold_s": first_given(record, "Agent.CustomerHoldDuration"),
            "hold_count": first_given(record, "Agent.NumberOfHolds"),
            "queue_wait_s": first_given(record, "Queue.Duration"),
        },
    }


def _recordings(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Where its audio lies; a file that was renamed still begins with the contact's id."""
    listed = record.get("Recordings")
    audio = [
        one.get("Location")
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, dict) and one.get("MediaStreamType") == "AUDIO"
    ]
    names = (*audio, first_given(record, "Recording.Location"), record["ContactId"])
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name))
