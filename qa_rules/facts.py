"""What is known of a call without its words, compared with what a rule file wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.call import Role
from qa_rules.operatorfile import Metadata, Speaker

if TYPE_CHECKING:
    from models.call import Call

ROLES = {Speaker.AGENT: Role.AGENT, Speaker.CUSTOMER: Role.CUSTOMER, Speaker.ANYONE: None}
"""Whose words or metrics a rule file means; None is the whole call."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Metadata, the language that was recognised, and the length if it is known."""

    call: Call
    language: str | None
    duration_s: float | None

    def fit(self, wanted: Metadata) -> bool:
        """Whether every key that is given holds."""
        if wanted.duration_s and (
            self.duration_s is None or not wanted.duration_s.hold(self.duration_s)
        ):
            return False
        return all(
            allowed is None or value in allowed
            for allowed, value in (
                (wanted.direction, self.call.direction),
                (wanted.queue, self.call.queue),
                (wanted.team, self.call.team),
                (wanted.agent_id, self.call.agent_id),
                (wanted.language, self.language),
            )
        )
