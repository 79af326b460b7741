"""Removal of calls that were stored under a wrong id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.lake.removal import remove_calls

if TYPE_CHECKING:
    from collections.abc import Collection

    from flows.settings import Settings
    from warehouse.lake.lake import Lake


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
