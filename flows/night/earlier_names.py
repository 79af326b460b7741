"""Names of files that runs of earlier versions kept as they were."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flows.publishing import erase_from_lake, publish_anew
from warehouse.errors import DuckLakeError
from warehouse.files import replace_atomically

if TYPE_CHECKING:
    from flows.settings.centre import Settings
    from flows.sources.centre.kept_names import KeptNames
    from warehouse.lake.lake import Lake

_BEGUN, _DONE = b"begun", b"done"


def hide_earlier_names(settings: Settings, lake: Lake, names: KeptNames) -> None:
    """Hide what is personal in the names of items that earlier runs quarantined; once a lake.

    No call is evaluated again for it. Where a record changes, the warehouse is published anew,
    since the snapshots have the names, too. Pages and lists of earlier nights stay as they are.

    Args:
        settings: Settings of the centre.
        lake: Its lake; a mark in it says that this is done, so that a restored one is done again.
        names: What is kept of names.
    """
    mark = lake.root / "names-hidden"
    state = mark.read_bytes() if mark.exists() else b""
    runs = [] if state == _DONE else lake.runs()
    if not runs:
        return
    for stored in runs:
        run = stored.run
        kept = names.of_source(Path(run.source)).quarantined(run.quarantined)
        if kept == run.quarantined:
            continue
        if state != _BEGUN:  # a crash before the publication must not leave the old snapshots
            replace_atomically(mark, state := _BEGUN)
        changed = stored.model_copy(update={"run": run.model_copy(update={"quarantined": kept})})
        path = lake.root / "run" / f"{run.run_id}.json"
        replace_atomically(path, changed.model_dump_json(indent=1).encode())
    if state == _BEGUN:
        publish_anew(settings, lake)
        try:
            erase_from_lake(settings)
        except DuckLakeError:
            return  # the publication of this run says why; the next run tries again
    replace_atomically(mark, _DONE)
