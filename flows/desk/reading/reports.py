"""The management reports of a home folder, as the desk shows them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple

from warehouse.errors import WarehouseError
from warehouse.reports.site.period import Period, period_named

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.reports.site.layout import Site

_NEVER = frozenset({"script", "style", "iframe", "object", "embed", "form", "link", "meta", "base"})
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class Kept(NamedTuple):
    """A report that was written.

    Attributes:
        period: Its week or month.
        page: The page.
        pdf: The same on paper; None where no run could set it.
    """

    period: Period
    page: Path
    pdf: Path | None


def reports_of(site: Site) -> list[Kept]:
    """The reports that there are, the latest first."""
    names = {path.stem for path in site.management.glob("*.html")}
    found = [one for name in names if (one := report_named(site, name))]
    return sorted(found, key=lambda one: (one.period.last_date, one.period.name), reverse=True)


def report_named(site: Site, name: str) -> Kept | None:
    """The report of a week or a month; None if there is none of exactly this name."""
    try:
        period = period_named(name)
    except WarehouseError:
        return None
    page = site.report(period.name)  # a name of ours, whatever was asked for
    if period.name != name or not page.is_file():
        return None
    pdf = page.with_suffix(".pdf")
    return Kept(period, page, pdf if pdf.is_file() else None)


class Inside(HTMLParser):
    """What is in the `main` of a page, without its links to pages that the desk does not serve.

    Attributes:
        language: Language of the page.
    """

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__(convert_charrefs=False)
        self.language = "en"
        self._out: list[str] = []
        self._inside = False
        self._left_out: str | None = None
        self._links: list[bool] = []
        self.feed(page)
        self.close()

    @property
    def markup(self) -> str:
        """The content."""
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag, but for links elsewhere."""
        given = dict(attrs)
        if tag == "html" and _LANGUAGE.fullmatch(given.get("lang") or ""):
            self.language = given["lang"] or ""
        if tag == "main":
            self._inside = True
        elif self._inside and not self._left_out:
            if tag in _NEVER:
                self._left_out = tag if tag not in {"link", "meta", "base", "embed"} else None
                return
            if tag == "a":
                self._links.append((given.get("href") or "").startswith("#"))
                if not self._links[-1]:
                    return
            self._out.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an empty tag."""
        if tag not in _NEVER and tag != "a":
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Keep the end of what was kept."""
        if tag == "main":
            self._inside = False
        elif tag == self._left_out:
            self._left_out = None
        elif self._inside and not self._left_out and tag not in _NEVER:
            if tag == "a" and not (self._links and self._links.pop()):
                return
            self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Keep text as it is written."""
        if self._inside and not self._left_out:
            self._out.append(data)

    def handle_entityref(self, name: str) -> None:
        """Keep a named character."""
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Keep a numbered character."""
        self.handle_data(f"&#{name};")
