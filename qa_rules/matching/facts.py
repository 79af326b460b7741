"""Facts about a call apart from its words: metadata, and metrics of a part of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.call import Role
from qa_rules.rule_files.operators import Metadata, Speaker

if TYPE_CHECKING:
    from models.call import Call
    from models.transcript import Transcript

ROLES = {
    Speaker.AGENT: Role.AGENT,
    Speaker.CUSTOMER: Role.CUSTOMER,
    Speaker.SYSTEM: Role.SYSTEM,
    Speaker.ANYONE: None,
}
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


def clipped(transcript: Transcript, start_s: float, end_s: float) -> Transcript:
    """A part of a call as if it were a call: the words that start in it, from second 0."""
    turns = []
    for turn in transcript.turns:
        words = tuple(
            replace(
                word,
                start_s=word.start_s - start_s,
                end_s=min(word.end_s, end_s) - start_s,
            )
            for word in turn.words
            if start_s <= word.start_s < end_s
        )
        if words:
            turns.append(replace(turn, words=words))
    return replace(transcript, turns=tuple(turns), duration_s=end_s - start_s)
