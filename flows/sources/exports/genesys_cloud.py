"""Genesys Cloud: the metadata files that the bulk export of recordings writes.

Form: help.mypurecloud.com/articles/working-with-exported-recordings-in-aws-s3-bucket
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.sources.exports.export import Described
from flows.sources.exports.values import customer_of, direction_of, first_given

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from flows.sources.documents import Document

_FORM = frozenset({"mediaType", "conversationId"})
_VOICE = frozenset({"call", "callback"})
_SUFFIX = "_metadata.json"
_LACKS = "the export names no one who spoke; describe the recording in a sidecar"
_SEVERAL_AGENTS = (
    "`userIds` has several agents, and not who spoke when; describe the recording in a sidecar"
)


class GenesysCloud:
    """A file `X.opus_metadata.json` beside each recording `X.opus`."""

    name = "Genesys Cloud"
    lists_all_calls = False

    def recognises(self, document: Document) -> bool:
        """Whether it describes a recording of a conversation."""
        return isinstance(document.data, dict) and document.data.keys() >= _FORM

    def calls(self, document: Document, zone: tzinfo) -> Iterator[Described]:  # noqa: ARG002  all times are UTC
        """The one call that it describes; chats, e-mails and screens are none."""
        one, name = document.data, document.path.name
        if str(one["mediaType"]).lower() not in _VOICE:
            return
        recording = name.removesuffix(_SUFFIX)
        recording_id = first_given(one, "recordingId") or recording.partition(".")[0]
        users = one.get("userIds")
        has_several = isinstance(users, list) and users and _only(users) is None
        yield Described(
            place=name,
            key=str(recording_id),
            recordings=(recording, str(recording_id)),
            fields=_fields(one) | {"call_id": recording_id},
            lacks={"agent_id": _SEVERAL_AGENTS if has_several else _LACKS},
        )


def _fields(one: Mapping[str, Any]) -> dict[str, Any]:
    direction = direction_of(one.get("initialDirection"))
    duration_ms = one.get("durationMs")
    return {
        "contact_id": one["conversationId"],
        "started_at": one.get("startTime"),
        "agent_id": _only(one.get("userIds")),
        "queue": _only(one.get("queueIds")),
        "direction": direction,
        "customer_ref": customer_of(one.get("dnis" if direction == "outbound" else "ani")),
        "duration_s": duration_ms / 1000 if isinstance(duration_ms, int) and duration_ms else None,
    }


def _only(ids: object) -> object:
    """The only id of a list; several may have followed each other in one recording."""
    is_one = isinstance(ids, list) and ids and all(one == ids[0] for one in ids)
    return ids[0] if isinstance(ids, list) and is_one else None
