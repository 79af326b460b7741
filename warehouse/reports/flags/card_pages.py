"""Pages of the original recordings with card data: one of all months, and one a month."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from warehouse.files import replace_atomically
from warehouse.reports.flags.card_data import card_csv
from warehouse.reports.site.layout import link
from warehouse.reports.site.writer import PageWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date

    from warehouse.reports.calls.security_codes import CodeCounts
    from warehouse.reports.flags.card_data import CardRecording
    from warehouse.reports.site.faults import PageFaults
    from warehouse.reports.site.layout import Site


class Month(NamedTuple):
    """A month of recordings with card data."""

    first_date: date
    page: str
    recordings: Sequence[CardRecording]

    def count(self, state: str) -> int:
        """Recordings in this state."""
        return sum(of.original.state == state for of in self.recordings)


class CardPages(NamedTuple):
    """Writes the pages of recordings with card data.

    Attributes:
        site: Where the pages are.
        reader: Returns the language of a supervisor; an empty id stands for shared pages.
        faults: Collects what cannot be written.
    """

    site: Site
    reader: Callable[[str], str]
    faults: PageFaults

    def write(self, recordings: Sequence[CardRecording], codes: CodeCounts) -> None:
        """Write the page of all months, its spreadsheet, and the pages of months that changed."""
        by_call = {of.call_id: of for of in recordings}
        self.faults.written_whole(
            self.site.card_data.name,
            list(by_call),
            lambda call_ids: self._write([by_call[call_id] for call_id in call_ids], codes),
        )

    def _write(self, recordings: Sequence[CardRecording], codes: CodeCounts) -> None:
        page, csv = self.site.card_data, self.site.card_data.with_suffix(".csv")
        months = self._months(recordings)
        replace_atomically(csv, card_csv(recordings))
        for month in months:
            self._write_month(month)
        self._remove_others({month.page for month in months})
        states = [of.original.state for of in recordings]
        PageWriter(self.site, self.reader).write(
            "card_data.html",
            page,
            months=months,
            there_count=len(recordings) - states.count("deleted"),
            deleted_count=states.count("deleted"),
            codes=codes,
            csv_name=csv.name,
        )

    def _months(self, recordings: Sequence[CardRecording]) -> list[Month]:
        """The months, the latest first."""
        by_month: dict[date, list[CardRecording]] = defaultdict(list)
        for of in recordings:
            by_month[of.call_date.replace(day=1)].append(of)
        return [
            Month(day, link(self.site.card_month(of_month[0].month), self.site.card_data), of_month)
            for day, of_month in sorted(by_month.items(), reverse=True)
        ]

    def _write_month(self, month: Month) -> None:
        """Write the page of a month, unless it has exactly these recordings already."""
        page = self.site.card_month(month.recordings[0].month)
        language = self.reader("")
        state = hashlib.sha256(repr((language, month)).encode()).hexdigest()
        if page.exists() and state in page.read_text(encoding="utf-8"):
            return
        PageWriter(self.site, self.reader).write(
            "card_month.html",
            page,
            month=month,
            card_data=link(self.site.card_data, page),
            types=sorted({one for of in month.recordings for one in of.types}),
            queues=sorted({of.queue for of in month.recordings}),
            state=state,
        )

    def _remove_others(self, pages: Collection[str]) -> None:
        """Remove the pages of months that have no such recording any more."""
        for page in self.site.card_data.with_suffix("").glob("*.html"):
            if link(page, self.site.card_data) not in pages:
                page.unlink()
