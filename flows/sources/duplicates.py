"""Recordings and call ids that a source, or the lake, holds already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.sources.file_names import name_to_show
from models.call import Quarantined, QuarantineReason
from warehouse.lake.removal import remove_calls

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from flows.settings.centre import Settings
    from flows.sources.folder import Pair
    from models.call import Call, Recording
    from warehouse.lake.index.result_identity import ResultIdentity
    from warehouse.lake.lake import Lake


def split_duplicates(
    matched: Sequence[Pair], known_audio: Mapping[str, str]
) -> tuple[tuple[Pair, ...], tuple[Quarantined, ...]]:
    """Keep the first of equal recordings and of equal call ids, and quarantine the others.

    A recording under another id than its stored one is that call's copy, unless its metadata say
    that it replaces that call. Of equal ids, the recording that is stored under it comes first.

    `known_audio` is the stored call of each recording, by audio_sha256.
    """
    first: dict[str, Recording] = {}
    seen: dict[str, str] = {}
    ready: list[Pair] = []
    copies: list[Quarantined] = []

    def order(pair: Pair) -> tuple[bool, datetime, str]:
        call, recording = pair
        is_stored = known_audio.get(recording.audio_sha256) == call.call_id
        return not is_stored, call.started_at, call.call_id

    for pair in sorted(matched, key=order):
        call, recording = pair
        audio = recording.audio_sha256
        owner = seen.get(audio) or known_audio.get(audio, call.call_id)
        if call.call_id in first:
            name = name_to_show(first[call.call_id].path)
            detail = f"its call_id is already used by {name}; use another one"
        elif owner not in (call.call_id, call.replaces):
            detail = (
                f"the same recording as call {owner}; delete one of the two, or add `replaces:"
                f" {owner}` to its metadata if that id was wrong"
            )
        else:
            seen[audio] = call.call_id
            first[call.call_id] = recording
            ready.append(pair)
            continue
        copies.append(_duplicate(pair, detail))
    kept, contradictory = _apart_from_contradictions(ready, first, known_audio)
    return kept, (*copies, *contradictory)


def _apart_from_contradictions(
    ready: Sequence[Pair], recordings: Mapping[str, Recording], known_audio: Mapping[str, str]
) -> tuple[tuple[Pair, ...], tuple[Quarantined, ...]]:
    """Set aside what replaces a call that another file of the source still is."""
    kept, contradictory = [], []
    for pair in sorted(ready, key=lambda pair: (pair[0].started_at, pair[0].call_id)):
        call, recording = pair
        other = recordings.get(call.replaces or "", recording)
        stored_as = known_audio.get(recording.audio_sha256)
        # That id may have become the id of another recording by now.
        is_free = stored_as == call.replaces and other.audio_sha256 != recording.audio_sha256
        if other is recording or stored_as == call.call_id or is_free:
            kept.append(pair)
        else:
            detail = (
                f"it replaces call {call.replaces}, which {name_to_show(other.path)} is; delete one"
            )
            contradictory.append(_duplicate(pair, detail))
    return tuple(kept), tuple(contradictory)


def is_other_call(call: Call, stored: ResultIdentity, now: ResultIdentity) -> bool:
    """Whether a stored call of the same id differs in both its recording and its metadata.

    The same recording with other metadata is a correction; another one with the same metadata was
    exported again. If both differ, it is that call only where the metadata say that it is.
    """
    return (
        stored.audio_sha256 != now.audio_sha256
        and stored.metadata_sha256 != now.metadata_sha256
        and call.replaces != call.call_id
    )


def moved_ids(ready: Iterable[Pair], known: Mapping[str, ResultIdentity]) -> set[str]:
    """Ids whose stored recording gets another id now, so that they are free for another one."""
    return {
        old
        for call, recording in ready
        if (old := call.replaces)
        and old != call.call_id
        and (stored := known.get(old))
        and stored.audio_sha256 == recording.audio_sha256
    }


def replaced_calls(
    planned: Collection[str], ready: Collection[Pair], known: Mapping[str, ResultIdentity]
) -> dict[str, str]:
    """By id of a planned call, the stored call whose place its result takes.

    An id that another recording of the source bears by now is kept: its result replaces the stored
    one anyway.
    """
    ids = {call.call_id for call, _ in ready}
    return {
        call.call_id: call.replaces
        for call, _ in ready
        if call.replaces
        and call.call_id in planned
        and call.replaces not in ids
        and call.replaces in known
    }


def clashes(pairs: Sequence[Pair], lake: Lake) -> Iterator[Quarantined]:
    """Other calls under ids of stored calls, each naming both recordings."""
    by_id = {call.call_id: (call, recording) for call, recording in pairs}
    for stored in lake.results(by_id.keys()) if by_id else ():
        call = stored.call
        detail = (
            f"its call_id is that of another call, {name_to_show(stored.recording.path)} of"
            f" {call.started_at:%Y-%m-%d %H:%M}; give it an id of its own, or add `replaces:"
            f" {call.call_id}` to its metadata if it is that call"
        )
        yield _duplicate(by_id[call.call_id], detail)


def _duplicate(pair: Pair, detail: str) -> Quarantined:
    call, recording = pair
    return Quarantined(
        item=str(recording.path),
        call_id=call.call_id,
        reason=QuarantineReason.DUPLICATE,
        detail=detail,
    )


def make_way(
    replaced: Mapping[str, str], lake: Lake, settings: Settings, calls: Sequence[Call]
) -> None:
    """Before results are stored, remove the calls that they replace, and copies at other paths.

    Args:
        replaced: By id of a call, the stored call that it replaces on purpose.
        lake: Where the results will be.
        settings: Of the home.
        calls: The calls of the results, whose redacted copies are written.
    """
    call_ids = [call.call_id for call in calls]
    remove_stored([replaced[one] for one in call_ids if one in replaced], lake, settings)
    days = lake.index.days_of(call_ids)
    for call in calls:
        settings.audio.remove_others(call, days.get(call.call_id, ()))


def remove_stored(call_ids: Collection[str], lake: Lake, settings: Settings) -> None:
    """Remove the results, pages and redacted copies of stored calls.

    The result goes last: what is interrupted is completed by the next run.
    """
    if not call_ids:
        return
    for call_id in call_ids:
        settings.site.remove_call(call_id)
        settings.audio.remove(call_id)
    remove_calls(lake, call_ids)
