"""Team records, read from a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.reports.agents.reader import WEEKS_SHOWN
from warehouse.reports.agents.records import Week
from warehouse.reports.site.rows import rows_of
from warehouse.reports.site.rule_texts import gather_titles

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from warehouse.reports.agents.workload import Workload

_WEEKS = f"""
select week, call_count, score_mean, score_margin, flagged_call_count
from mart.team_weekly
where team = $team
order by week desc
limit {WEEKS_SHOWN}
"""

_NEEDS = """
select coalesce(title, needs.question) as title, yes_ratio, others_yes_ratio
from mart.training_needs as needs
left join question_title using (scorecard_id, question)
where team = $team and is_need
order by others_yes_ratio - yes_ratio desc
"""


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
    connection: duckdb.DuckDBPyConnection,
    team: str,
    last_date: date,
    workload: Workload,
    language: str,
) -> TeamRecord:
    """Read one team with a given workload, in its reader's language."""
    gather_titles(connection, language)
    weeks = [Week(**row) for row in rows_of(connection, _WEEKS, team=team)]
    return TeamRecord(
        team=team,
        last_date=last_date,
        weeks=tuple(reversed(weeks)),
        needs=tuple(TrainingNeed(**row) for row in rows_of(connection, _NEEDS, team=team)),
        workload=workload,
    )
