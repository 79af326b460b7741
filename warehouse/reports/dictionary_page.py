"""The data dictionary for a browser."""

from __future__ import annotations

from warehouse.query.dictionary import fresh_relations
from warehouse.reports.site.render import render


def dictionary_page() -> bytes:
    """Every relation and column with its comment, in one file."""
    return render("dictionary.html", relations=fresh_relations())
