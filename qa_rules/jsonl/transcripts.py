"""Transcripts from other systems, one call per line of JSON.

They are the input when the rule engine or the PII detector is used alone. Errors name the line and
the key and never quote a value, which may be personal data.
"""

from __future__ import annotations

import datetime as dt
import re
from codecs import BOM_UTF8
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from models.call import Call, Direction, Role
from models.transcript import Transcript, Turn, Word
from qa_rules.errors import TranscriptLineError
from qa_rules.phrase_search.tokens import tokenize
from qa_rules.strict_yaml import StrictRecord, expected, unknown_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import Self

WORD_S = 0.4
"""Assumed length of a word without times."""
_UNSTATED = "unstated"
_SOURCE = "elsewhere"
_Time = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Share = Annotated[float, Field(ge=0, le=1)]
LanguageTag = Annotated[
    str,
    Field(pattern="^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$"),
    AfterValidator(lambda tag: re.split("[-_]", tag)[0].lower()),
]
"""A code such as `en` or `en-GB`; the region is ignored."""


class LineWord(StrictRecord):
    """One word with its time."""

    text: Annotated[str, Field(min_length=1)]
    start_s: _Time
    end_s: _Time
    confidence: _Share = 1.0


class LineTurn(StrictRecord):
    """Consecutive speech of one speaker; words without times are spread evenly over it.

    Words, if given, must match the text, except for punctuation and case.
    """

    role: Role
    start_s: _Time
    end_s: _Time
    text: str
    words: tuple[LineWord, ...] | None = None
    role_confidence: _Share = 1.0

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.end_s < self.start_s:
            raise ValueError("`end_s` not before `start_s`")
        if self.words is not None:
            if _tokens(word.text for word in self.words) != _tokens(self.text.split()):
                raise ValueError("`words` that say what `text` says")
            if any(word.start_s < before.start_s for before, word in pairwise(self.words)):
                raise ValueError("`words` in the order of time")
        return self


def _tokens(words: Iterable[str]) -> list[str]:
    return [token for word in words for token in tokenize(word)]


class LineCall(StrictRecord):
    """One call: metadata and turns. The default direction is inbound."""

    call_id: str
    language: LanguageTag
    direction: Direction | None = None
    queue: str | None = None
    turns: tuple[LineTurn, ...]
    started_at: AwareDatetime | None = None
    duration_s: _Time | None = None
    agent_id: str | None = None
    team: str | None = None

    @property
    def turn_numbers(self) -> tuple[int, ...]:
        """For each turn of the transcript, its index in the line: empty turns are left out."""
        spoken = (number for number, turn in enumerate(self.turns) if turn.text.split())
        return tuple(sorted(spoken, key=lambda number: self.turns[number].start_s))


class LineWords(StrictRecord):
    """Words without times and speaker."""

    language: LanguageTag
    words: tuple[str, ...]


def _kind(line: Any) -> str:
    return "words" if isinstance(line, dict) and "words" in line else "call"


_Line = Annotated[
    Annotated[LineWords, Tag("words")] | Annotated[LineCall, Tag("call")], Discriminator(_kind)
]
_SCHEMAS: dict[str, type[StrictRecord]] = {"call": LineCall, "words": LineWords}
_LINE: TypeAdapter[LineCall | LineWords] = TypeAdapter(_Line)


def read_line(text: str | bytes, place: str) -> LineCall | LineWords:
    """Read one line: words alone if it has the key `words`, otherwise a call.

    Args:
        text: A JSON object.
        place: Name of the line in errors, such as `calls.jsonl:3`.

    Raises:
        TranscriptLineError: The line is invalid; lists all errors.
    """
    try:
        return _LINE.validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise TranscriptLineError(
            "\n".join(f"{place}: {_what(fault)}" for fault in found)
        ) from None


