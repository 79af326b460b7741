"""Work patterns of teams and agents, compared with their own previous weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.reports.site.rows import rows_by

if TYPE_CHECKING:
    import duckdb

SIGNAL_NAMES = {
    "call_count": "calls per day",
    "talk_mean_s": "agent talk time per call",
    "hold_ratio": "share of hold time",
    "non_talk_ratio": "share of non-talk time",
    "day_span_s": "from the first call of a day to the end of the last",
}
"""Signals from times and counts only; voices are not analysed."""

_WEEKS_SHOWN = 8

# One row per agent and day, and one per team and day with an empty agent.
_DAYS = """
create or replace temp table work_day as
with calls as (
    select
        call.team, call.agent_id, call.agent_name, call.call_date, call.started_at,
        call.duration_s, metrics.agent_talk_s, metrics.hold_s, metrics.non_talk_s,
        max(call.call_date) over () as last_date
    from core.call
    left join mart.conversation_metrics as metrics using (call_date, call_id)
),

agent_days as (
    select
        team, agent_id, max(agent_name) as agent_name, call_date, any_value(last_date) as last_date,
        count(*)::double as call_count,
        avg(agent_talk_s) as talk_mean_s,
        sum(hold_s) / nullif(sum(duration_s) filter (where hold_s is not null), 0) as hold_ratio,
        sum(non_talk_s) / nullif(sum(duration_s) filter (where non_talk_s is not null), 0)
            as non_talk_ratio,
        max(epoch(started_at) + duration_s) - min(epoch(started_at)) as day_span_s
    from calls
    group by team, agent_id, call_date
),

people as (
    select * from agent_days
    union all
    select
        team, '' as agent_id, '' as agent_name, call_date, any_value(last_date),
        avg(call_count), avg(talk_mean_s), avg(hold_ratio), avg(non_talk_ratio), avg(day_span_s)
    from agent_days
    group by team, call_date
)

unpivot people
on call_count, talk_mean_s, hold_ratio, non_talk_ratio, day_span_s
into name signal value amount
"""

# The last seven days against the four weeks before. The margin is that of Student's t at 99 % for
# five days, 4.6: there are few days, and many people and signals.
_SIGNALS = """
with halves as (
    select
        team, agent_id, signal, max(agent_name) as agent_name,
        count(*) filter (where call_date > last_date - 7) as day_count,
        count(*) filter (where call_date <= last_date - 7) as earlier_day_count,
        avg(amount) filter (where call_date > last_date - 7) as amount,
        avg(amount) filter (where call_date <= last_date - 7) as earlier,
        stddev_samp(amount) filter (where call_date > last_date - 7) as deviation,
        stddev_samp(amount) filter (where call_date <= last_date - 7) as earlier_deviation
    from work_day
    where call_date > last_date - 35
    group by team, agent_id, signal
)

select
    team, agent_id, agent_name, signal, amount, earlier,
    4.6 * sqrt(pow(deviation, 2) / day_count + pow(earlier_deviation, 2) / earlier_day_count)
        as margin
from halves
where day_count >= 4 and earlier_day_count >= 8
order by agent_name, signal
"""

_WEEKS = f"""
select team, signal, avg(amount) as amount
from work_day
where agent_id = '' and call_date > last_date - {7 * _WEEKS_SHOWN}
group by team, signal, (last_date - call_date) // 7
order by (last_date - call_date) // 7 desc
"""


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


def workloads(connection: duckdb.DuckDBPyConnection) -> dict[str, Workload]:
    """The workload of every team with enough days."""
    connection.execute(_DAYS)
    weeks = rows_by(connection, _WEEKS, "team", "signal")
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
        for (team,), rows in rows_by(connection, _SIGNALS, "team").items()
    }
