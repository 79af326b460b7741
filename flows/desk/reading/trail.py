"""The audit trail, as a data protection officer reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flows.governance.audit import entries, id_in_trail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flows.governance.audit_check import Entry

PER_PAGE = 50


class Wanted(NamedTuple):
    """Which entries: of an act, a day in UTC and a person; what is empty leaves all in."""

    act: str = ""
    day: str = ""
    who: str = ""


def found_in(home: Path, wanted: Wanted, number: int) -> tuple[Sequence[Entry], int]:
    """A page of the entries, the latest first, and how many there are on all pages.

    Args:
        home: The home folder.
        wanted: Which.
        number: Of the page, from 1.
    """
    who = wanted.who.strip()
    named = {who, id_in_trail(home, who)} if who else set[str]()
    found = [
        entry
        for entry in entries(home)
        if (not wanted.act or entry.act == wanted.act)
        and (not wanted.day or entry.at.startswith(wanted.day))
        and (not named or named & {entry.by, *entry.facts.get("supervisors", ())})
    ]
    found.reverse()
    first = (number - 1) * PER_PAGE
    return found[first : first + PER_PAGE], len(found)


def facts_told(entry: Entry) -> list[tuple[str, str]]:
    """What an entry says, as name and text."""
    return [(name, _text(value)) for name, value in entry.facts.items() if name != "outcome"]


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
