"""Writing of a run's flag lists: a page, CSV and JSON per supervisor, and an index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from warehouse.files import replace_atomically
from warehouse.reports.calls.markup import CallMarkup
from warehouse.reports.flags.csv_file import flag_csv
from warehouse.reports.flags.json_file import flag_json
from warehouse.reports.site.faults import PageFaults
from warehouse.reports.site.layout import file_stem, link, link_to_copy
from warehouse.reports.site.render import render
from warehouse.reports.site.translation import language, reads_source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from warehouse.audio_folder import AudioFolder
    from warehouse.reports.flags.records import RunNight, SupervisorNight
    from warehouse.reports.site.layout import Site
    from warehouse.reports.site.translation import Language

CAP = 20
"""Maximum number of flags in a list: what a person can review in a morning."""

SAMPLE_SIZE = 3
"""Number of randomly sampled calls in a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagListFile:
    """A written list.

    Attributes:
        supervisor_id: The supervisor who receives it.
        supervisor_name: Name of the supervisor.
        html: The page.
        csv: The same rows as CSV.
        mail: The page for mails.
        json: The list as JSON; written last, so that its existence implies that of the others.
        flag_count: Flags on it.
        left_out_count: Flags beyond the cap, which are only in `mart.flag_list`.
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
        faults: PageFaults | None = None,
        *,
        audio: AudioFolder | None = None,
    ) -> None:
        """Use this folder and site.

        Args:
            folder: Folder of this night's lists; created if missing.
            site: Locations of the pages of calls and agents.
            reader: Returns the language of a supervisor.
            pages_url: URL of the home folder, for the links in mails; None for no links.
            faults: Collects the lists that cannot be written.
            audio: Folder of the redacted copies, for the player of the page; None for no player.
        """
        self._faults = PageFaults() if faults is None else faults
        self._folder = folder
        self._site = site
        self._reader = reader
        self._pages_url = pages_url
        self._audio = audio

    def write(self, run: RunNight | None, nights: Sequence[SupervisorNight]) -> list[FlagListFile]:
        """Write all lists and an `index.html` that links them."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for night in nights:
            self._write_whole(night, run)
        lists = [(night, self._file(night).html.name) for night in self.written(nights)]
        page = render(
            "index.html",
            self._reader(""),
            run=run,
            lists=lists,
            overview=self._overview(),
            open_flags=link(self._site.open_flags, self._page),
        )
        replace_atomically(self._folder / "index.html", page)
        return self.files(nights)

    def written(self, nights: Iterable[SupervisorNight]) -> list[SupervisorNight]:
        """Those whose list is written."""
        return [night for night in nights if self._file(night).json.exists()]

    def files(self, nights: Iterable[SupervisorNight]) -> list[FlagListFile]:
        """The lists that are written."""
        return [self._file(night) for night in self.written(nights)]

    def _write_whole(self, night: SupervisorNight, run: RunNight | None) -> None:
        """Write a list; a call that breaks it is left out, and costs no other call its place."""
        self._faults.written_whole(
            self._file(night).html.name,
            sorted(call_ids_of(night)),
            lambda call_ids: self._write(only(night, call_ids), run),
        )

    def _write(self, night: SupervisorNight, run: RunNight | None) -> None:
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
            audio_link=self._audio_link,
            agent_link=self._agent_link,
            overview=self._overview(),
            open_flags=link(self._site.open_flags_of(night.supervisor_id), self._page),
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

    def _audio_link(self, call_id: str, call_date: date) -> str | None:
        """The redacted copy of a call, if there is one to play."""
        copy = self._audio and self._audio.path_on(call_date, call_id)
        return link_to_copy(copy, self._page) if copy else None

    def _agent_link(self, agent_id: str) -> str | None:
        """Agents whose calls are all older than four weeks have no page."""
        page = self._site.agent(agent_id)
        return link(page, self._page) if page.exists() else None

    def _call_url(self, call_id: str, call_date: date) -> str | None:
        """An absolute link for mails, where relative links do not work."""
        return self._url(*self._site.call(call_id, call_date).relative_to(self._site.root).parts)

    def _url(self, *parts: str) -> str | None:
        if not self._pages_url:
            return None
        return "/".join([self._pages_url.rstrip("/"), *(quote(part) for part in parts)])

    def _overview(self) -> str:
        return link(self._site.index, self._page)

    @property
    def _page(self) -> Path:
        """Any page of the folder, as the base of relative links."""
        return self._folder / "index.html"


def call_ids_of(night: SupervisorNight) -> set[str]:
    """Every call that a list names."""
    return {
        *(flag.call_id for flag in night.flags),
        *(call.call_id for call in night.sample),
        *(call.call_id for of in night.cannot_tells for call in of.calls),
    }


def only(night: SupervisorNight, call_ids: Collection[str]) -> SupervisorNight:
    """A list without the other calls; their flags count as left out."""
    flags = tuple(flag for flag in night.flags if flag.call_id in call_ids)
    return replace(
        night,
        flags=flags,
        left_out_count=night.left_out_count + len(night.flags) - len(flags),
        sample=tuple(one for one in night.sample if one.call_id in call_ids),
        cannot_tells=tuple(
            replace(of, calls=tuple(one for one in of.calls if one.call_id in call_ids))
            for of in night.cannot_tells
        ),
    )


def subject_of(night: SupervisorNight, locale: Language) -> str:
    """The subject line of a list."""
    if not night.flags:
        return locale.text("Nothing to review")
    count = night.flagged_call_count
    return locale.plural("%(num)s call to review", "%(num)s calls to review", count) % {
        "num": count
    }
