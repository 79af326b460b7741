"""The flag lists of a run: for each supervisor one page and one CSV file, and an index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from warehouse.files import replace_atomically
from warehouse.reports.calls.markup import CallMarkup
from warehouse.reports.flags.csv_file import flag_csv
from warehouse.reports.flags.json_file import flag_json
from warehouse.reports.site.layout import file_stem, link
from warehouse.reports.site.render import render
from warehouse.reports.site.translation import language, reads_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from warehouse.reports.flags.records import RunNight, SupervisorNight
    from warehouse.reports.site.layout import Site
    from warehouse.reports.site.translation import Language

CAP = 20
"""Flags that a list holds: as many as a person can hear in a morning."""

SAMPLE_SIZE = 3
"""Calls drawn at random beside the flags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagListFile:
    """A written list.

    Attributes:
        supervisor_id: Whose it is.
        supervisor_name: For people.
        html: The page.
        csv: The same rows for a spreadsheet.
        mail: The page as a mail shows it.
        json: The list for programs; written last, so where it is, the others are.
        flag_count: Flags on it.
        left_out_count: Flags beyond the cap; they are in `mart.flag_list`.
    """

    supervisor_id: str
    supervisor_name: str
    html: Path
    csv: Path
    mail: Path
    json: Path
    flag_count: int
    left_out_count: int


class FlagLists:
    """Writes the lists of a night into their folder, with links to the pages of the calls."""

    def __init__(
        self,
        folder: Path,
        site: Site,
        reader: Callable[[str], str] = reads_source,
        pages_url: str | None = None,
    ) -> None:
        """Prepare to write.

        Args:
            folder: Of this night's lists; made if missing.
            site: Where the pages of calls and agents are.
            reader: The language of a supervisor.
            pages_url: Where readers find the home folder, for the links in mails; None for none.
        """
        self._folder = folder
        self._site = site
        self._reader = reader
        self._pages_url = pages_url

    def write(self, run: RunNight | None, nights: Sequence[SupervisorNight]) -> list[FlagListFile]:
        """Write everybody's list and an `index.html` that links them."""
        self._folder.mkdir(parents=True, exist_ok=True)
        written = [self._write(night, run) for night in nights]
        lists = [(night, file.html.name) for night, file in zip(nights, written, strict=True)]
        page = render(
            "index.html", self._reader(""), run=run, lists=lists, overview=self._overview()
        )
        replace_atomically(self._folder / "index.html", page)
        return written

    def files(self, nights: Iterable[SupervisorNight]) -> list[FlagListFile]:
        """Where the lists are, written or not."""
        return [self._file(night) for night in nights]

    def _write(self, night: SupervisorNight, run: RunNight | None) -> FlagListFile:
        file, reader = self._file(night), self._reader(night.supervisor_id)
        subject = subject_of(night, language(reader))
        page = render(
            "flag_list.html",
            reader,
            CallMarkup,
            run=run,
            night=night,
            csv_name=file.csv.name,
            call_link=self._call_link,
            agent_link=self._agent_link,
            overview=self._overview(),
        )
        mail = render(
            "mail.html",
            reader,
            run=run,
            night=night,
            subject=subject,
            call_link=self._call_url,
            page_link=self._url("lists", self._folder.name.removesuffix(".tmp"), file.html.name),
        )
        replace_atomically(file.html, page)
        replace_atomically(file.csv, flag_csv(night, language(reader)))
        replace_atomically(file.mail, mail)
        replace_atomically(file.json, flag_json(night, run, subject, language(reader)))
        return file

    def _file(self, night: SupervisorNight) -> FlagListFile:
        stem = file_stem(night.supervisor_id)
        return FlagListFile(
            supervisor_id=night.supervisor_id,
            supervisor_name=night.supervisor_name,
            html=self._folder / f"{stem}.html",
            csv=self._folder / f"{stem}.csv",
            mail=self._folder / f"{stem}.mail.html",
            json=self._folder / f"{stem}.json",
            flag_count=len(night.flags),
            left_out_count=night.left_out_count,
        )

    def _call_link(self, call_id: str, call_date: date) -> str:
        return link(self._site.call(call_id, call_date), self._page)

    def _agent_link(self, agent_id: str) -> str | None:
        """Agents whose calls are all older than four weeks have no page."""
        page = self._site.agent(agent_id)
        return link(page, self._page) if page.exists() else None

    def _call_url(self, call_id: str, call_date: date) -> str | None:
        """For mails, from which no relative link leads anywhere."""
        return self._url(*self._site.call(call_id, call_date).relative_to(self._site.root).parts)

    def _url(self, *parts: str) -> str | None:
        if not self._pages_url:
            return None
        return "/".join([self._pages_url.rstrip("/"), *(quote(part) for part in parts)])

    def _overview(self) -> str:
        return link(self._site.index, self._page)

    @property
    def _page(self) -> Path:
        """Any page of the folder: links are relative to it."""
        return self._folder / "index.html"


def subject_of(night: SupervisorNight, locale: Language) -> str:
    """A list in one line, as the subject of a mail."""
    if not night.flags:
        return locale.text("Nothing to hear")
    count = night.flagged_call_count
    return locale.plural("%(num)s call to hear", "%(num)s calls to hear", count) % {"num": count}
