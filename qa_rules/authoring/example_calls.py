"""Invented calls from text, for the examples of rules and for tests."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from models.call import Call, Direction, Role
from models.transcript import Transcript, Turn, Word

if TYPE_CHECKING:
    from collections.abc import Iterator

WORD_S = 0.4
TURN_GAP_S = 0.4
_LINE = re.compile(r"^(agent|customer|system)(?: @(\d+(?:\.\d+)?))?: *(.*)$")


def invented_call(day: dt.date) -> Call:
    """A call of this day with arbitrary metadata."""
    return Call(
        call_id="invented",
        started_at=dt.datetime.combine(day, dt.time(12), dt.UTC),
        agent_id="invented",
        agent_name="Invented",
        team="invented",
        supervisor_id="invented",
        supervisor_name="Invented",
        queue="invented",
        direction=Direction.INBOUND,
    )


def invented_transcript(text: str, speaker: Role = Role.AGENT, language: str = "en") -> Transcript:
    """A transcript from one speaker's words, or from lines `agent: …` or `agent @40: …`."""
    turns: list[Turn] = []
    now_s = 0.0
    for role, at_s, words in _lines(text, speaker):
        now_s = now_s if at_s is None else at_s
        spoken = []
        for word in words.split():
            spoken.append(Word(word, now_s, now_s + WORD_S, 1.0))
            now_s += WORD_S
        channel = 1 if role is Role.CUSTOMER else 0
        turns.append(Turn(role=role, role_confidence=1.0, channel=channel, words=tuple(spoken)))
        now_s += TURN_GAP_S
    return Transcript(
        call_id="invented",
        language=language,
        language_confidence=1.0,
        duration_s=max((turn.end_s for turn in turns), default=0.0) + TURN_GAP_S,
        channel_count=2,
        turns=tuple(sorted(turns, key=lambda turn: turn.start_s)),
        model_pin="invented",
    )


def _lines(text: str, speaker: Role) -> Iterator[tuple[Role, float | None, str]]:
    for line in text.strip().splitlines():
        found = _LINE.match(line.strip())
        if not found:
            yield speaker, None, line.strip()
        elif found[3]:
            yield Role(found[1]), float(found[2]) if found[2] else None, found[3]
