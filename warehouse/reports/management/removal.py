"""Removal of calls from written reports, whose figures stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from warehouse.files import replace_atomically
from warehouse.reports.site.pdf import can_set_type, pdf_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_SHOWN_CALLS = re.compile(
    r'<ul class="clips">.*?</ul>|<span class="small">(?:(?!</span>).)*?</span>', re.DOTALL
)
_CALL_LINK = re.compile(r'calls/\d{4}-\d\d-\d\d/([^"#?]+)\.html')


def remove_calls_from_report(report: Path, stems: Collection[str]) -> None:
    """Remove the passages and links of calls from a report, and from its PDF.

    Args:
        report: The page.
        stems: Names of the calls' files, as `call_file_stem` makes them.
    """

    def without(found: re.Match[str]) -> str:
        shown = set(map(unquote, _CALL_LINK.findall(found[0])))
        return found[0] if shown.isdisjoint(stems) else ""

    page = _SHOWN_CALLS.sub(without, report.read_text(encoding="utf-8")).encode()
    replace_atomically(report, page)
    pdf = report.with_suffix(".pdf")
    if pdf.exists() and can_set_type():
        replace_atomically(pdf, pdf_of(page))
    else:
        pdf.unlink(missing_ok=True)
