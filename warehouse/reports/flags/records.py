"""What a run has to tell: flags, a random sample, what could not be told or was quarantined."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from models.reasons import Reason
    from warehouse.reports.calls.human_judgements import Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One row of a flag list; the fields are the columns of `mart.flag_list`.

    Attributes:
        rank: Place in the list, from 1.
        started_local: Start of the call on the site's clock.
        rule_title: In the reader's language, as `rule_why`.
        listed_before: An earlier list told of this call: it has been evaluated again since.
    """

    rank: int
    flag_id: str
    call_id: str
    call_date: date
    started_local: datetime
    agent_id: str
    agent_name: str
    team: str
    queue: str
    language: str
    rule_id: str
    rule_title: str
    rule_why: str
    outcome: str
    severity: str
    confidence: float
    reason: Reason
    role: str | None
    start_s: float | None
    start_minutes_seconds: str | None
    end_minutes_seconds: str | None
    quote: str | None
    earlier_flag_count: int
    earlier_judged_count: int
    priority: float
    listed_before: bool

    @property
    def is_new_for_agent(self) -> bool:
        """Whether the agent's calls passed this rule for four weeks, until now."""
        return not self.earlier_flag_count and self.earlier_judged_count > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LastList:
    """The list before this one.

    Attributes:
        listed_at: When its run ended.
        flag_count: Flags that it told of, cap and all, as far as they stand today.
        reviewed_count: Of these, the ones that a person has judged.
    """

    listed_at: datetime
    flag_count: int
    reviewed_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledCall:
    """A call drawn at random among those without a flag.

    Attributes:
        score: The mean of its scorecards' scores that stand.
        machine_score: The one before anybody judged an answer.
    """

    call_id: str
    call_date: date
    started_local: datetime
    agent_id: str
    agent_name: str
    team: str
    queue: str
    language: str
    length_minutes_seconds: str
    score: float | None
    machine_score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CannotTell:
    """A rule that could not tell, of how many calls, and some of these."""

    rule_title: str
    call_count: int
    calls: tuple[CallKey, ...]


class CallKey(NamedTuple):
    """What a link to a call needs."""

    call_id: str
    call_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorNight:
    """What one supervisor is told of a run.

    Attributes:
        supervisor_id: The supervisor.
        supervisor_name: For people.
        call_count: Calls of theirs that the run evaluated.
        first_date: Day of the first of them; None without any.
        last_date: Day of the last of them; None without any.
        flagged_call_count: Calls with at least one flag.
        restricted_count: Calls of theirs that only named people may see: nothing else here, counts
            included, tells of them. 0 in a list of restricted calls.
        flags: The most urgent first, no more than the cap.
        left_out_count: Flags beyond the cap.
        sample: Drawn at random among the calls without a flag.
        cannot_tells: Rules that could not tell, most calls first.
        last_list: The one before; None if this is the first.
        judged: What reviewers said of flags, by id of the flag.
    """

    supervisor_id: str
    supervisor_name: str
    call_count: int
    first_date: date | None
    last_date: date | None
    flagged_call_count: int
    restricted_count: int
    flags: tuple[Flag, ...]
    left_out_count: int
    sample: tuple[SampledCall, ...]
    cannot_tells: tuple[CannotTell, ...]
    last_list: LastList | None
    judged: Mapping[str, Judgement]

    @property
    def flags_by_agent(self) -> list[tuple[Flag, ...]]:
        """The flags of each agent, who has the most urgent one first."""
        agents: dict[str, list[Flag]] = {}
        for flag in self.flags:
            agents.setdefault(flag.agent_id, []).append(flag)
        return [tuple(flags) for flags in agents.values()]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedItem:
    """An item that was not evaluated, and what to do about it."""

    item: str
    reason: Reason
    detail: str

    @property
    def file_name(self) -> str:
        """The item without its folder."""
        return PurePath(self.item).name

    @property
    def folder(self) -> str:
        """Where it is."""
        return str(PurePath(self.item).parent)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunNight:
    """What a run is told as a whole; the counts add up to what was seen."""

    run_id: str
    source: str
    seen_count: int
    evaluated_count: int
    unchanged_count: int
    quarantined_count: int
    pending_count: int
    quarantined: tuple[QuarantinedItem, ...]
