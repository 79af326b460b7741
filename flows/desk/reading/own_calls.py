"""The calls of an agent, as far as the centre lets them see these, and what they may dispute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.desk.records.reviews import Subject

if TYPE_CHECKING:
    from collections.abc import Collection

    from flows.desk.person import Person
    from flows.desk.reading.calls import Calls

_MOST = 200
_WEEKS = 12

Row = dict[str, Any]


def own_calls(calls: Calls, person: Person, reviewed: Collection[str] | None) -> list[Row]:
    """An agent's latest calls, the latest first.

    Args:
        calls: The published calls.
        person: The agent.
        reviewed: Calls that were decided at the desk, where agents see reviewed calls only; None
            where they see all.
    """
    rows = calls.ask(
        person,
        "my_calls",
        reviewed_only=reviewed is not None,
        decided=sorted(reviewed or ()),
        most=_MOST,
    )
    return sorted(rows, key=lambda row: row["started_at"], reverse=True)


def subjects(calls: Calls, person: Person, call_ids: Collection[str]) -> dict[str, Row]:
    """What may be disputed in those of some calls that a person may see, by key."""
    rows = calls.ask(person, "subjects", call_ids=sorted(set(call_ids)), language=person.language)
    return {subject_of(row).key: row for row in rows}


def subject_of(row: Row) -> Subject:
    """The finding or answer of a row."""
    return Subject(row["call_id"], row["rule_id"], row["scorecard_id"], row["question"])


def own_weeks(calls: Calls, person: Person) -> list[Row]:
    """An agent's weekly scores, the oldest first."""
    return calls.ask(person, "my_weeks", weeks_shown=_WEEKS)
