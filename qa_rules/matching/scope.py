"""Where a condition looks: whose words, and which part of the call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa_rules.matching.call_index import CallIndex, Window

if TYPE_CHECKING:
    from models.call import Role
    from qa_rules.rule_files.operators import Close, Within


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose words are searched, and in which part of the call."""

    role: Role | None
    within: Within | None = None
    before: str | None = None
    after: str | None = None
    close: Close | None = None

    def windows(self, call_index: CallIndex) -> tuple[Window, ...]:
        """The parts of this call that are searched; none if the rule to follow has no match."""
        if not (self.within or self.before or self.after or self.close):
            return call_index.all_of(self.role)
        duration_s = call_index.transcript.duration_s
        start_s, end_s = 0.0, duration_s
        if self.within:
            start_s, end_s = self.within.seconds(call_index.conversation_s, duration_s)
            end_s = min(end_s, duration_s)
        if self.before and (heard := call_index.places.get(self.before)):
            end_s = min(end_s, heard[0].start_s)
        if self.after:
            heard = call_index.places.get(self.after)
            start_s = max(start_s, heard[0].end_s) if heard else end_s
        if not self.close:
            return (Window(self.role, start_s, max(start_s, end_s)),)
        return tuple(
            Window(
                self.role,
                max(start_s, place.start_s - self.close.s),
                min(end_s, place.end_s + self.close.s),
            )
            for place in call_index.places.get(self.close.rule, ())
        )
