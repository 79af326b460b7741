"""Transcripts that come from elsewhere, one call a line of JSON, and what the rules say of them.

This is how the rule engine is used alone. Nothing is written, and what leaves is redacted.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AwareDatetime, Field, ValidationError

from models.call import Call, Direction, Role
from models.metrics import conversation_metrics
from models.transcript import Transcript, Turn, Word
from qa_rules.errors import TranscriptLineError
from qa_rules.judging import judge
from qa_rules.reading import StrictRecord
from qa_rules.redaction import redact
from qa_rules.spotting import find_pii

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from qa_rules.results import Evidence, Finding
    from qa_rules.rulebook import RuleBook

_UNSTATED = "unstated"
_Time = Annotated[float, Field(ge=0)]
_Share = Annotated[float, Field(ge=0, le=1)]


class LineWord(StrictRecord):
    """One word with its time."""

    text: Annotated[str, Field(min_length=1)]
    start_s: _Time
    end_s: _Time
    confidence: _Share = 1.0


class LineTurn(StrictRecord):
    """One speaker's consecutive speech; words without times are spread evenly over it."""

    role: Role
    start_s: _Time
    end_s: _Time
    text: str
    words: tuple[LineWord, ...] | None = None
    role_confidence: _Share = 1.0


class LineCall(StrictRecord):
    """One call: what is known of it, and what was said."""

    call_id: str
    language: Annotated[str, Field(pattern="^[a-z]{2}$")]
    direction: Direction = Direction.INBOUND
    queue: str = _UNSTATED
    turns: tuple[LineTurn, ...]
    started_at: AwareDatetime | None = None
    duration_s: _Time | None = None
    agent_id: str = _UNSTATED
    team: str = _UNSTATED


def read_calls(path: Path) -> Iterator[tuple[Call, Transcript]]:
    """Read a JSONL file of `LineCall`s; a call without `started_at` is judged as made now.

    Raises:
        TranscriptLineError: A line cannot be read, as `path:line: what; expected what`.
    """
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = LineCall.model_validate_json(line)
            except ValidationError as error:
                fault = error.errors(include_url=False, include_context=False, include_input=False)[
                    0
                ]
                where = ".".join(str(step) for step in fault["loc"]) or "the line"
                raise TranscriptLineError(
                    f"{path}:{number}: `{where}` is not right; expected {fault['msg']}"
                ) from None
            yield _call(record), _transcript(record)


def check_calls(
    calls: Iterable[tuple[Call, Transcript]], rulebook: RuleBook
) -> Iterator[dict[str, Any]]:
    """What every rule in force says of every call, as records ready for one JSON line each."""
    for call, heard in calls:
        spans = find_pii(heard, rulebook.pii)
        transcript = redact(heard, spans)
        metrics = conversation_metrics(transcript)
        for finding in judge(call, transcript, spans, metrics, rulebook):
            yield _line(call, finding)


def _line(call: Call, finding: Finding) -> dict[str, Any]:
    return {
        "call_id": call.call_id,
        "rule_id": finding.rule_id,
        "rule_version": finding.rule_version,
        "outcome": str(finding.outcome),
        "severity": str(finding.severity),
        "flagged": finding.flagged,
        "confidence": round(finding.confidence, 3),
        "reason": finding.why,
        "evidence": [_place(place) for place in finding.evidence],
    }


def _place(place: Evidence) -> dict[str, Any]:
    return {
        "role": str(place.role),
        "turn": place.turn,
        "start_s": round(place.start_s, 3),
        "end_s": round(place.end_s, 3),
        "quote": place.quote,
    }


def _call(record: LineCall) -> Call:
    return Call(
        call_id=record.call_id,
        started_at=record.started_at or dt.datetime.now(dt.UTC),
        agent_id=record.agent_id,
        agent_name=record.agent_id,
        team=record.team,
        supervisor_id=_UNSTATED,
        supervisor_name=_UNSTATED,
        queue=record.queue,
        direction=record.direction,
        language=record.language,
    )


def _transcript(record: LineCall) -> Transcript:
    channels = {role: channel for channel, role in enumerate(Role)}
    turns = [
        Turn(
            role=turn.role,
            role_confidence=0.0 if turn.role is Role.UNKNOWN else turn.role_confidence,
            channel=channels[turn.role],
            words=words,
        )
        for turn in record.turns
        if (words := _words(turn))
    ]
    last_s = max((turn.end_s for turn in turns), default=0.0)
    return Transcript(
        call_id=record.call_id,
        language=record.language,
        language_confidence=1.0,
        duration_s=max(last_s, record.duration_s or 0.0),
        channel_count=len({turn.channel for turn in turns}),
        turns=tuple(sorted(turns, key=lambda turn: turn.start_s)),
        model_pin="elsewhere",
    )


def _words(turn: LineTurn) -> tuple[Word, ...]:
    if turn.words is not None:
        return tuple(
            Word(word.text, word.start_s, max(word.start_s, word.end_s), word.confidence)
            for word in turn.words
        )
    texts = turn.text.split()
    each_s = max(0.0, turn.end_s - turn.start_s) / max(1, len(texts))
    return tuple(
        Word(text, turn.start_s + at * each_s, turn.start_s + (at + 1) * each_s, 1.0)
        for at, text in enumerate(texts)
    )
