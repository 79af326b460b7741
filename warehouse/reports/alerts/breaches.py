"""Which alerts are in breach, and who has yet to be told: a line per run that changed either.

The line is written before the files that are sent, so that a killed run neither loses an alert nor
tells it twice.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from pydantic import ValidationError

from warehouse.files import append_line, whole_lines
from warehouse.lake.records import StoredRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from warehouse.reports.alerts.records import Answer


class Breach(StoredRecord):
    """An alert whose figure has just passed its limit: numbers and the centre's own words only.

    Attributes:
        alert_id: The alert.
        title: The figure with its unit.
        titles: The same in further languages.
        value: The figure.
        limit: Its limit.
        is_above: Whether the figure is above the limit, and not below it.
        tell: Who is told.
    """

    alert_id: str
    title: str
    titles: dict[str, str]
    value: float
    limit: float
    is_above: bool
    tell: tuple[str, ...]

    def title_in(self, language: str) -> str:
        """The title in a reader's language, or as the centre wrote it."""
        return self.titles.get(language, self.title)


class Change(StoredRecord):
    """What a run changed.

    Attributes:
        name: Folder of its mails, beside those of other runs.
        run_id: The run.
        day: Its day at the site, as 2026-03-02.
        breached: Every alert that is in breach now.
        told: Those of them that were not before.
    """

    name: str
    run_id: str
    day: str
    breached: tuple[str, ...]
    told: tuple[Breach, ...]

    @property
    def on(self) -> date:
        """Its day at the site."""
        return date.fromisoformat(self.day)


class BreachLog:
    """An append-only file of JSON lines; the last one holds."""

    def __init__(self, path: Path) -> None:
        """Read the file; a line that cannot be read is ignored."""
        self._path = path
        self.changes: list[Change] = []
        for line in whole_lines(path)[0]:
            with suppress(ValidationError):
                self.changes.append(Change.model_validate_json(line))

    @property
    def last(self) -> Change | None:
        """What the last run with a change has changed."""
        return self.changes[-1] if self.changes else None

    @property
    def breached(self) -> frozenset[str]:
        """The alerts that are in breach."""
        return frozenset(self.last.breached if self.last else ())

    def add(self, change: Change) -> None:
        """Record a change."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        append_line(self._path, json.dumps(change.model_dump()).encode())
        self.changes.append(change)


def still_breached(answers: Sequence[Answer], before: Collection[str]) -> tuple[str, ...]:
    """The alerts in breach; where nothing can be said, it stays as it was."""
    return tuple(
        sorted(
            answer.alert.id
            for answer in answers
            if answer.is_breached or (answer.is_breached is None and answer.alert.id in before)
        )
    )


def new_breaches(answers: Sequence[Answer], before: Collection[str]) -> tuple[Breach, ...]:
    """The alerts that have passed their limit since they were last asked."""
    return tuple(
        Breach(
            alert_id=alert.id,
            title=alert.title,
            titles=alert.titles,
            value=answer.value,
            limit=alert.limit,
            is_above=alert.above is not None,
            tell=alert.tell,
        )
        for answer in answers
        if (alert := answer.alert).id not in before
        and answer.value is not None
        and alert.is_breached(answer.value)
    )
