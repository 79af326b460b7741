"""NICE CXone: the segments that Interaction Analytics exports.

Form: help.nicecxone.com/content/interactionanalyticspro/configurationandadministration/
reportinganddata/iaexportdata.htm
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.sources.exports.export import Described
from flows.sources.exports.values import customer_of, direction_of, listed_objects
from flows.sources.exports.versions import version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from flows.sources.documents import Document

_LISTS = ("interactions", "segments")
_SEGMENT_IDS = ("segmentId", "externalId")
_NESTED = ("metrics", "metadata")
_FIELDS = {
    "call_id": ("segmentid", "externalid"),
    "contact_id": ("masterexternalid",),
    "started_at": ("starttime", "segmentstarttime"),
    "agent_id": ("agentid", "agentno", "agentname"),
    "agent_name": ("agentname",),
    "team": ("teamname",),
    "queue": ("skillname",),
    "direction": ("directiontype", "direction"),
    "language": ("languagecode",),
    "after_call_work_s": ("acwseconds",),
    "disposition": ("dispositionname",),
}
"""Names in lower case: the export writes some in camel case, some without."""
_CUSTOM_FIELDS = {
    "hold_s": ("holdseconds",),
    "hold_count": ("holdcount",),
    "queue_wait_s": ("inqueueseconds",),
    "campaign": ("campaignname",),
}
_LACKS = (
    "a segment has one agent and a `startTime` (`publishedAt` is its end); complete the export,"
    " or describe the recording in a sidecar"
)


class NiceCxone:
    """Analysed segments as JSON: a list, or one per line."""

    name = "NICE CXone"
    lists_all_calls = True

    def recognises(self, document: Document) -> bool:
        """Whether one of its objects is a segment of an interaction."""
        return any(_segment_id(one) for _, one in listed_objects(document, *_LISTS))

    def calls(self, document: Document, zone: tzinfo) -> Iterator[Described]:  # noqa: ARG002  all times are UTC
        """A description of each segment, some of which were analysed and exported again."""
        for place, one in listed_objects(document, *_LISTS):
            if segment_id := _segment_id(one):
                values = _values(one)
                yield Described(
                    place=place,
                    key=segment_id,
                    recordings=(segment_id,),
                    fields=_fields(values),
                    version=version_of(values.get("acquiredat")),
                    lacks={"agent_id": _LACKS, "started_at": _LACKS},
                )


def _segment_id(one: Mapping[str, Any]) -> str | None:
    if "masterExternalId" not in one:
        return None
    return next((str(one[name]) for name in _SEGMENT_IDS if one.get(name)), None)


def _values(one: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are given, by name in lower case; the only one of a list."""
    found: dict[str, Any] = {}
    for part in (*(one.get(name) for name in _NESTED), one):
        for name, value in part.items() if isinstance(part, dict) else ():
            single = value[0] if isinstance(value, list) and len(value) == 1 else value
            if single is not None and single != "" and not isinstance(single, list | dict):
                found[name.lower()] = single
    return found


def _fields(values: Mapping[str, Any]) -> dict[str, Any]:
    fields = {field: _first(values, names) for field, names in _FIELDS.items()}
    custom = {field: _first(values, names) for field, names in _CUSTOM_FIELDS.items()}
    is_outbound = direction_of(fields["direction"]) == "outbound"
    return {
        **fields,
        "customer_ref": customer_of(values.get("dnis" if is_outbound else "ani")),
        "fields": custom,
    }


def _first(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:  # JSON
    return next((values[name] for name in names if name in values), None)
