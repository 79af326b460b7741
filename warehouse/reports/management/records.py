"""The content of the management report of a week or month."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from warehouse.reports.agents.records import Clip, Week
    from warehouse.reports.calls.security_codes import CodeCounts
    from warehouse.reports.management.targets import Target
    from warehouse.reports.site.period import Period


class Verdict(StrEnum):
    """The result of comparing an interval with a target."""

    MET = "met"
    MISSED = "missed"
    UNSURE = "no clear difference"
    NO_TARGET = "no target"
    NO_DATA = "no data yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the period with its interval, the previous period and the target.

    Attributes:
        name: Name as in the targets; its suffix is its unit.
        count: Number of cases.
        value: The value; None without cases.
        low: Lower end of the value's 95 % interval; None with too few cases for one.
        high: Upper end of it.
        before: The value of the previous period; None without cases.
        change_low: Lower end of the 95 % interval of the change since then.
        change_high: Upper end of it.
        target: Its target, if any.
        of: Its period, if it is known later than the others and may be of an earlier week.
    """

    name: str
    count: int
    value: float | None
    low: float | None
    high: float | None
    before: float | None
    change_low: float | None
    change_high: float | None
    target: Target | None
    of: Period | None = None

    @property
    def verdict(self) -> Verdict:
        """The status of the target: met or missed only if the whole interval is."""
        if self.target is None:
            return Verdict.NO_TARGET
        if self.low is None or self.high is None:
            return Verdict.NO_DATA
        bound, wants_more = self.target.bound, self.target.at_most is None
        if (self.low >= bound) if wants_more else (self.high <= bound):
            return Verdict.MET
        if (self.high < bound) if wants_more else (self.low > bound):
            return Verdict.MISSED
        return Verdict.UNSURE

    @property
    def change(self) -> float | None:
        """The significant change; None if the change is not significant."""
        if self.change_low is None or self.change_high is None:
            return None
        if self.change_low <= 0 <= self.change_high:
            return None
        return (self.value or 0.0) - (self.before or 0.0)

    @property
    def got_better(self) -> bool | None:
        """Whether a significant change is an improvement; None if that is not known."""
        if self.change is None or self.target is None:
            return None
        return self.target.is_better(self.change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """An achievement or a challenge: one sentence of the report with its evidence.

    Attributes:
        kind: The kind of sentence, as in the template.
        subject: Its subject.
        count: Number of cases.
        value: Value of the subject, 0..1 or a score.
        low: Lower end of its 95 % interval.
        high: Upper end of it.
        other: The value for comparison: the previous period, the others, or a target.
        who: The responsible supervisor or team; empty if none.
        agent_id: Set if the subject is an agent with a page.
        figure: Set if the subject is a figure.
        clips: Example passages.
        calls: Calls that show it, where no passage does.
    """

    kind: str
    subject: str
    count: int = 0
    value: float | None = None
    low: float | None = None
    high: float | None = None
    other: float | None = None
    who: str = ""
    agent_id: str = ""
    figure: Figure | None = None
    clips: tuple[Clip, ...] = ()
    calls: tuple[ShownCall, ...] = ()


class ShownCall(NamedTuple):
    """The data of a link to a call."""

    call_id: str
    call_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """Adoption of a changed rule, by week since it took effect.

    Attributes:
        ratios: Share of passes of each week, with the ends of its interval if it has one, oldest
            first.
        earlier_ratio: Share in the four weeks before, under the previous version; None for a new
            rule.
    """

    rule_id: str
    title: str
    rule_version: int
    effective_from: date
    ratios: tuple[tuple[float, float | None, float | None], ...]
    judged_count: int
    earlier_ratio: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """One team in the period.

    Attributes:
        score: Its mean score, with its target if there is one.
        flagged: Its share of calls with a flag.
    """

    team: str
    call_count: int
    score: Figure
    flagged: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRow:
    """What customers answered to one survey question about the calls of the period.

    Attributes:
        scale: Lowest and highest possible answer, such as 1-5.
        call_count: Calls that were answered about.
        score_mean: Mean answer, on the scale.
        top: The share of top answers.
    """

    question: str
    scale: str
    call_count: int
    score_mean: float
    top: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyRow:
    """One kind of personal data that was said in the period.

    Attributes:
        call_count: Calls in which it was masked.
        reported_count: Of these, calls in which its confidence is high enough for reporting.
        asked_count: Calls in which an agent asked for it.
        spoken_count: Calls in which an agent said it: repeated or disclosed it.
    """

    pii_type: str
    call_count: int
    reported_count: int
    asked_count: int
    spoken_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Cost of the period, from the rates of the centre."""

    currency: str
    total: float
    per_call: float | None
    per_resolved: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagementReport:
    """The report of a week or month.

    Attributes:
        last_date: Last day with calls: the period may not be over.
        achievements: Achievements by kind, in the order of the report.
        challenges: Challenges by kind; each kind has a proposed action.
        weeks: The last twelve up to the period's end that have calls, oldest first.
        teamless_targets: Teams of the targets that never had a call.
        codes: Calls whose recording must be deleted, since it contains a security code.
        quarantined_count: Items in quarantine now; 0 in a report of an older period.
        surveys: Survey questions, those with the most answers first; empty without answers.
        costs: Costs by currency; empty without rates.
    """

    period: Period
    last_date: date
    call_count: int
    agent_count: int
    figures: tuple[Figure, ...]
    weeks: tuple[Week, ...]
    achievements: Mapping[str, Sequence[Point]]
    challenges: Mapping[str, Sequence[Point]]
    adoptions: tuple[Adoption, ...]
    privacy: tuple[PrivacyRow, ...]
    codes: CodeCounts
    teams: tuple[TeamRow, ...]
    teamless_targets: tuple[str, ...]
    surveys: tuple[SurveyRow, ...]
    costs: tuple[Cost, ...]
    quarantined_count: int

    def figure(self, name: str) -> Figure:
        """One figure by its name."""
        return next(figure for figure in self.figures if figure.name == name)
