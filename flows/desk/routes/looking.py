"""The audit event of a page that shows what is confidential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.governance.audit import Act, record

if TYPE_CHECKING:
    from flows.desk.desk import Desk
    from flows.desk.person import Person


def looked(desk: Desk, person: Person, what: str) -> None:
    """Record that somebody looked at a page.

    Args:
        desk: The desk.
        person: Who looked.
        what: A code of the page, such as `report:2026-w47`.
    """
    record(desk.home, Act.VIEWED, what=what.lower(), supervisors=[person.subject])
