"""vCon: conversations as JSON, each recorded dialog of which is a call.

Names of members: draft-ietf-vcon-vcon-core-04, and draft-ietf-vcon-cc-extension for `role`,
`skill`, `campaign` and `interaction_id`.
"""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from flows.sources.documents import MetadataError
from flows.sources.exports.export import Described
from flows.sources.exports.values import customer_of, first_given
from flows.sources.exports.versions import version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

    from flows.sources.documents import Document

_AGENT, _CUSTOMER = "agent", "customer"
_SIDES = (_AGENT, _CUSTOMER)
_LACKS = (
    "a vCon names the agent by a party of the dialog with `role: agent`, and the direction by who"
    " began; describe the recording in a sidecar where it does not, or where several agents speak"
)


class Vcon:
    """vCons in their unsigned form, or signed; a signature is not verified."""

    name = "vCon"
    lists_all_calls = False

    def recognises(self, document: Document) -> bool:
        """Whether it is one vCon, also an encrypted one."""
        return container_of(document.data) is not None or _is_encrypted(document.data)

    def calls(self, document: Document, zone: tzinfo) -> Iterator[Described]:  # noqa: ARG002  times have their offset
        """A description of each recorded dialog; other dialogs hold no speech.

        Raises:
            MetadataError: It is encrypted.
        """
        vcon = container_of(document.data)
        if vcon is None:
            raise MetadataError(f"{document.path.name} is an encrypted vCon; decrypt it")
        parties = [one if isinstance(one, dict) else {} for one in _listed(vcon.get("parties"))]
        transfers = _transfers(vcon, parties)
        for at, dialog in enumerate(dialogs_of(vcon)):
            if not isinstance(dialog, dict) or dialog.get("type") != "recording":
                continue
            call_id = dialog_id(vcon, at)
            inside = " (its media are inside: `callqa sources unpack` takes them out)"
            fields = _fields(dialog, parties)
            fields["call_id"] = call_id
            fields["contact_id"] = dialog.get("interaction_id") or vcon["uuid"]
            fields["fields"] |= transfers[at]
            yield Described(
                place=f"{document.path.name}, dialog {at}{inside if 'body' in dialog else ''}",
                key=call_id,
                recordings=(*_file_names(dialog), call_id),
                fields=fields,
                version=version_of(vcon.get("updated_at") or vcon.get("created_at")),
                lacks={"agent_id": _LACKS, "direction": _LACKS},
            )


def container_of(data: object) -> Mapping[str, Any] | None:
    """The unsigned vCon in some JSON; None if it is no vCon, or an encrypted one."""
    if not isinstance(data, dict):
        return None
    if "signatures" in data and isinstance(data.get("payload"), str):
        try:
            return container_of(json.loads(decoded(data["payload"])))
        except ValueError:
            return None
    is_vcon = isinstance(data.get("uuid"), str) and ("vcon" in data or "created_at" in data)
    return data if is_vcon and ("parties" in data or "dialog" in data) else None


def _is_encrypted(data: object) -> bool:
    return isinstance(data, dict) and {"ciphertext", "recipients", "unprotected"} <= data.keys()


def decoded(text: str) -> bytes:
    """The bytes of Base64url, with or without padding; older vCons have plain Base64.

    Raises:
        ValueError: It is neither.
    """
    plain = "".join(text.split()).rstrip("=").translate(str.maketrans("-_", "+/"))
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def dialog_id(vcon: Mapping[str, Any], at: int) -> str:
    """The id of a dialog: the vCon's, and its place, which never changes."""
    return f"{vcon['uuid']}-{at}"


def dialogs_of(vcon: Mapping[str, Any]) -> Sequence[Any]:
    """The dialogs of a vCon."""
    return _listed(vcon.get("dialog"))


