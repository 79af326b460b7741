"""Removal of calls from every place of a home folder, as the registry of places says."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flows.desk.erased_rows import erase_rows
from flows.governance.erasure.places import PLACES, Place, Removal, files_below, place_of
from flows.sources.duplicates import remove_stored
from warehouse.files import replace_atomically
from warehouse.lake.index.upload_removal import remove_upload_rows
from warehouse.lake.lake import Lake
from warehouse.lake.manifest import read_record
from warehouse.lake.records import StoredRun
from warehouse.lake.removal import sweep
from warehouse.snapshot.deleted_originals import record_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flows.governance.erasure.subject import Owned
    from flows.governance.erasure.traces import Traces
    from flows.settings.centre import Settings
    from models.call import Quarantined

_WHOLE = ("index of results", "snapshots", "known files", "batches", "search", "pages of agents")
_OWN_WAY = ("results", "uploads", "runs", "uploaded files", "desk")


def remove_everywhere(settings: Settings, owned: Owned) -> Counter[str]:
    """Remove what is owned from every place; what is derived is to be published afterwards.

    The results go last, so that what is interrupted is found again.

    Returns:
        What was removed, by name of the place: files, or rows where others stay.
    """
    lake = Lake(settings.lake, settings.time_zone)
    removed: Counter[str] = Counter()
    traces = owned.traces
    removed["uploads"] = remove_upload_rows(
        lake, {"call_id": owned.calls, "contact_id": owned.contacts, "agent_id": owned.agents}
    )
    removed["desk"] = erase_rows(settings.home, traces.are_in)
    removed["runs"] = sum(_clean_run(path, owned) for path in _runs(lake))
    removed["uploaded files"] = sum(
        _clean_lines(path, traces) for path in _files_of(settings.home, "uploaded files")
    )
    _clean_missed(settings, traces)
    for place in PLACES:
        if place.name in _OWN_WAY or place.removal is Removal.NEVER:
            continue
        files = _to_delete(settings.home, place, traces)
        removed[place.name] = len(files)
        for path in files:
            path.unlink(missing_ok=True)
    removed["results"] = len(owned.calls)
    remove_stored(sorted(owned.calls), lake, settings)
    sweep(lake)
    _remove_copies_of_damage(settings, traces)
    _remove_index(lake)
    return removed


def _to_delete(home: Path, place: Place, traces: Traces) -> list[Path]:
    files = list(_files_of(home, place.name))
    if place.name in _WHOLE:
        return files
    if place.name == "redacted audio":  # of sound only the name tells whose it is
        return [path for path in files if traces.are_in(path.name.encode())]
    return with_siblings(traces.files_with(files))


def _files_of(home: Path, name: str) -> Iterator[Path]:
    for path in files_below(home):
        place = place_of(home, path)
        if place and place.name == name and path.name != ".lock":
            yield path


def with_siblings(files: list[Path]) -> list[Path]:
    """The files, and the same list or page in other formats beside them."""
    found = dict.fromkeys(files)
    for path in files:
        stem = path.name.split(".")[0]
        if path.parent.parent.name in {"lists", "alerts"} or path.parent.name == "reports":
            found |= dict.fromkeys(
                one for one in path.parent.iterdir() if one.name.split(".")[0] == stem
            )
    return list(found)


def _runs(lake: Lake) -> list[Path]:
    return sorted((lake.root / "run").glob("*.json"))


def _clean_run(path: Path, owned: Owned) -> int:
    """Leave quarantined items of the calls out of the record of a run; returns how many."""
    stored, traces = read_record(path, StoredRun), owned.traces

    def is_theirs(item: Quarantined) -> bool:
        return item.call_id in owned.calls or traces.are_in(item.item.encode())

    kept = [item for item in stored.run.quarantined if not is_theirs(item)]
    clean = tuple(_without_names(item, owned) for item in kept)
    count = len(stored.run.quarantined) - len(kept)
    if clean != stored.run.quarantined:
        # What was seen is the sum of what became of it.
        seen_count = stored.run.seen_count - count
        run = stored.run.model_copy(update={"quarantined": clean, "seen_count": seen_count})
        new = stored.model_copy(update={"run": run})
        replace_atomically(path, new.model_dump_json(indent=1).encode())
    return count


def _without_names(item: Quarantined, owned: Owned) -> Quarantined:
    """An item of another call, whose detail may name one of the calls."""
    if not owned.traces.are_in(item.detail.encode()):
        return item
    [detail] = owned.left_out_of([item.detail])
    return type(item)(item=item.item, call_id=item.call_id, reason=item.reason, detail=detail)


def _clean_lines(path: Path, traces: Traces) -> int:
    """Leave the rows of the calls out of a CSV file, or their lines; returns how many."""
    content = path.read_bytes()
    if not traces.are_in(content):
        return 0
    text = content.decode(errors="surrogateescape")
    if path.suffix.lower() == ".csv":
        rows = list(csv.reader(io.StringIO(text)))
        kept = [row for row in rows if not traces.are_in(json.dumps(row).encode())]
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(kept)
        new, count = out.getvalue(), len(rows) - len(kept)
    else:
        lines = text.splitlines(keepends=True)
        left = [line for line in lines if not traces.are_in(line.encode(errors="surrogateescape"))]
        new, count = "".join(left), len(lines) - len(left)
    replace_atomically(path, new.encode(errors="surrogateescape"))
    return count


def _clean_missed(settings: Settings, traces: Traces) -> None:
    """Leave the recordings out of the file of days on which originals were missed first."""
    records = [site.deleted_originals for site in settings.site.everywhere()]
    for path in (*records, record_of(Lake(settings.lake, settings.time_zone))):
        with suppress(FileNotFoundError, ValueError):
            known: dict[str, Any] = json.loads(path.read_bytes())
            kept = {name: day for name, day in known.items() if not traces.are_in(name.encode())}
            if kept != known:
                replace_atomically(path, json.dumps(kept).encode())


def _remove_copies_of_damage(settings: Settings, traces: Traces) -> None:
    """Remove what `callqa repair` has put aside and that names the calls, or cannot be read."""
    aside = [path for path in files_below(settings.home) if ".damaged-" in path.name]
    for path in traces.files_with(aside):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _remove_index(lake: Lake) -> None:
    """Remove the index, whose freed pages hold what was deleted; the next query writes it again."""
    for path in lake.root.glob("index.sqlite*"):
        path.unlink()
