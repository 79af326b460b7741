"""A page for every call: hear it, read along, and see what the rules say and why."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

from warehouse.audio_folder import call_file_stem
from warehouse.reports.call_view import (
    METRIC_NAMES,
    RuleTexts,
    evaluation_views,
    finding_groups,
    metric_table,
    word_starts,
)
from warehouse.reports.language import SOURCE_LANGUAGE
from warehouse.reports.pages import render
from warehouse.reports.timeline import timeline_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

    from qa_rules.results import CallResult
    from warehouse.audio_folder import AudioFolder
    from warehouse.lake import Lake

_AT_ONCE = 200
"""Calls whose words are in memory at the same time."""


@dataclass(frozen=True, slots=True)
class CallFolder:
    """Where the pages of calls lie: a folder for each day, with a file for each call."""

    root: Path

    def path_of(self, call_id: str, call_date: date) -> Path:
        """Path of a call's page, whether or not there is one."""
        return self.root / str(call_date) / f"{call_file_stem(call_id)}.html"

    def link(self, origin: Path, call_id: str, call_date: date) -> str:
        """The page as a link from a page in the folder `origin`."""
        return relative_link(self.path_of(call_id, call_date), origin)


def relative_link(target: Path, origin: Path) -> str:
    """A link that works on any share: a relative URL, from a page in the folder `origin`."""
    parts = Path(os.path.relpath(target, origin)).parts
    return "/".join(quote(part) for part in parts)


class CallPages:
    """Writes the pages of calls out of a lake."""

    def __init__(
        self,
        lake: Lake,
        folder: CallFolder,
        audio: AudioFolder,
        readers: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare to write.

        Args:
            lake: Where the results are.
            folder: Where the pages go.
            audio: Where the redacted copies of the recordings are.
            readers: The language of each supervisor who does not read English.
        """
        self._lake = lake
        self._folder = folder
        self._audio = audio
        self._readers = readers or {}
        self._zone = ZoneInfo(lake.time_zone)
        self._texts = RuleTexts(lake.catalogues())

    def write(self, calls: Mapping[date, Collection[str]]) -> int:
        """Write the pages of these calls, by day; says how many.

        A page is written over: it always shows the call's current result.
        """
        count = 0
        for day, call_ids in calls.items():
            (self._folder.root / str(day)).mkdir(parents=True, exist_ok=True)
            for some in _portions(sorted(call_ids)):
                for result in self._lake.results(some, {day}):
                    path = self._folder.path_of(result.call.call_id, day)
                    path.write_bytes(self.page(result))
                    count += 1
        return count

    def page(self, result: CallResult) -> bytes:
        """The page of one call."""
        call = result.call
        started_local = call.started_at.astimezone(self._zone)
        here = self._folder.path_of(call.call_id, started_local.date()).parent
        audio = self._audio.path_of(call.call_id, call.started_at)
        return render(
            "call.html",
            self._readers.get(call.supervisor_id, SOURCE_LANGUAGE),
            result=result,
            call=call,
            transcript=result.transcript,
            started_local=started_local,
            audio_link=relative_link(audio, here) if audio.exists() else None,
            timeline=timeline_of(result),
            groups=finding_groups(result, self._texts),
            evaluations=list(evaluation_views(result, self._texts)),
            metrics=metric_table(result.metrics),
            metric_names=METRIC_NAMES,
            word_starts=word_starts,
        )


def _portions(call_ids: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(call_ids), _AT_ONCE):
        yield call_ids[first : first + _AT_ONCE]
