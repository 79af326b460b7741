"""Work patterns of teams and agents, compared with their own previous weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.reports.site.rows import rows_by
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from warehouse.snapshot.connection import Connection

SIGNAL_NAMES = {
    "call_count": "calls per day",
    "talk_mean_s": "agent talk time per call",
    "hold_ratio": "share of hold time",
    "non_talk_ratio": "share of non-talk time",
    "day_span_s": "from the first call of a day to the end of the last",
}
"""Signals from times and counts only; voices are not analysed."""

_WEEKS_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One signal of a team or a person.

    Attributes:
        agent_id: Empty for the team, whose amount is the mean of its people's.
        amount: Mean per day over the last seven days.
        earlier: Mean per day over the four weeks before.
        margin: Half the width of the 99 % interval of the change.
        weeks: Mean per day in each of the last weeks, oldest first; empty for a person.
    """

    agent_id: str
    agent_name: str
    signal: str
    amount: float
    earlier: float
    margin: float
    weeks: tuple[float, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether the change is significant."""
        return abs(self.amount - self.earlier) > self.margin


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """The signals of a team, and those of its agents that changed significantly."""

    team: tuple[Signal, ...] = ()
    people: tuple[Signal, ...] = ()


def workloads(connection: Connection) -> dict[str, Workload]:
    """The workload of every team with enough days."""
    connection.execute(sql_of(__file__, "work_day"))
    weeks = rows_by(
        connection, sql_of(__file__, "workload_weeks"), "team", "signal", weeks_shown=_WEEKS_SHOWN
    )
    return {
        team: Workload(
            team=tuple(
                Signal(**row, weeks=tuple(week["amount"] for week in weeks[team, row["signal"]]))
                for row in rows
                if not row["agent_id"]
            ),
            people=tuple(
                signal
                for signal in (Signal(**row) for row in rows if row["agent_id"])
                if signal.is_sure
            ),
        )
        for (team,), rows in rows_by(connection, sql_of(__file__, "signals"), "team").items()
    }
