"""Which calls are recognised together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.call import Call, Recording

GROUP_S = 1800.0
"""Duration of the recordings in memory at a time: 115 MB in stereo."""


def groups(
    calls: Iterable[tuple[Call, Recording]],
) -> Iterator[list[tuple[Call, Recording]]]:
    """Group consecutive calls whose samples fit into memory; a long call is a group of its own."""
    group: list[tuple[Call, Recording]] = []
    group_s = 0.0
    for call, recording in calls:
        if group and group_s + recording.duration_s > GROUP_S:
            yield group
            group, group_s = [], 0.0
        group.append((call, recording))
        group_s += recording.duration_s
    if group:
        yield group
