"""Recordings of 3CX, which says of them only what it writes into their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flows.sources.exports.asterisk_names import customer_number
from flows.sources.exports.export import Described
from flows.sources.exports.values import local_time

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

_RECORDING = re.compile(
    r"\[[^\]]*\]_(?P<caller>[^-_]*)-(?P<called>[^-_]*)_(?P<time>\d{14})\((?P<id>\d+)\)"
)
_LACKS = (
    "3CX keeps the recordings of an extension in a folder with its number, and names them from"
    " caller to called; for a call between two extensions, add a line in calls.csv"
)


class ThreeCxRecordings:
    """Recordings of 3CX: `<extension>/[name]_from-to_YYYYMMDDHHMMSS(id)`, in local time.

    The recordings of one call, one in the folder of each extension, have its id. 3CX counts ids
    from the start again on a new installation, so that the day belongs to the contact's id.
    """

    name = "3CX recording"
    lists_all_calls = False

    def described(self, path: Path, zone: tzinfo) -> Described | None:
        """What a name says; None if it has another form."""
        found = _RECORDING.fullmatch(path.stem)
        if not found:
            return None
        extension, time = path.parent.name, found["time"]
        contact_id = f"{time[:8]}-{found['id']}"
        fields: dict[str, Any] = _sides(extension, found["caller"], found["called"])
        fields["call_id"] = f"{extension}-{time}-{found['id']}"
        fields["contact_id"] = contact_id
        fields["started_at"] = local_time(time, "%Y%m%d%H%M%S", zone)
        return Described(
            place="the name of the recording",
            key=contact_id,
            recordings=(path.name,),
            fields=fields,
            lacks={"agent_id": _LACKS, "direction": _LACKS},
        )


def _sides(extension: str, caller: str, called: str) -> dict[str, Any]:
    """Agent, direction and customer, as far as they are sure."""
    if not extension.isdecimal():
        return {}
    outside = customer_number(caller), customer_number(called)
    if caller == extension and outside[1]:
        return {"agent_id": extension, "direction": "outbound", "customer_ref": outside[1]}
    if caller == extension or (caller.isdecimal() and not outside[0]):
        return {"agent_id": extension}
    return {"agent_id": extension, "direction": "inbound", "customer_ref": outside[0]}
