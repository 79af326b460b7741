"""The table of all places in the documents; `python -m flows.governance.data_flow` writes it."""

from __future__ import annotations

from pathlib import Path

from flows.governance.erasure.places import PLACES, Removal

DOCUMENT = Path(__file__).parent / "docs" / "data-flow.md"
BEGIN, END = "<!-- places: written by flows.governance.data_flow -->\n", "<!-- end of places -->\n"

ENCRYPTED = {"results", "uploads", "snapshots", "batches"}
"""Places whose Parquet and DuckDB files, and messages, are encrypted if there is a key."""
ENCRYPTED_WHOLE = {"redacted audio"}

_REMOVAL = {
    Removal.ROWS: "its rows",
    Removal.FILES: "its files",
    Removal.ANEW: "written anew without it",
    Removal.NEVER: "never",
}


def table() -> str:
    """One row per place of the registry, as Markdown."""
    rows = [
        "| place | where | what it keeps | class | how a call leaves it | encrypted with a key |",
        "|---|---|---|---|---|---|",
    ]
    for place in PLACES:
        where = ", ".join(f"`{path}`" for path in place.paths)
        removal = f"{_REMOVAL[place.removal]}{place.why and f': {place.why}'}"
        is_encrypted = "tables" if place.name in ENCRYPTED else "no"
        is_encrypted = "yes" if place.name in ENCRYPTED_WHOLE else is_encrypted
        cells = (place.name, where, place.keeps, place.retention, removal, is_encrypted)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def with_table(text: str) -> str:
    """A document with the table as it is now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
