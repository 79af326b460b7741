"""An agent's record: what goes well, what could go better, and the calls that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week of an agent or a team; the fields are columns of the weekly marts.

    Attributes:
        week: Its Monday.
        score_margin: Half the width of the mean's 95 % interval; None below two scores.
    """

    week: date
    call_count: int
    score_mean: float | None
    score_margin: float | None
    flagged_call_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A place in a call that shows how a question was answered."""

    call_id: str
    call_date: date
    language: str
    role: str
    start_s: float
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """How an agent does on one question in the last four weeks, beside everybody else.

    Attributes:
        yes_ratio_low: Lower end of the 95 % interval of the agent's share of yes.
        significantly_better: The agent's interval lies wholly above the others'.
        significantly_worse: It lies wholly below.
        why: Why the rule behind the question matters; empty if none says so.
        coaching: What an agent may say or do instead; empty if no rule says so.
        clips: Where it went well for a strength, and where it did not for an area.
    """

    scorecard_id: str
    question: str
    title: str
    yes_count: int
    answered_count: int
    yes_ratio_low: float
    yes_ratio_high: float
    others_yes_ratio: float | None
    significantly_better: bool
    significantly_worse: bool
    why: str
    coaching: str
    clips: tuple[Clip, ...]

    @property
    def yes_ratio(self) -> float:
        """The agent's share of yes."""
        return self.yes_count / self.answered_count


@dataclass(frozen=True, slots=True, kw_only=True)
class NotableCall:
    """A call worth hearing, and why it is on the list."""

    call_id: str
    call_date: date
    queue: str
    language: str
    duration_s: float
    score: float | None
    flag_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How often an agent kept to a rule in the four weeks before a session and since.

    Attributes:
        count: Calls since, at most four weeks of them.
        ratio: Share of these that keep to it.
        before: The share before.
        peers_change: By how much the others of the same queues and languages changed meanwhile.
        gain: By how much more than these the agent did.
        gain_low: Lower end of the gain's 95 % interval.
        gain_high: Upper end of it.
    """

    count: int
    ratio: float
    before: float
    peers_change: float
    gain: float
    gain_low: float
    gain_high: float

    @property
    def is_sure(self) -> bool:
        """Whether the gain, or the loss, is more than chance."""
        return not self.gain_low <= 0 <= self.gain_high


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What one side promised in the last session, and what became of it.

    Attributes:
        held_on: Day of the session, on the site's clock.
        check: What the rule it is about asks; empty if it is about none.
        effect: What can be measured of it; None with too few calls of the agent or of the others.
    """

    held_on: date
    made_by: str
    promise: str
    due_on: date | None
    status: str
    check: str
    effect: Effect | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRecord:
    """All that an agent's page and coaching sheet tell.

    Attributes:
        restricted_count: Calls that only named people may see; they count, and are not shown.
        weeks: The last twelve that have calls, oldest first.
        strengths: Surely better than others first, then what is kept most surely.
        areas: Surely worse than others first, then what was missed most.
        best_calls: The highest scores without a flag.
        flagged_calls: The latest calls with a flag.
        commitments: Of the last session.
    """

    agent_id: str
    agent_name: str
    team: str
    supervisor_id: str
    supervisor_name: str
    last_date: date
    call_count: int
    flagged_call_count: int
    restricted_count: int
    score_mean: float | None
    score_margin: float | None
    weeks: tuple[Week, ...]
    strengths: tuple[Skill, ...]
    areas: tuple[Skill, ...]
    best_calls: tuple[NotableCall, ...]
    flagged_calls: tuple[NotableCall, ...]
    commitments: tuple[Commitment, ...]
