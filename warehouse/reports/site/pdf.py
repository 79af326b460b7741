"""A page as a PDF: set by WeasyPrint from the same page and style sheet, without any network."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING

from warehouse.errors import WarehouseError

if TYPE_CHECKING:
    from types import ModuleType

_MISSING = (
    "a PDF needs the system library Pango; on Debian and Ubuntu install libpango-1.0-0,"
    " libpangoft2-1.0-0 and libharfbuzz-subset0. The page itself can be printed from any browser"
)


def can_set_type() -> bool:
    """Whether this machine has what a PDF needs."""
    try:
        require_paper()
    except WarehouseError:
        return False
    return True


def require_paper() -> None:
    """Make sure that a PDF can be made.

    Raises:
        WarehouseError: It cannot; says what is missing.
    """
    _library()


def pdf_of(page: bytes, base_url: str | None = None) -> bytes:
    """Set a page on paper.

    Args:
        page: A page of ours: style inside, nothing to fetch.
        base_url: Where readers find the page, for its links; None leaves the links out.

    Raises:
        WarehouseError: The libraries that set type are missing; says which.
    """
    library = _library()
    nowhere = library.urls.URLFetcher(allowed_protocols=())
    document = library.HTML(
        string=page.decode(), base_url=base_url, url_fetcher=nowhere, encoding="utf-8"
    )
    pdf: bytes = document.write_pdf(pdf_tags=True)
    return pdf


def _library() -> ModuleType:
    """WeasyPrint, whose import loads Pango, which a machine that never prints need not have."""
    try:
        library = import_module("weasyprint")
    except OSError:
        raise WarehouseError(_MISSING) from None
    # It tells of every property that paper does not have; no reader can do anything about it.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    return library
