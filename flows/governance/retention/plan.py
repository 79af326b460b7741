"""What a retention policy says of everything that a home folder keeps: what goes, what stays."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from flows.errors import FlowsError
from flows.governance.holds import holds_of
from flows.governance.retention.dated_files import dated_files
from flows.governance.retention.policy import MAXIMUM, Kept, Kind, read_policy
from flows.governance.retention.source_files import SourceFiles
from warehouse.lake.index.stored_calls import StoredCall, stored_calls
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flows.governance.holds import Holds
    from flows.governance.retention.dated_files import DatedFile
    from flows.governance.retention.policy import RetentionFile
    from flows.settings.centre import Settings
    from models.call import Call


class Line(NamedTuple):
    """What becomes of the items of a class for which one policy decides.

    Attributes:
        kind: The class.
        policy: The policy; None where no policy has a period.
        stays: How many stay.
        goes: How many go now.
        held: How many would go, and are held.
        next_on: The first day on which another one of them goes.
    """

    kind: Kind
    policy: str | None
    stays: int
    goes: int
    held: int
    next_on: date | None


@dataclass(kw_only=True)
class Plan:
    """What goes on a day.

    Attributes:
        today: The day, in the centre's time zone.
        calls: The calls of which something goes, by class.
        files: The files that go, by class.
    """

    today: date
    calls: dict[Kind, list[StoredCall]] = field(default_factory=dict)
    files: dict[Kind, list[DatedFile]] = field(default_factory=dict)
    _counts: Counter[tuple[Kind, str | None, str]] = field(default_factory=Counter)
    _next: dict[tuple[Kind, str | None], date] = field(default_factory=dict)

    def add(self, kind: Kind, kept: Kept, is_held: Callable[[], bool]) -> bool:
        """Count an item; returns whether it goes.

        Args:
            kind: Its class.
            kept: Until when it is kept.
            is_held: Whether a legal hold stops its removal; asked if its time is over.
        """
        if not kept.is_over(self.today):
            self._counts[kind, kept.policy, "stays"] += 1
            if kept.until:
                key = kind, kept.policy
                day = kept.until + timedelta(days=1)
                self._next[key] = min(day, self._next.get(key, day))
            return False
        held = is_held()
        self._counts[kind, kept.policy, "held" if held else "goes"] += 1
        return not held

    @property
    def lines(self) -> list[Line]:
        """The counts by class and policy."""
        order, count = list(Kind), self._counts
        return [
            Line(
                kind=kind,
                policy=policy,
                stays=count[kind, policy, "stays"],
                goes=count[kind, policy, "goes"],
                held=count[kind, policy, "held"],
                next_on=self._next.get((kind, policy)),
            )
            for kind, policy in sorted(
                {(kind, policy) for kind, policy, _ in count},
                key=lambda key: (order.index(key[0]), key[1] or ""),
            )
        ]

    @property
    def removed_counts(self) -> dict[str, int]:
        """How many go, by class."""
        found: dict[str, int] = {}
        for line in self.lines:
            found[str(line.kind)] = found.get(str(line.kind), 0) + line.goes
        return found

    @property
    def is_empty(self) -> bool:
        """Whether nothing goes."""
        return not any(self.calls.values()) and not any(self.files.values())


def plan_of(settings: Settings, holds: Holds, today: date | None = None) -> Plan:
    """What goes on a day by the retention policy of a centre.

    Args:
        settings: Settings of the centre.
        holds: What legal holds stop.
        today: The day; today in the centre's time zone if not given.

    Raises:
        FlowsError: The centre has no policy.
        RuleFilesError: The policy has errors.
        LakeError: A part of the lake is damaged.
    """
    policy = policy_of(settings)
    has_holds = bool(holds.in_force())
    plan = Plan(today=today or datetime.now(ZoneInfo(settings.time_zone)).date())
    lake = Lake(settings.lake, settings.time_zone)
    originals = SourceFiles(settings, policy.originals, plan.today)
    for call in stored_calls(lake, with_tags=policy.needs_tags):
        is_held = partial(_is_held, holds, call) if has_holds else bool
        for kind, period in of_call(policy, call).items():
            kept = originals.kept(call, period) if kind is Kind.ORIGINAL else period
            if kept and plan.add(kind, kept, is_held):
                plan.calls.setdefault(kind, []).append(call)
    are_held = partial(_is_held, holds, None)
    for file in dated_files(settings, lake):
        if plan.add(file.kind, policy.of_file(file.kind, file.day), are_held):
            plan.files.setdefault(file.kind, []).append(file)
    return plan


def expired_calls(settings: Settings) -> Callable[[Call], bool]:
    """Tells of a call that is not stored whether its words would be removed at once.

    It is not heard: what was removed must not come back from a recording that is still there. Tags
    and an undetected language are unknown then, so policies that ask for them do not choose it.
    """
    if settings.retention is None:
        return lambda _call: False
    policy, holds, zone = policy_of(settings), holds_of(settings), ZoneInfo(settings.time_zone)
    today = datetime.now(zone).date()

    def is_over(call: Call) -> bool:
        known = StoredCall(
            call_date=call.started_at.astimezone(zone).date(),
            call_id=call.call_id,
            started_at=call.started_at,
            agent_id=call.agent_id,
            customer_ref=call.customer_ref,
            queue=call.queue,
            team=call.team,
            direction=str(call.direction),
            language=call.language,
            restricted=call.restricted,
            fields=dict(call.fields),
        )
        return of_call(policy, known)[Kind.TRANSCRIPT].is_over(today) and not holds.of(known)

    return is_over


def _is_held(holds: Holds, call: StoredCall | None) -> bool:
    return bool(holds.of(call))


def policy_of(settings: Settings) -> RetentionFile:
    """The retention policy of a centre.

    Raises:
        FlowsError: It has none.
        RuleFilesError: It has errors.
    """
    if settings.retention is None:
        raise FlowsError(
            "there is no retention policy; write one as flows/governance/retention/retention.yaml"
            " shows, and set CALLQA_RETENTION to its path"
        )
    return read_policy(settings.retention)


def of_call(policy: RetentionFile, call: StoredCall) -> dict[Kind, Kept]:
    """Until when what is there of a call is kept, by class.

    With its scores the call goes, and nothing of it stays. So they stay as long as a policy keeps
    its words, its copy or its original, up to their own maximum. An original without a period is
    the centre's, and nothing is said of it.
    """
    words, audio, original, scores = (
        policy.of_call(call, kind)
        for kind in (Kind.TRANSCRIPT, Kind.AUDIO, Kind.ORIGINAL, Kind.SCORE)
    )
    if scores.policy not in {None, MAXIMUM}:
        scores = max(scores, *_named(words, audio, original), key=_end)
        if (limit := policy.limit(Kind.SCORE, call.call_date)) and _end(limit) < _end(scores):
            scores = limit
    found = {}
    if original.policy:
        found[Kind.ORIGINAL] = min(original, scores, key=_end)
    if not call.audio_removed_on:
        found[Kind.AUDIO] = min(audio, scores, key=_end)
    if not call.transcript_removed_on:
        found[Kind.TRANSCRIPT] = min(words, scores, key=_end)
    return {**found, Kind.SCORE: scores}


def _named(*kept: Kept) -> Iterator[Kept]:
    return (one for one in kept if one.policy)


def _end(kept: Kept) -> date:
    return kept.until or date.max
