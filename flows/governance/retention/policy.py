"""How long what is kept: the retention policy of a centre, a YAML file.

Every policy names calls by what is known of them, and periods per class of what is kept. The
longest matching period decides, and the hard maximum limits it.
"""

from __future__ import annotations

import calendar
from collections import Counter
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, Self

from pydantic import Field, StringConstraints, model_validator

from models.data_files.strict_yaml import StrictRecord
from qa_rules.errors import RuleFilesError
from qa_rules.strict_yaml import read_record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from warehouse.lake.index.stored_calls import StoredCall

EXAMPLE = Path(__file__).with_name("retention.yaml")
"""A policy to begin with, in which every line is a comment."""

_MONTHS = {"month": 1, "year": 12}
_MOST_YEARS = 100
FOREVER = "forever"
MAXIMUM = "maximum"
"""What decides where the hard maximum does; no policy has that id."""

_Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
_Period = Annotated[
    str, StringConstraints(pattern=r"^(forever|[1-9]\d{0,4} (days?|months?|years?))$")
]
_Value = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Kind(StrEnum):
    """A class of what is kept."""

    ORIGINAL = "original"
    AUDIO = "audio"
    TRANSCRIPT = "transcript"
    SCORE = "score"
    REPORT = "report"
    EXPORTS = "exports"
    LEDGER = "ledger"
    LOG = "log"


OF_CALLS = (Kind.ORIGINAL, Kind.AUDIO, Kind.TRANSCRIPT, Kind.SCORE)
"""Classes that are kept call by call, so that policies may choose calls for them."""


class Periods(StrictRecord):
    """Periods by class; a class that is not named has none."""

    original: _Period | None = None
    audio: _Period | None = None
    transcript: _Period | None = None
    score: _Period | None = None
    report: _Period | None = None
    exports: _Period | None = None
    ledger: _Period | None = None
    log: _Period | None = None

    def of(self, kind: Kind) -> str | None:
        """The period of a class."""
        period: str | None = getattr(self, kind)
        return period


class Selector(StrictRecord):
    """Which calls a policy is for: those for which everything that is named holds.

    Attributes:
        queues: In one of these queues.
        teams: Of one of these teams.
        directions: Inbound or outbound.
        languages: Mostly in one of these languages, ISO 639-1.
        restricted: Restricted calls, or all others.
        tags: With a failed or observed rule that has one of these tags.
        fields: With one of these values of each of these custom fields.
    """

    queues: tuple[_Value, ...] = ()
    teams: tuple[_Value, ...] = ()
    directions: tuple[Literal["inbound", "outbound"], ...] = ()
    languages: tuple[_Value, ...] = ()
    restricted: bool | None = None
    tags: tuple[_Value, ...] = ()
    fields: dict[_Value, tuple[_Value, ...]] = Field(default_factory=dict)

    def matches(self, call: StoredCall) -> bool:
        """Whether it chooses a call."""
        alternatives = (
            (self.queues, call.queue),
            (self.teams, call.team),
            (self.directions, call.direction),
            (self.languages, call.language),
            *((wanted, call.fields.get(name)) for name, wanted in self.fields.items()),
        )
        return (
            all(value in wanted for wanted, value in alternatives if wanted)
            and self.restricted in {None, call.restricted}
            and (not self.tags or not call.tags.isdisjoint(self.tags))
        )


class Policy(StrictRecord):
    """Periods for some calls, or for all.

    Attributes:
        id: Unique in its file; plans and the audit trail name it.
        why: The purpose or duty behind it.
        calls: Which calls; all if it names nothing.
        keep: How long.
    """

    id: _Id
    why: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    calls: Selector = Selector()
    keep: Periods

    @model_validator(mode="after")
    def _chooses_among_calls(self) -> Self:
        other = [kind for kind in Kind if kind not in OF_CALLS and self.keep.of(kind)]
        if self.calls != Selector() and other:
            raise ValueError(f"no `calls` in a policy for {', '.join(other)}, which are of no call")
        return self


class Originals(StrictRecord):
    """What the centre permits of the original recordings, which are its own.

    Attributes:
        delete: Whether those whose period is over may be deleted from the source.
        unproven: Whether also those whose redacted copy was not proven.
    """

    delete: bool = False
    unproven: bool = False


class Kept(NamedTuple):
    """Until when something is kept, and why.

    Attributes:
        until: The last day; None without an end.
        policy: The id of the policy that decides, or `maximum`; None if there is none.
    """

    until: date | None = None
    policy: str | None = None

    def is_over(self, today: date) -> bool:
        """Whether its time is over."""
        return self.until is not None and self.until < today


class RetentionFile(StrictRecord):
    """The retention policy of a centre.

    Attributes:
        maximum: The hard maximum by class, whatever the policies say.
        originals: Whether original recordings may be deleted; by default none is.
        policies: The policies.
    """

    maximum: Periods = Periods()
    originals: Originals = Originals()
    policies: tuple[Policy, ...] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        counts = Counter(policy.id for policy in self.policies)
        if twice := sorted(policy_id for policy_id, count in counts.items() if count > 1):
            raise ValueError(f"policies have ids of their own; expected {', '.join(twice)} once")
        if MAXIMUM in counts:
            raise ValueError(f"a policy with another id than {MAXIMUM}, which stands for the limit")
        if endless := [kind for kind in Kind if self.maximum.of(kind) == FOREVER]:
            raise ValueError(f"a maximum ends; expected a period of {', '.join(endless)}")
        return self

    @property
    def needs_tags(self) -> bool:
        """Whether a policy chooses calls by tags."""
        return any(policy.calls.tags for policy in self.policies)

    def of_call(self, call: StoredCall, kind: Kind) -> Kept:
        """Until when something of a call is kept."""
        return self._longest(
            kind, call.call_date, (p for p in self.policies if p.calls.matches(call))
        )

    def of_file(self, kind: Kind, day: date) -> Kept:
        """Until when something is kept that is of no single call."""
        return self._longest(kind, day, self.policies)

    def limit(self, kind: Kind, day: date) -> Kept | None:
        """The hard maximum of a class; None if it has none."""
        maximum = self.maximum.of(kind)
        return Kept(last_day(day, maximum), MAXIMUM) if maximum else None

    def _longest(self, kind: Kind, day: date, policies: Iterable[Policy]) -> Kept:
        periods = [(one.keep.of(kind), one.id) for one in policies]
        kept = [Kept(last_day(day, period), name) for period, name in periods if period]
        longest = max(kept, key=lambda one: one.until or date.max, default=Kept())
        limit = self.limit(kind, day)
        return min(longest, limit or longest, key=lambda one: one.until or date.max)


def read_policy(path: Path) -> RetentionFile:
    """Read a retention policy.

    Raises:
        RuleFilesError: The file is missing or invalid; lists all errors with their lines.
    """
    try:
        return read_record(path, RetentionFile)
    except OSError as error:
        what = f"{error.strerror}; expected a retention policy"
        raise RuleFilesError([f"{path}:1: {what}"]) from None


def last_day(day: date, period: str) -> date | None:
    """The last day of a period that begins with an event of a day; None if it has no end.

    As in Regulation (EEC, Euratom) 1182/71, article 3: the day of the event does not count, months
    and years end with the day of the same date, and with the last of the month where there is none.
    """
    if period == FOREVER:
        return None
    number, unit = period.split()
    if unit.startswith("day"):
        return day + timedelta(days=int(number))
    months = day.year * 12 + day.month - 1 + int(number) * _MONTHS[unit.removesuffix("s")]
    year, month = divmod(months, 12)
    if year > date.max.year - _MOST_YEARS:
        return None
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
