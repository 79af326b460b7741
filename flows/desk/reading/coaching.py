"""What a supervisor may talk about with an agent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.desk.person import Person
    from flows.desk.reading.calls import Calls

Row = dict[str, Any]


def agents_of(calls: Calls, person: Person) -> dict[str, str]:
    """The agents of a supervisor, name by id."""
    rows = calls.ask(_unrestricted(person), "coached_agents")
    return {row["agent_id"]: row["agent_name"] for row in rows}


def material_for(calls: Calls, person: Person, agent_id: str) -> dict[str, Row]:
    """Passages of an agent's calls by key: strengths first, then what others do clearly better."""
    rows = calls.ask(
        _unrestricted(person), "coaching_material", of_agent=agent_id, language=person.language
    )
    rows.sort(key=lambda row: (not row["is_strength"], not row["is_below_others"], row["title"]))
    return {"/".join((row["question"], row["call_id"], row["scorecard_id"])): row for row in rows}


def _unrestricted(person: Person) -> Person:
    """What both sides read names no restricted call."""
    return replace(person, restricted=False)
