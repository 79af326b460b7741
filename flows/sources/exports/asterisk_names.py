"""What names of Asterisk say: of channels, of unique ids, and of recordings that FreePBX makes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flows.sources.exports.export import Described
from flows.sources.exports.values import OTHER_CLOCK, local_time, number_in

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

TIME_FORM = "%Y-%m-%d %H:%M:%S"
_UNIQUE_ID = r"(?:[\w.]+-)?(\d{9,11})\.\d+"
_CHANNEL = re.compile(r"\w+/(.+?)(?:@[^;]*?)?(?:-[0-9a-fA-F]{4,})?(?:;[12])?")
_LOCAL = "Local/"
_LOCAL_PREFIX = re.compile(r"^[A-Z]+-(?:\d+-)?(?=\d)")  # FMPR-1042; RG-600-1042 of a ring group
_EXTENSION = re.compile(r"\d{2,6}")
_RECORDING = re.compile(
    r"(?P<type>in|out|exten|external|internal|q|rg|force|generic)"
    r"-(?P<called>[^-]*)-(?P<caller>[^-]*)"
    rf"-(?P<time>\d{{8}}-\d{{6}})-(?P<id>{_UNIQUE_ID})"
)
_LACKS = (
    "the name of a FreePBX recording says the agent only where an extension called or was called;"
    " put an export of the CDR table beside it"
)


def epoch_of(unique_id: str) -> int | None:
    """When a channel was created, in seconds since 1970, of an id such as 1743042317.12206."""
    found = re.fullmatch(_UNIQUE_ID, unique_id)
    return int(found[1]) if found else None


def is_local(channel: str) -> bool:
    """Whether a channel only leads to another one of the same Asterisk."""
    return channel.startswith(_LOCAL)


def endpoint(channel: str) -> str:
    """Whom a channel reaches: 1042 of PJSIP/1042-0000001f, Agent/1042, Local/1042@from-queue-…;1.

    Empty for a name of another form, such as that of a line.
    """
    found = _CHANNEL.fullmatch(channel.strip())
    if not found or "/" in found[1]:
        return ""
    name = found[1]
    return _LOCAL_PREFIX.sub("", name).rstrip("#") if is_local(channel) else name


def is_extension(name: str) -> bool:
    """Whether a name is the number of an extension: numbers of customers are longer."""
    return bool(_EXTENSION.fullmatch(name))


def customer_number(text: str) -> str | None:
    """A customer's number; None for what may stand in its place: an extension, "anonymous"."""
    number = number_in(text)
    return None if number is None or is_extension(number) else number


class FreePbxRecordings:
    """Recordings of FreePBX and Issabel: `<type>-<called>-<caller>-YYYYMMDD-HHMMSS-<uniqueid>`.

    `out` is a call to a number by an extension; `exten`, `external` and `internal` one to an
    extension; `in`, `q` and `rg` are calls to a number, a queue or a ring group, which the name
    gives no agent of; `force` and `generic` are of either kind.
    """

    name = "FreePBX recording"
    lists_all_calls = False

    def described(self, path: Path, zone: tzinfo) -> Described | None:
        """What a name says; None if it has another form."""
        found = _RECORDING.fullmatch(path.stem)
        if not found:
            return None
        unique_id = found["id"]
        fields: dict[str, Any] = _sides(found["type"], found["called"], found["caller"])
        fields["call_id"] = fields["contact_id"] = unique_id
        fields["started_at"] = local_time(
            found["time"], "%Y%m%d-%H%M%S", zone, near=epoch_of(unique_id)
        )
        return Described(
            place="the name of the recording",
            key=unique_id,
            recordings=(path.name,),
            fields=fields,
            lacks={"agent_id": _LACKS, "direction": _LACKS, "started_at": OTHER_CLOCK},
        )


def _sides(kind: str, called: str, caller: str) -> dict[str, Any]:
    """Agent, queue, direction and customer, as far as they are sure."""
    from_inside, to_inside = is_extension(caller), is_extension(called)
    if kind in {"q", "rg"}:
        return {"queue": called, "direction": "inbound", "customer_ref": customer_number(caller)}
    if kind == "in":
        agent = caller if from_inside and not to_inside else ""
        customer = called if agent else caller
        return {
            "agent_id": agent,
            "direction": "inbound",
            "customer_ref": customer_number(customer),
        }
    if from_inside and not to_inside:
        return {
            "agent_id": caller,
            "direction": "outbound",
            "customer_ref": customer_number(called),
        }
    if to_inside and not from_inside and kind in {"exten", "external"}:
        return {
            "agent_id": called,
            "direction": "inbound",
            "customer_ref": customer_number(caller),
        }
    return {}
