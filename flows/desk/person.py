"""Who somebody is at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What people do at the desk."""

    SUPERVISOR = "supervisor"  # reviews the calls of their agents, and coaches
    AGENT = "agent"  # sees their own calls
    ANALYST = "analyst"  # calibrates, labels, and sees what rules would change
    MANAGER = "manager"  # reads reports and alerts
    DPO = "dpo"  # data protection officer: originals, erasure, audit trail


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is logged in.

    Attributes:
        account_id: Their account.
        subject: Their id in the warehouse: that of a supervisor, an agent or a reviewer.
        name: As colleagues call them.
        role: What they do.
        language: ISO 639-1, of the pages that they read.
        restricted: Whether they are named to see restricted calls.
        csrf: Token of their session, which every form sends back.
    """

    account_id: int
    subject: str
    name: str
    role: Role
    language: str
    restricted: bool = False
    csrf: str = ""

    @property
    def seen(self) -> dict[str, object]:
        """Which calls they may see, as the values that `Calls.ask` binds."""
        return {
            "all_calls": self.role in {Role.ANALYST, Role.MANAGER, Role.DPO},
            "supervisor_id": self.subject if self.role == Role.SUPERVISOR else None,
            "agent_id": self.subject if self.role == Role.AGENT else None,
        }
