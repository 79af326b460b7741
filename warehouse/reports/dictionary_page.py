"""The data dictionary for a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.query.dictionary import fresh_relations
from warehouse.reports.site.catalogue import SOURCE_LANGUAGE
from warehouse.reports.site.render import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warehouse.query.dictionary import Relation


def dictionary_page(
    relations: Sequence[Relation] | None = None,
    reader: str = SOURCE_LANGUAGE,
    overview: str | None = None,
) -> bytes:
    """Every relation and column with its comment, in one file with a filter.

    Args:
        relations: The relations; None for those of the SQL files.
        reader: Language of the page; the comments are English.
        overview: URL of the overview, if there is one.
    """
    known = fresh_relations() if relations is None else relations
    return render("dictionary.html", reader, relations=known, overview=overview)
