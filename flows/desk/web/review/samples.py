"""The random sample of a supervisor: so many calls an agent and week, whatever their scores.

All calls of a week are in an order that follows from the week's seed and the call's id. Drawn are,
for each agent, the first calls of this order, and calls that are reviewed for a sample fill the
quota. Calls that arrive later in the week take their places in the same order.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flows.desk.records.reviews import SAMPLE, calls_of_occasion
from flows.desk.records.samples import seed_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flows.desk.desk import Desk
    from flows.desk.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSample:
    """What is drawn of an agent's calls in a week.

    Attributes:
        agent_name: The agent.
        quota: How many calls are to be reviewed; fewer where there are not as many.
        reviewed: Those that are.
        waiting: Those that are drawn and not reviewed yet.
    """

    agent_name: str
    quota: int
    reviewed: list[dict[str, Any]]
    waiting: list[dict[str, Any]]


def weeks_of(desk: Desk, person: Person) -> list[date]:
    """The Mondays of the weeks with calls of a person, the newest first."""
    rows = desk.calls.ask(person, "sample_weeks")
    return sorted({row["week"] for row in rows}, reverse=True)


def sample_of(desk: Desk, person: Person, week: date) -> list[AgentSample]:
    """The sample of a week, by the agents' names."""
    last = week + timedelta(days=6)
    rows = desk.calls.ask(person, "sample_calls", first_date=week, last_date=last)
    if not rows:
        return []
    seed = seed_of(desk.database, week)
    at_desk = calls_of_occasion(desk.database, SAMPLE)
    agents: dict[str, list[dict[str, Any]]] = {}
    for row in in_order(rows, seed):
        row["reviewed"] = row["reviewed"] or row["call_id"] in at_desk
        agents.setdefault(row["agent_id"], []).append(row)
    drawn = [_drawn(calls, desk.settings.sample_calls) for calls in agents.values()]
    return sorted(drawn, key=lambda one: one.agent_name)


def in_order(calls: Iterable[dict[str, Any]], seed: str) -> list[dict[str, Any]]:
    """Calls in the random order of a seed."""
    return sorted(
        calls, key=lambda call: hashlib.sha256(f"{seed} {call['call_id']}".encode()).digest()
    )


def is_drawn(desk: Desk, person: Person, call_id: str, call_date: date) -> bool:
    """Whether a call is drawn in its week, reviewed already or not."""
    return any(
        call["call_id"] == call_id
        for one in sample_of(desk, person, week_of(call_date))
        for call in (*one.reviewed, *one.waiting)
    )


def week_of(day: date) -> date:
    """The Monday of a day."""
    return day - timedelta(days=day.weekday())


def _drawn(calls: list[dict[str, Any]], quota: int) -> AgentSample:
    reviewed = [call for call in calls if call["reviewed"]]
    waiting = [call for call in calls if not call["reviewed"]]
    return AgentSample(
        agent_name=calls[0]["agent_name"],
        quota=min(quota, len(calls)),
        reviewed=reviewed,
        waiting=waiting[: max(0, quota - len(reviewed))],
    )
