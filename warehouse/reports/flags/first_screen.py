"""Figures of the first screen: calls still open from earlier days, and each team's change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warehouse.reports.site.rows import rows_of
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from warehouse.reports.flags.records import RunNight
    from warehouse.snapshot.connection import Connection


class TeamWeek(NamedTuple):
    """A team's latest week; the fields are columns of `mart.team_weekly`."""

    score_mean: float | None
    score_change: float | None
    score_change_margin: float | None


class FirstScreen(NamedTuple):
    """What the first screen has beside the lists.

    Attributes:
        open_calls: Calls of the last 14 days whose flags of earlier lists nobody has decided, by
            supervisor.
        team_weeks: The latest week of each team.
        news_shown: How many new flags are shown.
    """

    open_calls: dict[str, int]
    team_weeks: dict[str, TeamWeek]
    news_shown: int = 6


def first_screen(connection: Connection, run: RunNight | None) -> FirstScreen:
    """Read the figures beside the list of a run."""
    sql = sql_of(__file__, "open_calls")
    waiting = rows_of(connection, sql, run_id=run and run.run_id)
    weeks = rows_of(connection, sql_of(__file__, "team_weeks"))
    return FirstScreen(
        open_calls={row["supervisor_id"]: row["call_count"] for row in waiting},
        team_weeks={row.pop("team"): TeamWeek(**row) for row in weeks},
    )
