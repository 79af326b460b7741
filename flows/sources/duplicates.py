"""Recordings and call ids that a source, or the lake, holds already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.call import Quarantined, QuarantineReason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from flows.sources.folder import Pair


def split_duplicates(
    matched: Sequence[Pair], known_audio: Mapping[str, str]
) -> tuple[tuple[Pair, ...], tuple[Quarantined, ...]]:
    """Keep the first of equal recordings and of equal call ids, and quarantine the others."""
    owner_of_audio = {audio: call_id for call_id, audio in known_audio.items()}
    path_of_call: dict[str, Path] = {}
    ready: list[Pair] = []
    copies: list[Quarantined] = []
    for call, recording in sorted(matched, key=lambda pair: (pair[0].started_at, pair[0].call_id)):
        owner = owner_of_audio.setdefault(recording.audio_sha256, call.call_id)
        if call.call_id in path_of_call:
            detail = (
                f"its call_id is already used by {path_of_call[call.call_id].name}; use another one"
            )
        elif owner != call.call_id:
            detail = f"the same recording as call {owner}; delete one of the two"
        else:
            path_of_call[call.call_id] = recording.path
            ready.append((call, recording))
            continue
        copies.append(
            Quarantined(
                item=str(recording.path),
                call_id=call.call_id,
                reason=QuarantineReason.DUPLICATE,
                detail=detail,
            )
        )
    return tuple(ready), tuple(copies)
