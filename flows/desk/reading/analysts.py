"""Calls as analysts read them: all that are not restricted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.desk.person import Role

if TYPE_CHECKING:
    from flows.desk.person import Person
    from flows.desk.reading.calls import Calls


def ask_unrestricted(
    calls: Calls, person: Person, query: str, **values: Any
) -> list[dict[str, Any]]:
    """The rows of a statement over all calls that are not restricted.

    What comes of them is shown to others than the person, or kept: sessions that several people
    rate, labels that rule authors read. A route lets only analysts and raters of a session do it.
    """
    return calls.ask(replace(person, role=Role.ANALYST, restricted=False), query, **values)