def read_calls(path: Path, faults: list[str]) -> Iterator[tuple[Call, Transcript]]:
    """Read a JSONL file of `LineCall`s; a call without `started_at` is evaluated as if made now.

    Args:
        path: The file.
        faults: Receives errors as `path:line: what; expected what`. Lines that cannot be read,
            and duplicates of a call, are left out.
    """
    read: set[str] = set()
    with path.open(
        "rb"
    ) as lines:  # binary, so that a line that is not UTF-8 is an error of that line only
        for number, raw in enumerate(lines, start=1):
            line = raw.removeprefix(BOM_UTF8).strip()
            if not line:
                continue
            place = f"{path}:{number}"
            try:
                record = read_line(line, place)
            except TranscriptLineError as error:
                faults += str(error).splitlines()
                continue
            if isinstance(record, LineWords):
                faults.append(f"{place}: no turns; expected a call with turns")
            elif record.call_id in read:
                faults.append(f"{place}: `call_id` occurs twice; expected each call once")
            else:
                read.add(record.call_id)
                yield _call(record), transcript_of(record)


def _call(record: LineCall) -> Call:
    return Call(
        call_id=record.call_id,
        started_at=record.started_at or dt.datetime.now(dt.UTC),
        agent_id=record.agent_id or _UNSTATED,
        agent_name=record.agent_id or _UNSTATED,
        team=record.team or _UNSTATED,
        supervisor_id=_UNSTATED,
        supervisor_name=_UNSTATED,
        queue=record.queue or _UNSTATED,
        direction=record.direction or Direction.INBOUND,
        language=record.language,
    )


def transcript_of(record: LineCall | LineWords) -> Transcript:
    """The line as a transcript, with each role on its own channel."""
    if isinstance(record, LineWords):
        words = tuple(
            Word(text, at * WORD_S, (at + 1) * WORD_S, 1.0) for at, text in enumerate(record.words)
        )
        somebody = (Turn(Role.UNKNOWN, 0.0, 0, words),) if words else ()
        return _transcript(_SOURCE, record.language, somebody)
    channels = {role: channel for channel, role in enumerate(Role)}
    turns = tuple(
        Turn(
            role=turn.role,
            role_confidence=0.0 if turn.role is Role.UNKNOWN else turn.role_confidence,
            channel=channels[turn.role],
            words=_words(turn),
        )
        for turn in (record.turns[number] for number in record.turn_numbers)
    )
    return _transcript(record.call_id, record.language, turns, record.duration_s or 0.0)


def _transcript(
    call_id: str, language: str, turns: tuple[Turn, ...], least_s: float = 0.0
) -> Transcript:
    return Transcript(
        call_id=call_id,
        language=language,
        language_confidence=1.0,
        duration_s=max([least_s, *(turn.end_s for turn in turns)]),
        channel_count=len({turn.channel for turn in turns}),
        turns=turns,
        model_pin=_SOURCE,
    )


def _words(turn: LineTurn) -> tuple[Word, ...]:
    if turn.words is not None:
        return tuple(
            Word(word.text.strip(), word.start_s, max(word.start_s, word.end_s), word.confidence)
            for word in turn.words
        )
    texts = turn.text.split()
    each_s = (turn.end_s - turn.start_s) / len(texts)
    return tuple(
        Word(text, turn.start_s + at * each_s, turn.start_s + (at + 1) * each_s, 1.0)
        for at, text in enumerate(texts)
    )


def _what(fault: Any) -> str:
    where = ".".join(str(step) for step in fault["loc"][1:]) or "the line"  # first: kind of line
    if fault["type"] == "extra_forbidden":
        return unknown_key(fault["loc"][1:], _SCHEMAS[fault["loc"][0]].model_json_schema())
    if fault["type"] == "missing":
        return f"`{where}` is missing; expected it to be given"
    no_object = fault["type"] in {"json_invalid", "dict_type", "model_type"}
    wanted = "one JSON object" if no_object else expected(fault)
    return f"`{where}` is not right; expected {wanted}"
