"""Originals with card data: deletion on request, and the certificate of those that are gone."""

from __future__ import annotations

import hashlib
import io
import json
from enum import StrEnum
from html import escape
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flows.errors import FlowsError
from flows.governance.audit import Act, Outcome, entries, record
from flows.governance.holds import holds_of
from flows.sources.centre.found_files import Locator
from flows.sources.centre.key import HomeKey
from flows.sources.day_folder import DAY
from flows.stores.listed import listed
from warehouse.files import replace_atomically, sha256_of
from warehouse.query.kept_paths import card_originals
from warehouse.query.reader import open_snapshot
from warehouse.spreadsheets import write_csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.governance.audit_check import Entry
    from flows.settings.centre import Settings
    from warehouse.query.kept_paths import CardOriginal


class State(StrEnum):
    """What becomes of an original."""

    DELETABLE = "deletable"
    GONE = "gone"
    HELD = "held"  # by a legal hold
    CHANGED = "changed"  # it is not the file that was evaluated
    OUTSIDE = "outside"  # not a file in the source folder itself
    IN_STORE = "in_store"  # by URL: delete it there


class Candidate(NamedTuple):
    """An original with card data.

    Attributes:
        original: The recording.
        state: What becomes of it.
        files: Its file, or its two files.
    """

    original: CardOriginal
    state: State
    files: tuple[Path, ...] = ()


def candidates(settings: Settings) -> list[Candidate]:
    """Every original with card data, and whether it may be deleted.

    Raises:
        FlowsError: The key is another one than that which hid the names.
        WarehouseError: Nothing is published yet.
    """
    with open_snapshot(settings.warehouse) as snapshot:
        found = card_originals(snapshot)
    locate = Locator(HomeKey(settings.home), listed)
    root = _source_root(settings)
    held = holds_of(settings).of_all(found)
    return [_candidate(one, locate, root, is_held=one.call_id in held) for one in found]


def delete(settings: Settings, chosen: Sequence[Candidate]) -> int:
    """Delete originals that may be; each is looked at again, and told in the audit trail.

    Returns:
        Number of deleted originals.
    """
    root, count = _source_root(settings), 0
    for one in chosen:
        facts = {"calls": (one.original.call_id,), "files": (one.original.audio_sha256,)}
        if one.state is State.DELETABLE and _state(one.original, one.files, root) is one.state:
            record(settings.home, Act.ORIGINALS_DELETED, outcome=Outcome.PLANNED, **facts)
            for file in one.files:
                file.unlink()
            record(settings.home, Act.ORIGINALS_DELETED, **facts)
            count += 1
    return count


def write_certificate(settings: Settings, page: Path) -> int:
    """Write the certificate of the originals with card data that are gone, as HTML and as CSV.

    Args:
        settings: Settings of the centre.
        page: The page; the table gets its name with `.csv`.

    Returns:
        Number of originals on it.

    Raises:
        FlowsError: The page would not be a file of HTML.
        WarehouseError: Nothing is published yet.
    """
    if page.suffix != ".html":
        raise FlowsError(f"{page}: expected a name that ends in .html; the CSV gets the same name")
    with open_snapshot(settings.warehouse) as snapshot:
        found = card_originals(snapshot)
    trail = list(entries(settings.home))
    rows = _rows(settings, found, trail)
    seal = (trail[-1].number, trail[-1].hash) if trail else (0, "")
    text = io.StringIO()
    write_csv(text, _HEADS, rows)
    replace_atomically(page.with_suffix(".csv"), text.getvalue().encode("utf-8-sig"))
    replace_atomically(page, _page(rows, len(found) - len(rows), seal).encode())
    return len(rows)


def _rows(
    settings: Settings, found: Sequence[CardOriginal], trail: Sequence[Entry]
) -> list[tuple[object, ...]]:
    """The rows of the certificate: the originals that a run has missed."""
    days: dict[str, str] = {}
    for site in settings.site.everywhere():
        if site.deleted_originals.exists():
            days |= json.loads(site.deleted_originals.read_bytes())
    by_file = {
        sha256: f"{entry.by}, {entry.at[:10]}, entry {entry.number}"
        for entry in trail
        if entry.act == Act.ORIGINALS_DELETED and entry.facts["outcome"] == Outcome.DONE
        for sha256 in entry.facts["files"]
    }
    return [
        (
            one.call_date,
            Path(one.kept_path).name,
            one.audio_sha256,
            one.found_at and f"{one.found_at:%Y-%m-%d}",
            days[one.kept_path],
            by_file.get(one.audio_sha256, "missed by the run of that day"),
        )
        for one in found
        if one.kept_path in days
    ]


_HEADS = ("call_date", "recording", "sha256", "found_on", "gone_on", "confirmed_by")


def _page(rows: Sequence[tuple[object, ...]], left: int, seal: tuple[int, str]) -> str:
    def line(tag: str, cells: Sequence[object]) -> str:
        inner = "".join(f"<{tag}>{escape(str(cell or ''))}</{tag}>" for cell in cells)
        return f"<tr>{inner}</tr>"

    body = "\n".join(line("td", row) for row in rows)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Deleted recordings with card data</title>
<style>body{{font:14px sans-serif}}td,th{{padding:2px 8px;text-align:left}}</style></head><body>
<h1>Deleted recordings with card data</h1>
<p>{len(rows)} recordings were where they were recorded, and are gone; {left} are not gone, or
cannot be seen. Copies in other places were not looked for.</p>
<p>Audit trail: {seal[0]} entries, last hash <code>{escape(seal[1])}</code>;
<code>callqa audit verify</code> checks it.</p>
<table><thead>{line("th", [head.replace("_", " ") for head in _HEADS])}</thead><tbody>
{body}
</tbody></table></body></html>
"""


def _candidate(one: CardOriginal, locate: Locator, root: Path, *, is_held: bool) -> Candidate:
    path = locate(one.kept_path)
    if path is None:
        raise FlowsError("customers.key is not the key that hid the names; restore it")
    files = tuple(map(Path, locate.files(path)))
    if not files:
        return Candidate(one, State.GONE)
    if "://" in path:
        return Candidate(one, State.IN_STORE)
    if is_held:
        return Candidate(one, State.HELD, files)
    return Candidate(one, _state(one, files, root), files)


def _state(one: CardOriginal, files: tuple[Path, ...], root: Path) -> State:
    if not all(file.resolve().parent == file.parent.resolve() for file in files):
        return State.OUTSIDE  # a link
    if not all(file.resolve().is_relative_to(root) for file in files):
        return State.OUTSIDE
    try:
        hashes = [sha256_of(file) for file in files]
    except OSError:
        return State.GONE
    found = hashes[0]
    if len(hashes) > 1:  # as of two sides, `flows.sources.opening` computes it
        found = hashlib.sha256("".join(hashes).encode()).hexdigest()
    return State.DELETABLE if found == one.audio_sha256 else State.CHANGED


def _source_root(settings: Settings) -> Path:
    """The source, or the folder of its day folders."""
    return Path(*takewhile(lambda part: DAY not in part, settings.source.parts)).resolve()
