"""Match what exports say of calls with the recordings that lie there."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from flows.sources.documents import MetadataError
from flows.sources.exports.versions import in_order
from flows.sources.metadata import call_of
from models.call import UNASSIGNED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from flows.sources.custom_fields import FieldCounts
    from flows.sources.exports.export import Described, Export, NamedRecordings
    from flows.sources.file_names import FileNames
    from models.call import Call


class Exported(NamedTuple):
    """A description with its origin.

    Attributes:
        form: The export that it is from.
        described: What it says.
        path: The file that says it.
    """

    form: Export | NamedRecordings
    described: Described
    path: Path


class NoRecordingError(MetadataError):
    """A description of a call whose recording is not there."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the metadata of a source are from.

    Attributes:
        forms: The form that describes each file.
        not_recorded: Calls without a recording that an export of all calls lists, by its name.
    """

    forms: dict[Path, str] = field(default_factory=dict)
    not_recorded: Counter[str] = field(default_factory=Counter)


_TOLERANCE = timedelta(seconds=2)
Matched: TypeAlias = "Call | MetadataError"


def matched(
    exported: Sequence[Exported], names: FileNames, counts: FieldCounts, origins: Origins
) -> dict[Path, Matched]:
    """The call of each recording that is described, or what is wrong with its description.

    Args:
        exported: All descriptions.
        names: The files of the source.
        counts: Counts the fields that are not kept.
        origins: Learns where the metadata of each recording are from.

    Returns:
        By recording; by a path beside the export where the recording is missing.
    """
    more = _completions(exported)
    by_recording: defaultdict[Path, list[Exported]] = defaultdict(list)
    found: dict[Path, Matched] = {}
    for one in exported:
        wanted = one.described.recordings
        path = next((path for name in wanted if (path := names.known_as(name, one.path))), None)
        if path:
            by_recording[path].append(one)
        elif wanted and (error := _unmatched(one, names)):
            path = one.path.parent / one.described.place
            found[path], origins.forms[path] = error, one.form.name
        elif wanted:
            origins.not_recorded[one.form.name] += 1
    for path, described in by_recording.items():
        found[path] = _call(described, more, counts)
        origins.forms[path] = described[0].form.name
    return found


def _unmatched(one: Exported, names: FileNames) -> MetadataError | None:
    """Why no recording is that of a description; None if it is no error that there is none."""
    if any(names.is_ambiguous(name, one.path) for name in one.described.recordings):
        return MetadataError(
            f"{one.described.place} describes a call whose recording may be any of several with"
            " its name or id; keep one of them, or name them differently"
        )
    if one.form.lists_all_calls:
        return None
    return NoRecordingError(
        f"{one.described.place} describes a call whose recording is not in the folder"
    )


def _completions(exported: Iterable[Exported]) -> Mapping[tuple[str, str], Sequence[Described]]:
    """Descriptions without a recording, by form and key."""
    more: defaultdict[tuple[str, str], list[Described]] = defaultdict(list)
    for one in exported:
        if not one.described.recordings:
            more[one.form.name, one.described.key].append(one.described)
    return more


def _added(
    form: str, described: Described, more: Mapping[tuple[str, str], Sequence[Described]]
) -> dict[str, Any]:
    """What other descriptions add to one, of the contact first, of itself last."""
    added: dict[str, Any] = {}
    contacts = (one.contact for one in more.get((form, described.key), ()))
    for key in dict.fromkeys(filter(None, (described.contact, *contacts, described.key))):
        found = more.get((form, key), ())
        for one in in_order([one for one in found if not one.since]):
            added = _merged(added, one.fields)
        has_agent = bool(added.get("agent_id"))
        added = _with_turns(added, _in_turn(described, found, has_agent=has_agent))
    return added


def _with_turns(added: Mapping[str, Any], turns: Iterable[Described]) -> dict[str, Any]:
    """Fields and those of turns, without what two of them say differently."""
    merged = dict(added)
    stated = [_given(added), *(_given(turn.fields) for turn in turns)]
    for name in {name for one in stated[1:] for name in one}:
        values = [one[name] for one in stated if name in one]
        merged[name] = values[0] if all(value == values[0] for value in values) else None
    return merged


def _in_turn(
    described: Described, found: Sequence[Described], *, has_agent: bool
) -> list[Described]:
    """Of those that complete a call in turn, those that took part in its recording.

    The only one of all, wherever the recording began, unless the call has an agent already.
    """
    turns = [one for one in found if one.since]
    if not has_agent and all(one.fields == turns[0].fields for one in turns):
        return turns
    return [one for one in turns if _overlap(described.fields, one)]


def _overlap(fields: Mapping[str, Any], turn: Described) -> bool:
    """Whether a turn overlaps a recording by more than clocks and full seconds differ."""
    try:
        begins = datetime.fromisoformat(str(fields.get("started_at")))
        length = timedelta(seconds=float(fields.get("duration_s") or 0))
        since = datetime.fromisoformat(turn.since)
        until = datetime.fromisoformat(turn.until) if turn.until else None
    except (TypeError, ValueError):
        return False
    middle = begins + length / 2
    first, last = min(begins + _TOLERANCE, middle), max(begins + length - _TOLERANCE, middle)
    return since <= last and (until is None or first <= until)


def _merged(fields: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Fields and others, which count more; custom fields are merged by name."""
    custom = {**fields.get("fields", {}), **_given(more.get("fields", {}))}
    return {**fields, **_given(more), "fields": custom}


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _call(
    exported: Sequence[Exported],
    more: Mapping[tuple[str, str], Sequence[Described]],
    counts: FieldCounts,
) -> Matched:
    """The call of a recording, of which the newest description counts."""
    try:
        form, latest, _ = _latest(exported)
        added = _added(form.name, latest, more)
    except MetadataError as error:
        return error
    fields = {"queue": UNASSIGNED} | _merged(added, latest.fields)
    try:
        return call_of(fields, f"{latest.place} ({form.name})", counts)
    except MetadataError as error:
        why = (text for name, text in latest.lacks.items() if f"`{name}`" in str(error))
        return MetadataError("; ".join(dict.fromkeys((str(error), *why))), error.call_id)


def _latest(exported: Sequence[Exported]) -> Exported:
    """The newest of several descriptions.

    Raises:
        MetadataError: It cannot be told, or the newest contradict each other.
    """
    newest = in_order([one.described for one in exported])[-1]
    latest = [one for one in exported if one.described.version == newest.version]
    if any(one.described.fields != newest.fields for one in latest):
        places = " and ".join(dict.fromkeys(one.described.place for one in latest))
        raise MetadataError(f"{places} describe the same recording differently; keep one of them")
    return latest[0]
