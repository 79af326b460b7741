"""An agent's record: strengths, areas to improve, and example calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from warehouse.reports.agents.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week of an agent or a team; the fields are columns of the weekly marts.

    Attributes:
        week: Its Monday.
        score_margin: Half the width of the mean's 95 % interval; None below ten scores.
    """

    week: date
    call_count: int
    score_mean: float | None
    score_margin: float | None
    flagged_call_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A passage of a call that shows the answer to a question.

    Attributes:
        failed: What failed in it.
    """

    call_id: str
    call_date: date
    language: str
    role: str
    start_s: float
    quote: str
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """An agent's answers to one question in the last four weeks, compared with all others.

    Attributes:
        yes_ratio_low: Lower end of the 95 % interval of the agent's share of yes; None with too few
            answers.
        is_comparable: Whether there are enough answers for a comparison.
        significantly_better: The 95 % interval of the difference to the others is above 0.
        significantly_worse: It is below 0.
        why: Why the rule of the question matters, if given.
        coaching: What an agent could say or do instead, if given.
        clips: Positive examples of a strength, negative examples of an area.
    """

    scorecard_id: str
    question: str
    title: str
    yes_count: int
    answered_count: int
    yes_ratio_low: float | None
    yes_ratio_high: float | None
    others_yes_ratio: float | None
    is_comparable: bool
    significantly_better: bool
    significantly_worse: bool
    why: str
    coaching: str
    clips: tuple[Clip, ...]

    @property
    def yes_ratio(self) -> float:
        """The agent's share of yes."""
        return self.yes_count / self.answered_count

    @property
    def failed(self) -> tuple[str, ...]:
        """What failed in its clips, each once."""
        return tuple(dict.fromkeys(failed for clip in self.clips for failed in clip.failed))


@dataclass(frozen=True, slots=True, kw_only=True)
class NotableCall:
    """A call to listen to, with the reason.

    Attributes:
        flags: What its flags say.
    """

    call_id: str
    call_date: date
    queue: str
    language: str
    duration_s: float
    score: float | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How often an agent followed a rule in the four weeks before a session and since.

    Attributes:
        count: Calls since, at most four weeks of them.
        ratio: Share of these that follow it.
        before: The share before the session.
        peers_change: Change of the others in the same queues and languages.
        gain: Change of the agent minus that of the others.
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
        """Whether the gain or loss is significant."""
        return not self.gain_low <= 0 <= self.gain_high


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A commitment of the last session, and its outcome.

    Attributes:
        held_on: Day of the session, on the site's clock.
        check: Title of its rule; empty without a rule.
        effect: Its measured effect; None with too few calls of the agent or of the others.
    """

    held_on: date
    made_by: str
    promise: str
    due_on: date | None
    status: str
    check: str
    effect: Effect | None

    def is_overdue(self, last_date: date) -> bool:
        """Whether it is still open after its day, on the last day with calls."""
        return self.status == "open" and self.due_on is not None and self.due_on < last_date


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRecord:
    """The data of an agent's page and coaching sheet.

    Attributes:
        weeks: The last twelve weeks with calls, oldest first.
        strengths: Significantly better than others first, then by the lower end of the interval.
        areas: Significantly worse than others first, then by the upper end of the interval.
        best_calls: The highest scores without a flag.
        flagged_calls: The latest calls with a flag.
        commitments: Commitments of the last session.
        service: Handle time and survey answers.
    """

    agent_id: str
    agent_name: str
    team: str
    supervisor_id: str
    supervisor_name: str
    last_date: date
    call_count: int
    flagged_call_count: int
    score_mean: float | None
    score_margin: float | None
    weeks: tuple[Week, ...]
    strengths: tuple[Skill, ...]
    areas: tuple[Skill, ...]
    best_calls: tuple[NotableCall, ...]
    flagged_calls: tuple[NotableCall, ...]
    commitments: tuple[Commitment, ...]
    service: Service
