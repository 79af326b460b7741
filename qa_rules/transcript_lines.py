"""Transcripts from elsewhere: one JSON object a line, read strictly.

A fault names the line and the key and never quotes the line, which may hold anything.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag, TypeAdapter, ValidationError, model_validator

from models.call import Direction, Role
from models.transcript import Transcript, Turn, Word
from qa_rules.errors import RulesError
from qa_rules.reading import StrictRecord

if TYPE_CHECKING:
    from typing import Self

WORD_S = 0.4
_SOURCE = "elsewhere"


class LineError(RulesError):
    """A line is not what it should be; a fault a text line, each `place: what; expected what`."""


class SpokenWord(StrictRecord):
    """A word of a turn; `confidence` is the recogniser's own."""

    text: str
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)
    confidence: float = Field(1.0, ge=0, le=1)


class SpokenTurn(StrictRecord):
    """One speaker's consecutive speech.

    `words`, where given, are the white-space separated words of `text`, one by one.
    """

    role: Role
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)
    text: str
    words: tuple[SpokenWord, ...] | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.end_s < self.start_s:
            raise ValueError("`end_s` is before `start_s`")
        if self.words is not None:
            if [word.text.strip() for word in self.words] != self.text.split():
                raise ValueError("`words` are not the white-space separated words of `text`")
            if any(word.start_s < before.start_s for before, word in pairwise(self.words)):
                raise ValueError("`words` are not in the order of time")
        return self

    def spoken(self) -> tuple[Word, ...]:
        """The words; where only the turn's times are known, each takes an equal part of them."""
        if self.words is not None:
            return tuple(
                Word(
                    word.text.strip(), word.start_s, max(word.start_s, word.end_s), word.confidence
                )
                for word in self.words
            )
        texts = self.text.split()
        step_s = (self.end_s - self.start_s) / max(len(texts), 1)
        return tuple(
            Word(text, self.start_s + number * step_s, self.start_s + (number + 1) * step_s, 1.0)
            for number, text in enumerate(texts)
        )


class TranscriptLine(StrictRecord):
    """A call as another system transcribed it."""

    call_id: str
    language: str
    direction: Direction = Direction.INBOUND
    queue: str = "unknown"
    turns: tuple[SpokenTurn, ...]

    @property
    def turn_numbers(self) -> tuple[int, ...]:
        """Which turn of the line each turn of the transcript is: empty ones are left out."""
        spoken = (number for number, turn in enumerate(self.turns) if turn.spoken())
        return tuple(sorted(spoken, key=lambda number: self.turns[number].start_s))

    def transcript(self) -> Transcript:
        """The call as this system would have heard it, the agent left and the customer right."""
        turns = [self.turns[number] for number in self.turn_numbers]
        return _transcript(
            self.call_id,
            self.language,
            tuple(
                Turn(turn.role, float(turn.role is not Role.UNKNOWN), _channel(turn), turn.spoken())
                for turn in turns
            ),
        )


class WordsLine(StrictRecord):
    """Words alone, without times and speaker."""

    language: str
    words: tuple[str, ...]

    def transcript(self) -> Transcript:
        """The words as one turn of somebody."""
        words = tuple(
            Word(text, number * WORD_S, (number + 1) * WORD_S, 1.0)
            for number, text in enumerate(self.words)
        )
        turns = (Turn(Role.UNKNOWN, 0.0, 0, words),) if words else ()
        return _transcript(_SOURCE, self.language, turns)


def _kind(line: Any) -> str:
    return "words" if isinstance(line, dict) and "words" in line else "transcript"


Line: TypeAlias = Annotated[
    Annotated[WordsLine, Tag("words")] | Annotated[TranscriptLine, Tag("transcript")],
    Discriminator(_kind),
]
_LINE: TypeAdapter[WordsLine | TranscriptLine] = TypeAdapter(Line)


def read_line(text: str, place: str) -> WordsLine | TranscriptLine:
    """Read one line.

    Args:
        text: A JSON object: a transcript, or words alone if it has the key `words`.
        place: What faults call it, such as `calls.jsonl:3`.

    Raises:
        LineError: With every fault of the line.
    """
    try:
        return _LINE.validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise LineError("\n".join(f"{place}: {_what(fault)}" for fault in found)) from None


def _what(fault: Any) -> str:
    steps = [str(step) for step in fault["loc"][1:]]  # the first is the kind of line
    where = ".".join(steps) or "the line"
    message = fault["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if fault["type"] == "json_invalid":
        return "not valid JSON; expected one JSON object on the line"
    if fault["type"] == "extra_forbidden":
        where = ".".join(steps[:-1]) or "the line"
        return f"`{where}` has an unknown key; expected only the documented keys"
    if fault["type"] == "missing":
        return f"`{where}` is missing; expected it to be given"
    if fault["type"] == "value_error":
        return f"`{where}`: {message}; expected them to agree"
    return f"`{where}` is not right; expected {message}"


def _channel(turn: SpokenTurn) -> int:
    return int(turn.role is Role.CUSTOMER)


def _transcript(call_id: str, language: str, turns: tuple[Turn, ...]) -> Transcript:
    return Transcript(
        call_id=call_id,
        language=language,
        language_confidence=1.0,
        duration_s=max((turn.end_s for turn in turns), default=0.0),
        channel_count=2,
        turns=turns,
        model_pin=_SOURCE,
    )
