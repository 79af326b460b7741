"""Team records, read from a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.reports.agents.reader import WEEKS_SHOWN
from warehouse.reports.agents.records import Week
from warehouse.reports.site.rows import rows_of
from warehouse.reports.site.rule_texts import gather_titles
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from datetime import date

    from warehouse.reports.agents.workload import Workload
    from warehouse.snapshot.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingNeed:
    """A question on which the whole team does significantly worse than other teams."""

    title: str
    yes_ratio: float
    others_yes_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRecord:
    """The data of a team's page except its agents."""

    team: str
    last_date: date
    weeks: tuple[Week, ...]
    needs: tuple[TrainingNeed, ...]
    workload: Workload


def team_record(
    connection: Connection,
    team: str,
    last_date: date,
    workload: Workload,
    language: str,
) -> TeamRecord:
    """Read one team with a given workload, in its reader's language."""
    gather_titles(connection, language)
    weeks = [
        Week(**row)
        for row in rows_of(
            connection, sql_of(__file__, "team_weeks"), team=team, weeks_shown=WEEKS_SHOWN
        )
    ]
    return TeamRecord(
        team=team,
        last_date=last_date,
        weeks=tuple(reversed(weeks)),
        needs=tuple(
            TrainingNeed(**row)
            for row in rows_of(connection, sql_of(__file__, "training_needs"), team=team)
        ),
        workload=workload,
    )