def _listed(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _file_names(dialog: Mapping[str, Any]) -> Iterator[str]:
    for name in (dialog.get("filename"), dialog.get("url")):
        if isinstance(name, str) and name.strip():
            try:
                path = unquote(urlsplit(name).path) if "://" in name else name
            except ValueError:  # no URL; the recording may still be named by the dialog's id
                continue
            if found := PurePosixPath(path.replace("\\", "/")).name:
                yield found


def _fields(dialog: Mapping[str, Any], parties: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    channels = _listed(dialog.get("parties")) or [dialog.get("parties")]
    speakers = [parties[at] for at in dict.fromkeys(_indices(channels)) if at < len(parties)]
    agents = [one for one in speakers if _role(one) == _AGENT]
    customers = [one for one in speakers if _role(one) == _CUSTOMER]
    fields: dict[str, Any] = {
        "started_at": dialog.get("start"),
        "duration_s": dialog.get("duration") or None,
        "queue": dialog.get("skill"),
        "direction": _direction(dialog, channels, parties),
        "fields": {"campaign": dialog.get("campaign"), **_holds(dialog)},
    }
    if len(agents) == 1:
        fields["agent_id"], fields["agent_name"] = _agent_id(agents[0]), agents[0].get("name")
        fields["team"] = agents[0].get("dept")
    if len(customers) == 1:
        fields["customer_ref"] = _customer_ref(customers[0])
    if sides := _sides(dialog, channels, parties):
        fields["channel_map"] = dict(zip(("left", "right"), sides, strict=True))
    return fields


def _indices(value: object) -> Iterator[int]:
    """The indices of parties, however deep: a channel may have several, or be unused."""
    if isinstance(value, list):
        for one in value:
            yield from _indices(one)
    elif isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        yield value


def _role(party: Mapping[str, Any]) -> str:
    return str(party.get("role") or "").strip().lower()


def _agent_id(party: Mapping[str, Any]) -> Any:
    return _bare(first_given(party, "uuid", "mailto", "sip", "tel", "name"))


def _customer_ref(party: Mapping[str, Any]) -> Any:
    addresses = (customer_of(party.get(name)) for name in ("tel", "mailto", "sip"))
    return party.get("uuid") or next(filter(None, addresses), None)


def _bare(value: object) -> object:
    """An address without its scheme."""
    scheme, _, rest = value.partition(":") if isinstance(value, str) else ("", "", "")
    return rest if scheme in ("tel", "mailto", "sip", "sips") else value


def _direction(
    dialog: Mapping[str, Any], channels: Sequence[Any], parties: Sequence[Mapping[str, Any]]
) -> str | None:
    """Who began: the originator or, unless one is named, the first party of the dialog."""
    began = dialog.get("originator", next(_indices(channels), None))
    role = _role(parties[began]) if isinstance(began, int) and 0 <= began < len(parties) else ""
    return {_AGENT: "outbound", _CUSTOMER: "inbound"}.get(role)


def _sides(
    dialog: Mapping[str, Any], channels: Sequence[Any], parties: Sequence[Mapping[str, Any]]
) -> tuple[str, str] | None:
    """Who is on the left and the right, if the vCon says so.

    A plain list of two parties may be the mix of a mono recording, in the order of who began. It is
    the order of channels where a party of it is a list or null, which only channels have, or where
    the originator is named beside it, since the order then means something else.
    """
    of_channels = any(isinstance(one, list) or one is None for one in channels)
    is_stated = of_channels or "originator" in dialog
    if len(channels) != len(_SIDES) or not is_stated:
        return None
    roles = []
    for channel in channels:
        found = {_role(parties[at]) for at in _indices(channel) if at < len(parties)}
        roles.append(found.pop() if len(found) == 1 else "")
    return (roles[0], roles[1]) if {*roles} == {*_SIDES} else None


def _holds(dialog: Mapping[str, Any]) -> dict[str, Any]:
    """Time on hold and number of holds, by the history of parties; nothing if one never ends."""
    begun: dict[str, datetime] = {}
    lengths_s = []
    for event in _listed(dialog.get("party_history")):
        if not isinstance(event, dict) or event.get("event") not in ("hold", "unhold"):
            continue
        try:
            at = datetime.fromisoformat(str(event.get("time")))
        except ValueError:
            return {}
        if at.tzinfo is None:
            return {}
        party = str(event.get("party"))
        if event["event"] == "hold":
            begun.setdefault(party, at)
        elif party in begun:
            lengths_s.append((at - begun.pop(party)).total_seconds())
    if begun or not lengths_s:
        return {}
    return {"hold_s": sum(lengths_s), "hold_count": len(lengths_s)}


def _transfers(
    vcon: Mapping[str, Any], parties: Sequence[Mapping[str, Any]]
) -> defaultdict[int, dict[str, Any]]:
    """By dialog, from or to which agent its call was transferred; never a customer or a number."""
    found: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for dialog in dialogs_of(vcon):
        if not isinstance(dialog, dict) or dialog.get("type") != "transfer":
            continue
        for leg, field, other in (
            ("original", "transferred_to", "transfer_target"),
            ("target_dialog", "transferred_from", "transferor"),
        ):
            whom = [parties[at] for at in _indices(dialog.get(other)) if at < len(parties)]
            ids = [_agent_id(one) for one in whom if _role(one) == _AGENT]
            agents = [one for one in ids if isinstance(one, str | int)]
            for at in _indices(dialog.get(leg)):
                found[at] |= {field: agents[0]} if agents else {}
    return found
