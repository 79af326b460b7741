"""A supervisor's flags: those that wait for a decision, those that have one, and filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flows.desk.records.reviews import decided_subjects, last_decisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flows.desk.person import Person
    from flows.desk.reading.calls import Calls
    from flows.desk.records.database import Database

FACETS = ("rule", "severity", "agent", "team", "queue", "language")
"""Filters that choose one of the values that there are."""

_COLUMNS = {name: name for name in FACETS} | {"rule": "rule_id", "agent": "agent_id"}
_NAMES = {"rule": "title", "agent": "agent_name"}

Flag = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagFilter:
    """What a supervisor wants to see; an empty value does not filter.

    Attributes:
        decided: Whether the flags with a decision are shown, instead of those without.
        rule: Id of the rule.
        severity: minor, major or critical.
        agent: Id of the agent.
        team: The agent's team.
        queue: Queue of the call.
        language: Language of the call.
        days: Only calls of as many days, up to the newest one with a flag; 0 for all.
        text: Words in the title, the quote, the agent's name or the call's id.
    """

    decided: bool = False
    rule: str = ""
    severity: str = ""
    agent: str = ""
    team: str = ""
    queue: str = ""
    language: str = ""
    days: int = 0
    text: str = ""

    @property
    def query(self) -> str:
        """It in an address; what does not filter is left out."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return urlencode({name: int(v) if v is True else v for name, v in given.items() if v})

    def of(self, flags: Sequence[Flag]) -> list[Flag]:
        """The flags that it lets through, in their order."""
        newest = max((flag["call_date"] for flag in flags), default=None)
        since = newest - timedelta(days=self.days - 1) if newest and self.days else None
        return [flag for flag in flags if self._lets(flag, since)]

    def _lets(self, flag: Flag, since: Any) -> bool:
        if since is not None and flag["call_date"] < since:
            return False
        chosen = ((column, getattr(self, name)) for name, column in _COLUMNS.items())
        if any(value and flag[column] != value for column, value in chosen):
            return False
        said = " ".join(flag[name] or "" for name in ("title", "quote", "agent_name", "call_id"))
        return all(word in said.casefold() for word in self.text.casefold().split())


def flags_for(
    calls: Calls, database: Database, person: Person, *, decided: bool = False
) -> list[Flag]:
    """The flags of a person's calls, the most urgent first.

    Args:
        calls: The published calls.
        database: The records of the desk; decisions since the last run count at once.
        person: Who asks.
        decided: Whether those with a decision are wanted, the last decision first.
    """
    if not decided:
        keys = decided_subjects(database)
        rows = calls.ask(person, "open_flags", language=person.language)
        return sorted((row for row in rows if row["flag_id"] not in keys), key=_urgency)
    taken = last_decisions(database)
    rows = calls.ask(person, "decided_flags", language=person.language, decided=list(taken))
    for row in rows:
        row |= {"open_days": None, "reviewer_name": None}
        if decision := taken.get(row["flag_id"]):
            row |= {
                "human_value": decision.human_value,
                "reason": decision.reason,
                "reviewed_at": decision.reviewed_at,
                "reviewer_name": decision.reviewer_name,
            }
    return sorted(rows, key=lambda row: (-row["reviewed_at"].timestamp(), row["flag_id"]))


def choices_in(flags: Iterable[Flag]) -> dict[str, list[tuple[str, str]]]:
    """The values of each filter that there are, with their names."""
    found: dict[str, dict[str, str]] = {name: {} for name in FACETS}
    for flag in flags:
        for name, column in _COLUMNS.items():
            found[name].setdefault(flag[column], flag[_NAMES.get(name, column)])
    return {name: sorted(names.items(), key=lambda one: one[1]) for name, names in found.items()}


def neighbours(flags: Sequence[Flag], flag: Flag) -> tuple[Flag | None, Flag | None]:
    """The flags before and after one by urgency, whether it is still among them or not."""
    place = _urgency(flag)
    before = [one for one in flags if _urgency(one) < place]
    after = [one for one in flags if _urgency(one) > place]
    return (before[-1] if before else None), (after[0] if after else None)


def _urgency(flag: Flag) -> tuple[float, str]:
    return -flag["urgency"], flag["flag_id"]
