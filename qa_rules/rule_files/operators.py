"""The operators of the rule language and their arguments."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from models.call import Direction
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason
from qa_rules.results import Act
from qa_rules.strict_yaml import StrictRecord

ID_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
RuleId = Annotated[str, Field(pattern=ID_PATTERN)]
Share = Annotated[float, Field(ge=0, le=100)]
Seconds = Annotated[float, Field(ge=0)]


def as_list(value: object) -> object:
    """Accept a single item in place of a list."""
    return value if isinstance(value, (list, tuple)) or value is None else (value,)


class Speaker(StrEnum):
    """Whose words are searched."""

    AGENT = "agent"
    CUSTOMER = "customer"
    SYSTEM = "system"
    ANYONE = "anyone"


# Strict records reject strings for enums, but YAML has only strings.
Choice = Field(strict=False)
OneOrMore = BeforeValidator(as_list, json_schema_input_type=str | tuple[str, ...])
Phrases = Annotated[tuple[str, ...], OneOrMore, Field(min_length=1)]


_WAYS = ({"first"}, {"last"}, {"from"}, {"to"}, {"from", "to"})


class Within(StrictRecord):
    """The part of the conversation that is searched, in seconds or per cent."""

    first_s: Seconds | None = None
    last_s: Seconds | None = None
    from_s: Seconds | None = None
    to_s: Seconds | None = None
    first_pct: Share | None = None
    last_pct: Share | None = None
    from_pct: Share | None = None
    to_pct: Share | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        written = self.model_dump(exclude_none=True)
        given = {name.split("_")[0]: value for name, value in written.items()}
        units = {name.split("_")[1] for name in written}
        if len(units) != 1 or set(given) not in _WAYS:
            raise ValueError("a window given as first, last or from..to, all in _s or all in _pct")
        start = given.pop("from", 0)
        if any(end <= start for end in given.values()):
            raise ValueError("a window that ends after it starts")
        return self

    @property
    def depends_on_length(self) -> bool:
        """Whether it lies elsewhere in a longer call."""
        by_length = (self.last_s, self.first_pct, self.last_pct, self.from_pct, self.to_pct)
        return any(given is not None for given in by_length)

    def seconds(
        self, conversation_s: tuple[float, float], duration_s: float
    ) -> tuple[float, float]:
        """Start and end of the window in a call.

        The first part of a call includes what is played before the conversation, and the last part
        what is recorded after it.

        Args:
            conversation_s: Start and end of the conversation.
            duration_s: Length of the recording.
        """
        begin_s, end_s = conversation_s
        length_s = end_s - begin_s
        start_s = 0.0
        if self.last_s is not None:
            start_s = max(begin_s, end_s - self.last_s)
        elif self.last_pct is not None:
            start_s = end_s - length_s * self.last_pct / 100
        elif self.from_s is not None:
            start_s = begin_s + self.from_s
        elif self.from_pct is not None:
            start_s = begin_s + length_s * self.from_pct / 100
        if (most_s := self.first_s or self.to_s) is not None:
            return start_s, begin_s + most_s
        if (most_pct := self.first_pct or self.to_pct) is not None:
            return start_s, begin_s + length_s * most_pct / 100
        return start_s, duration_s


class Near(StrictRecord):
    """Terms that occur together within at most `words` words."""

    words: Annotated[int, Field(ge=1, le=200)]
    terms: Annotated[tuple[Phrases, ...], Field(min_length=2)]
    ordered: bool = False


class Polarity(StrEnum):
    """Which matches count: how they are meant, compared with the phrase itself."""

    AFFIRMED = "affirmed"
    """Said and meant."""
    NEGATED = "negated"
    """Said and denied: "I don't want to cancel" for "I want to cancel"."""
    ANY = "any"
    """Said, whether or not it is denied."""


class EntityType(StrEnum):
    """Kinds of named entities."""

    PERSON_NAME = "person_name"
    ADDRESS = "address"
    NUMBER = "number"
    MONEY = "money"


class Similar(StrictRecord):
    """Sentences with the meaning to match, in any words."""

    to: Phrases
    min_similarity: Annotated[float, Field(gt=0, le=1)] = 0.6
    accept_similar: bool = False


class Pii(StrictRecord):
    """Personal data of these types (ids in pii/), with one of these dialogue acts."""

    type: Phrases
    act: Annotated[
        tuple[Annotated[Act, Choice], ...],
        BeforeValidator(as_list, json_schema_input_type=Act | tuple[Act, ...]),
        Field(min_length=1),
    ] = tuple(Act)


class Bounds(StrictRecord):
    """A range of numbers, both ends included."""

    min: float | None = None
    max: float | None = None

    @model_validator(mode="after")
    def _an_end(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("`min`, `max` or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("`min` not above `max`")
        return self

    def hold(self, value: float) -> bool:
        """Whether `value` is in the range."""
        return (self.min is None or value >= self.min) and (self.max is None or value <= self.max)

    @property
    def reason(self) -> Reason:
        """The range as a reason."""
        if self.max is None:
            return Reason(ReasonCode.AT_LEAST, {"low": self.min})
        if self.min is None:
            return Reason(ReasonCode.AT_MOST, {"high": self.max})
        return Reason(ReasonCode.BETWEEN, {"low": self.min, "high": self.max})


class MetricRange(Bounds):
    """A conversation metric in a range."""

    name: str
    role: Annotated[Speaker, Choice] = Speaker.ANYONE


class Tone(StrEnum):
    """The tone of a turn, from positive and negative words alone."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    MIXED = "mixed"


class ToneShare(StrictRecord):
    """The least share of the speaker's turns with these tones."""

    of: Annotated[
        tuple[Annotated[Tone, Choice], ...],
        BeforeValidator(as_list, json_schema_input_type=Tone | tuple[Tone, ...]),
        Field(min_length=1),
    ]
    min_ratio: Annotated[float, Field(gt=0, le=1)] = 0.5


class Metadata(StrictRecord):
    """Metadata of the call; every given key must match."""

    direction: (
        Annotated[
            tuple[Annotated[Direction, Choice], ...],
            BeforeValidator(as_list, json_schema_input_type=Direction | tuple[Direction, ...]),
        ]
        | None
    ) = None
    queue: Annotated[tuple[str, ...], OneOrMore] | None = None
    team: Annotated[tuple[str, ...], OneOrMore] | None = None
    agent_id: Annotated[tuple[str, ...], OneOrMore] | None = None
    language: (
        Annotated[tuple[Annotated[str, Field(pattern="^[a-z]{2,3}$")], ...], OneOrMore] | None
    ) = None
    duration_s: Bounds | None = None


class Close(StrictRecord):
    """A distance in time from the matches of another rule."""

    rule: RuleId
    s: Seconds
