"""The content of flag lists: flags, a random sample, undecided rules, quarantine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from models.reasons.reason import Reason
    from warehouse.reports.calls.human_judgements import Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One row of a flag list; the fields are the columns of `mart.flag_list`.

    Attributes:
        rank: Place in the list, from 1.
        started_local: Start of the call in the site's time zone.
        rule_title: In the reader's language, as `rule_title_failed` and `rule_why`.
        rule_tags: Tags of the rule; their titles are in the list.
        listed_before: Whether an earlier list had this call, which has been evaluated again since.
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
    rule_title_failed: str
    rule_why: str
    rule_tags: tuple[str, ...]
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
    earlier_call_count: int
    priority: float
    listed_before: bool

    @property
    def is_new_for_agent(self) -> bool:
        """Whether the agent's calls had passed this rule for four weeks."""
        return not self.earlier_flag_count and self.earlier_call_count > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LastList:
    """The previous list.

    Attributes:
        listed_at: End of its run.
        flag_count: Its flags, including those beyond the cap, as of today.
        reviewed_count: Of these, the ones that were reviewed.
    """

    listed_at: datetime
    flag_count: int
    reviewed_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledCall:
    """A random call without a flag.

    Attributes:
        score: Mean of its final scores.
        machine_score: Mean of the machine's scores.
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
    """A rule with the outcome cannot_tell, the number of its calls, and examples."""

    rule_title: str
    call_count: int
    calls: tuple[CallKey, ...]


class CallKey(NamedTuple):
    """The data of a link to a call."""

    call_id: str
    call_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorNight:
    """The list of one supervisor for a run.

    Attributes:
        supervisor_id: The supervisor.
        supervisor_name: Name of the supervisor.
        call_count: Calls of theirs that the run evaluated.
        first_date: Day of the first of them; None without any.
        last_date: Day of the last of them; None without any.
        flagged_call_count: Calls with at least one flag.
        flags: The most urgent first, no more than the cap.
        left_out_count: Flags beyond the cap.
        sample: Random calls without a flag.
        cannot_tells: Rules with the outcome cannot_tell, most calls first.
        last_list: The previous list, if any.
        judged: Reviews of flags, by flag id.
        tag_titles: Titles of the tags of its flags, by tag, in the reader's language.
    """

    supervisor_id: str
    supervisor_name: str
    call_count: int
    first_date: date | None
    last_date: date | None
    flagged_call_count: int
    flags: tuple[Flag, ...]
    left_out_count: int
    sample: tuple[SampledCall, ...]
    cannot_tells: tuple[CannotTell, ...]
    last_list: LastList | None
    judged: Mapping[str, Judgement]
    tag_titles: Mapping[str, str]

    @property
    def news(self) -> tuple[Flag, ...]:
        """Flags that are the first of their kind for their agent in four weeks."""
        return tuple(
            flag
            for flag in self.flags
            if flag.is_new_for_agent and not flag.listed_before and not self._is_dismissed(flag)
        )

    @property
    def flags_by_call(self) -> list[tuple[Flag, ...]]:
        """Flags grouped by call, by their most urgent flag; those that a person dismissed last."""
        calls: dict[str, list[Flag]] = {}
        for flag in sorted(self.flags, key=self._is_dismissed):
            calls.setdefault(flag.call_id, []).append(flag)
        return [tuple(flags) for flags in calls.values()]

    @property
    def calls_to_hear(self) -> list[CallKey]:
        """The calls of the list in the order of the page: the flagged ones, then the sample."""
        flagged = [flags[0] for flags in self.flags_by_call]
        return [
            *(CallKey(flag.call_id, flag.call_date) for flag in flagged),
            *(CallKey(call.call_id, call.call_date) for call in self.sample),
        ]

    def _is_dismissed(self, flag: Flag) -> bool:
        judgement = self.judged.get(flag.flag_id)
        return judgement is not None and not judgement.confirms


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedItem:
    """A quarantined item, and what to do about it.

    Attributes:
        older_since: End of the earlier run since which it is in quarantine, on the site's clock;
            None if the run of the lists was the first to quarantine it.
    """

    item: str
    reason: Reason
    detail: str
    older_since: datetime | None

    @property
    def file_name(self) -> str:
        """The item without its folder."""
        return PurePath(self.item).name

    @property
    def folder(self) -> str:
        """Its folder."""
        return str(PurePath(self.item).parent)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunNight:
    """The totals of a run; the counts add up to the items seen."""

    run_id: str
    source: str
    seen_count: int
    evaluated_count: int
    unchanged_count: int
    quarantined_count: int
    pending_count: int
    quarantined: tuple[QuarantinedItem, ...]

    @property
    def newly_quarantined(self) -> list[QuarantinedItem]:
        """The items that this run was the first to quarantine."""
        return [item for item in self.quarantined if item.older_since is None]

    @property
    def still_quarantined(self) -> list[QuarantinedItem]:
        """The items that earlier runs quarantined, and nobody has corrected since."""
        return [item for item in self.quarantined if item.older_since is not None]
