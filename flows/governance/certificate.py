"""The certificate of originals that are gone: a page and a table, with the seal of the trail."""

from __future__ import annotations

import io
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import FlowsError
from flows.governance.audit import Act, Outcome, entries
from flows.governance.originals import UNPROVEN, known_originals
from warehouse.files import replace_atomically
from warehouse.query.kept_paths import originals
from warehouse.query.reader import open_snapshot
from warehouse.spreadsheets import write_csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.governance.audit_check import Entry
    from flows.settings.centre import Settings
    from warehouse.query.kept_paths import Original

_HEADS = (
    "call_date",
    "recording",
    "sha256",
    "found_on",
    "gone_on",
    "confirmed_by",
    "has_card_data",
    "is_copy_proven",
)
_CARD_DATA = _HEADS.index("has_card_data")
_Row = tuple[object, ...]


def write_certificate(settings: Settings, page: Path, audience: str | None = None) -> int:
    """Write the certificate of the originals that are gone, as HTML and as CSV.

    Args:
        settings: Settings of the centre.
        page: The page; the table gets its name with `.csv`.
        audience: Whose calls it names, with the restricted ones if they may see them; None for
            everybody, where restricted calls are only counted.

    Returns:
        Number of originals on it.

    Raises:
        FlowsError: The page would not be a file of HTML, or there is no such audience.
        WarehouseError: Nothing is published yet.
    """
    if page.suffix != ".html":
        raise FlowsError(f"{page}: expected a name that ends in .html; the CSV gets the same name")
    trail = list(entries(settings.home))
    with open_snapshot(_warehouse_of(settings, audience)) as snapshot:
        found = originals(snapshot)
    behind = [] if audience else known_originals(settings.site.restricted.root / "warehouse")
    rows, others = _rows(found, trail), _rows(behind, trail)
    seal = (trail[-1].number, trail[-1].hash) if trail else (0, "")
    text = io.StringIO()
    write_csv(text, _HEADS, rows)
    replace_atomically(page.with_suffix(".csv"), text.getvalue().encode("utf-8-sig"))
    told = [_counted("recordings", rows, found)]
    if behind:
        told.append(
            _counted("recordings of restricted calls", others, behind)
            + " The certificate of an audience that may see them names these."
        )
    replace_atomically(page, _page(rows, told, seal).encode())
    return len(rows)


def _warehouse_of(settings: Settings, audience: str | None) -> Path:
    if audience is None:
        return settings.warehouse
    folders = {site.root.name: site.root for site in settings.site.audiences()}
    if audience not in folders:
        names = ", ".join(sorted(folders)) or "none; set CALLQA_AUDIENCES"
        raise FlowsError(f"{audience}: no such audience; expected one of: {names}")
    return folders[audience] / "warehouse"


def _rows(found: Sequence[Original], trail: Sequence[Entry]) -> list[_Row]:
    """The originals with card data that a run has missed, and others that a command deleted."""
    by_file = {
        sha256: entry
        for entry in trail
        if entry.act == Act.ORIGINALS_DELETED and entry.facts["outcome"] == Outcome.DONE
        for sha256 in entry.facts["files"]
    }
    rows: list[_Row] = []
    for one in found:
        entry = by_file.get(one.audio_sha256)
        if one.has_card_data and not one.deleted_on:
            continue
        if not one.has_card_data and not (entry and UNPROVEN in entry.facts.get("why", ())):
            continue
        rows.append(
            (
                one.call_date,
                Path(one.recording_path).name,
                one.audio_sha256,
                one.found_at and f"{one.found_at:%Y-%m-%d}",
                one.deleted_on or (entry and entry.at[:10]),
                f"{entry.by}, {entry.at[:10]}, entry {entry.number}"
                if entry
                else "missed by the run of that day",
                "yes" if one.has_card_data else "no",
                "yes" if one.is_copy_proven else "no",
            )
        )
    return rows


def _counted(what: str, rows: Sequence[_Row], found: Sequence[Original]) -> str:
    gone = sum(row[_CARD_DATA] == "yes" for row in rows)
    left = sum(one.has_card_data for one in found) - gone
    return (
        f"{gone} {what} with card data were where they were recorded, and are gone; {left} are not"
        f" gone, or cannot be seen. {len(rows) - gone} more without known card data were deleted"
        " by command, though their redacted copies had not been proven."
    )


def _page(rows: Sequence[_Row], told: Sequence[str], seal: tuple[int, str]) -> str:
    def line(tag: str, cells: Sequence[object]) -> str:
        inner = "".join(f"<{tag}>{escape(str(cell or ''))}</{tag}>" for cell in cells)
        return f"<tr>{inner}</tr>"

    def table(title: str, some: Sequence[_Row]) -> str:
        body = "\n".join(line("td", row) for row in some)
        heads = line("th", [head.replace("_", " ") for head in _HEADS])
        return f"<h2>{title}</h2>\n<table><thead>{heads}</thead><tbody>\n{body}\n</tbody></table>"

    with_card = [row for row in rows if row[_CARD_DATA] == "yes"]
    without = [row for row in rows if row[_CARD_DATA] == "no"]
    tables = [table("With card data", with_card)]
    tables += [table("Without known card data, copy not proven", without)] if without else []
    counts, listed = "".join(f"<p>{escape(one)}</p>\n" for one in told), "\n".join(tables)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Deleted recordings with card data</title>
<style>body{{font:14px sans-serif}}td,th{{padding:2px 8px;text-align:left}}</style></head><body>
<h1>Deleted recordings with card data</h1>
{counts}<p>Copies in other places were not looked for.</p>
<p>Audit trail: {seal[0]} entries, last hash <code>{escape(seal[1])}</code>;
<code>callqa audit verify</code> checks it.</p>
{listed}
</body></html>
"""
