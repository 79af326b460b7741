"""PDF output: WeasyPrint renders the same page and style sheet, without network access."""

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
    """Whether the libraries for PDF output are installed."""
    try:
        require_paper()
    except WarehouseError:
        return False
    return True


def require_paper() -> None:
    """Check that PDF output is possible.

    Raises:
        WarehouseError: A library is missing; names it.
    """
    _library()


def pdf_of(page: bytes, base_url: str | None = None) -> bytes:
    """Render a page as PDF.

    Args:
        page: A self-contained page.
        base_url: URL of the page, for its links; None omits the links.

    Raises:
        WarehouseError: A library is missing; names it.
    """
    library = _library()
    nowhere = library.urls.URLFetcher(allowed_protocols=())
    document = library.HTML(
        string=page.decode(), base_url=base_url, url_fetcher=nowhere, encoding="utf-8"
    )
    pdf: bytes = document.write_pdf(pdf_tags=True)
    return pdf


def _library() -> ModuleType:
    """WeasyPrint, imported late since it loads Pango, which is optional."""
    try:
        library = import_module("weasyprint")
    except OSError:
        raise WarehouseError(_MISSING) from None
    # It warns of every CSS property that it does not support, which is of no use to readers.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    return library
