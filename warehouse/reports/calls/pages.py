"""Call pages: recording, transcript, findings and scorecards."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from warehouse.reports.calls.human_judgements import UNJUDGED
from warehouse.reports.calls.markup import CallMarkup
from warehouse.reports.calls.timeline import timeline_of
from warehouse.reports.calls.view import (
    evaluation_views,
    finding_groups,
    flagged_words,
    metric_table,
)
from warehouse.reports.site.faults import PageFaults
from warehouse.reports.site.layout import link, link_to_copy
from warehouse.reports.site.render import render
from warehouse.reports.site.rule_texts import RuleTexts
from warehouse.reports.site.terms import METRIC_NAMES
from warehouse.reports.site.translation import reads_source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from datetime import date, datetime

    from qa_rules.results import CallResult
    from warehouse.audio_folder import AudioFolder
    from warehouse.lake.lake import Lake
    from warehouse.reports.calls.human_judgements import CallJudgements
    from warehouse.reports.calls.list_place import ListPlace
    from warehouse.reports.site.faults import PageFault
    from warehouse.reports.site.layout import Site

_AT_ONCE = 200
"""Number of calls whose words are in memory at the same time."""


class CallPages:
    """Writes call pages from a lake."""

    def __init__(
        self,
        lake: Lake,
        site: Site,
        audio: AudioFolder,
        reader: Callable[[str], str] = reads_source,
        judged: Mapping[str, CallJudgements] | None = None,
        places: Mapping[str, ListPlace] | None = None,
    ) -> None:
        """Use this lake and site.

        Args:
            lake: The lake with the results.
            site: Locations of the pages.
            audio: Folder of the redacted copies.
            reader: Returns the language of a supervisor.
            judged: Reviews by call id.
            places: Places in flag lists by call id.
        """
        self._lake = lake
        self._site = site
        self._audio = audio
        self._reader = reader
        self._judged = judged or {}
        self._places = places or {}
        self._zone = ZoneInfo(lake.time_zone)
        self._texts = RuleTexts(lake.catalogues())

    def write(self, calls: Mapping[date, Collection[str]]) -> list[PageFault]:
        """Write the pages of these calls, on all cores if there are many.

        Pages are overwritten, so that they always show the current result.

        Returns:
            The pages that could not be written; an older one is removed.
        """
        for day in calls:
            (self._site.calls / str(day)).mkdir(parents=True, exist_ok=True)
        portions = [
            (day, some) for day, call_ids in calls.items() for some in _portions(sorted(call_ids))
        ]
        cores = min(len(os.sched_getaffinity(0)), len(portions))
        # A process takes longer to start than a portion of pages to write.
        if cores <= 1 or sum(map(len, calls.values())) <= _AT_ONCE:
            return [fault for portion in portions for fault in self.write_portion(*portion)]
        # Not by fork, which the threads of Polars and DuckDB do not survive.
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(cores, spawn, initializer=_begin, initargs=(self,)) as pool:
            return [fault for some in pool.map(_write_portion, portions) for fault in some]

    def write_portion(self, day: date, call_ids: Collection[str]) -> list[PageFault]:
        """Write the pages of some calls of a day; returns those that could not be written."""
        faults = PageFaults()
        attempt = PageFaults()
        with attempt.isolated("all at once"):
            self._write(list(self._lake.results(call_ids, {day})), day, faults)
        for call_id in call_ids if attempt else ():  # the result of one of them cannot be read
            with faults.isolated(self._name(call_id, day)):
                self._write(self._lake.results([call_id], {day}), day, faults)
        return faults

    def _write(self, results: Iterable[CallResult], day: date, faults: PageFaults) -> None:
        for result in results:
            call_id = result.call.call_id
            path = self._site.call(call_id, day)
            with faults.isolated(self._name(call_id, day)):
                path.unlink(missing_ok=True)  # a page of an older result would mislead
                path.write_bytes(self.page(result))

    def _name(self, call_id: str, day: date) -> str:
        return self._site.call(call_id, day).relative_to(self._site.root).as_posix()

    def page(self, result: CallResult) -> bytes:
        """The page of one call."""
        call = result.call
        judged = self._judged.get(call.call_id, UNJUDGED)
        started_local = call.started_at.astimezone(self._zone)
        page = self._site.call(call.call_id, started_local.date())
        audio, agent = self._audio.copy_of(call), self._site.agent(call.agent_id)
        playable = link_to_copy(audio, page)
        place = self._places.get(call.call_id)
        after = place and place.next_call
        frame = PageFrame(
            heading=call.agent_name,
            audio_link=playable,
            is_encrypted=playable is None and audio.exists(),
            index_link=link(self._site.index, page),
            list_link=link(place.page, page) if place else None,
            next_link=link(self._site.call(*after), page) if after else None,
            agent_link=link(agent, page) if agent.exists() else None,
            started_local=started_local,
        )
        return call_page(result, self._texts, self._reader(call.supervisor_id), frame, judged)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFrame:
    """What a call page has around its result.

    Attributes:
        heading: The title of the page.
        audio_link: URL of the redacted copy, if there is one to play.
        is_encrypted: Whether there is one that only callqa can read.
        index_link: URL of the start page, if there is one.
        list_link: URL of the flag list with the call, if it is listed.
        next_link: URL of the next call of that list, if there is one.
        agent_link: URL of the agent's page, if there is one.
        started_local: Start of the call on the site's clock, if known.
    """

    heading: str
    audio_link: str | None = None
    is_encrypted: bool = False
    index_link: str | None = None
    list_link: str | None = None
    next_link: str | None = None
    agent_link: str | None = None
    started_local: datetime | None = None


def call_page(
    result: CallResult,
    texts: RuleTexts,
    language: str,
    frame: PageFrame,
    judged: CallJudgements = UNJUDGED,
) -> bytes:
    """The page of a result, in a language of the pages."""
    content = call_content(result, texts, language, frame, judged)
    return render("call.html", language, CallMarkup, **content)


def call_content(
    result: CallResult,
    texts: RuleTexts,
    language: str,
    frame: PageFrame,
    judged: CallJudgements = UNJUDGED,
) -> dict[str, Any]:
    """The variables of the template of call pages."""
    standing = replace(result, findings=judged.standing(result.findings))
    groups = finding_groups(standing, judged, texts, language)
    return {
        "frame": frame,
        "result": result,
        "call": result.call,
        "transcript": result.transcript,
        "timeline": timeline_of(standing),
        "groups": groups,
        "flagged_words": flagged_words(groups["to_hear"]),
        "evaluations": list(evaluation_views(result, judged, texts, language)),
        "metrics": metric_table(result.metrics),
        "metric_names": METRIC_NAMES,
    }


def _portions(call_ids: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(call_ids), _AT_ONCE):
        yield call_ids[first : first + _AT_ONCE]


_own: list[CallPages] = []
"""The writer of a process of the pool; an initializer cannot return it."""


def _begin(pages: CallPages) -> None:
    _own[:] = [pages]


def _write_portion(portion: tuple[date, list[str]]) -> list[PageFault]:
    return _own[0].write_portion(*portion)
