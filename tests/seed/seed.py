"""Write a plausible lake of any size, whose truth is known: for demos, benchmarks, tests of marts.

Agents differ in skill and get better slowly, the first days of a week are busier than its last, one
rule gets a new version that the staff takes a while to follow, a few calls arrive a night late. The
words are drawn from a small vocabulary, and single words with their times are left out: a turn has
its text only, so `Lake.results` is not for seeded calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from qa_rules.results import Severity
from tests.seed.draw import NightDraw
from tests.seed.frames import draw_frames
from tests.seed.supplies import supply_night, supply_rates
from warehouse.lake.records import QuestionInfo, RuleCatalogue, RuleInfo, RunRecord, ScorecardInfo

if TYPE_CHECKING:
    import polars as pl

    from warehouse.lake.lake import Lake

RULE_IDS = (
    "script-greeting",
    "script-recording-notice",
    "script-identity-check",
    "script-next-step",
    "script-closing",
    "conduct-forbidden-promise",
    "conduct-interruptions",
    "conduct-supervisor-request",
    "pii-card-number",
    "pii-cvv",
)
QUESTION_COUNT = 7
"""The first rules answer a question each; the others only flag."""

OBSERVED_RULE = RULE_IDS.index("conduct-supervisor-request")
"""Index of the observing rule: it matches in a few calls, and does not apply to the others."""

CHANGED_RULE = 1
"""Index in `RULE_IDS` of the rule that gets a second version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPlan:
    """What to write.

    Attributes:
        call_count: Calls in all, give or take the rounding of nights.
        calls_per_night: Mean over the week.
        first_date: Day of the first calls.
        agent_count: Agents, in teams of twelve with a supervisor each.
        turns_per_call: Mean.
        change_night: Night on which the changed rule's second version takes effect.
        late_ratio: Share of calls that arrive a night late.
        seed: The same seed writes the same calls.
    """

    call_count: int
    calls_per_night: int = 3000
    first_date: date = date(2026, 1, 5)
    agent_count: int = 96
    turns_per_call: int = 12
    change_night: int = 14
    late_ratio: float = 0.01
    seed: int = 7

    @property
    def night_count(self) -> int:
        """Nights that hold the calls."""
        return -(-self.call_count // self.calls_per_night)

    @property
    def change_date(self) -> date:
        """First day of the changed rule's second version."""
        return self.first_date + timedelta(days=self.change_night)

    def pass_ratios(self, night: int) -> np.ndarray:
        """The truth: how likely agents pass rules; one row per agent, one column per rule."""
        generator = np.random.default_rng(self.seed)
        skill = generator.normal(0, 0.6, self.agent_count)[:, None]
        ease = np.linspace(3.0, 1.2, len(RULE_IDS))[None, :]
        trend = 0.004 * night
        logit = np.broadcast_to(skill + ease + trend, (self.agent_count, len(RULE_IDS))).copy()
        if night >= self.change_night:
            logit[:, CHANGED_RULE] -= 2.0 * np.exp(-(night - self.change_night) / 7)
        logit[:, OBSERVED_RULE] = np.inf
        return 1 / (1 + np.exp(-logit))


def write_seed(lake: Lake, plan: SeedPlan) -> None:
    """Write every night of a plan, and what people supply beside the calls."""
    supply_rates(lake, plan.first_date)
    for night in range(plan.night_count):
        write_night(lake, plan, night)


def write_night(lake: Lake, plan: SeedPlan, night: int) -> None:
    """Write one night: the calls of its day, and late ones of the day before."""
    day = plan.first_date + timedelta(days=night)
    call_count = _calls_of(plan, night)
    late_count = round(call_count * plan.late_ratio) if night else 0
    days = {day: night_frames(lake, plan, night, call_count - late_count)}
    if late_count:
        days[day - timedelta(days=1)] = night_frames(lake, plan, night - 1, late_count, late=True)
    lake.record_catalogue(catalogue(plan))
    lake.commit_frames(f"seed-{night:05}", days)
    chance = np.random.default_rng([plan.seed, night, 2])
    supply_night(lake, day, plan.agent_count, days[day]["finding"], chance)
    ended_at = datetime.combine(day + timedelta(days=1), time(3), UTC)
    lake.record_run(
        RunRecord(
            run_id=f"seed-{night:05}",
            source="seed",
            started_at=ended_at - timedelta(hours=3),
            finished_at=ended_at,
            seen_count=call_count,
            evaluated_count=call_count,
            unchanged_count=0,
            pending_count=0,
            quarantined=(),
            model_pin="seed",
            rules_sha256="seed",
        )
    )


def catalogue(plan: SeedPlan) -> RuleCatalogue:
    """The rules and the scorecard of the invented centre."""
    rules = [_rule(rule_id, plan.first_date) for rule_id in RULE_IDS]
    changed = rules[CHANGED_RULE]
    rules[CHANGED_RULE] = changed.model_copy(
        update={"effective_until": plan.change_date - timedelta(days=1)}
    )
    rules.append(changed.model_copy(update={"version": 2, "effective_from": plan.change_date}))
    questions = tuple(
        QuestionInfo(
            section="service",
            question=rule_id.partition("-")[2],
            title=rule_id,
            weight=100 / QUESTION_COUNT,
            auto_fail=False,
            critical=False,
        )
        for rule_id in RULE_IDS[:QUESTION_COUNT]
    )
    card = ScorecardInfo(
        scorecard_id="service",
        version=1,
        title="Service",
        effective_from=plan.first_date,
        questions=questions,
    )
    return RuleCatalogue(rules_sha256="seed", rules=tuple(rules), scorecards=(card,))


def _rule(rule_id: str, since: date) -> RuleInfo:
    kind = rule_id.partition("-")[0]
    return RuleInfo(
        rule_id=rule_id,
        version=1,
        kind=kind,
        title=rule_id.replace("-", " "),
        tags=("escalation", "contact-reason") if rule_id == RULE_IDS[OBSERVED_RULE] else (),
        why="Invented for seed data.",
        severity=Severity.CRITICAL if kind == "pii" else Severity.MAJOR,
        status="active",
        effective_from=since,
    )


def _calls_of(plan: SeedPlan, night: int) -> int:
    """Busier early in the week."""
    weekday = (plan.first_date + timedelta(days=night)).weekday()
    return round(plan.calls_per_night * (1.3, 1.2, 1.1, 1.0, 1.0, 0.8, 0.6)[weekday])


def night_frames(
    lake: Lake, plan: SeedPlan, night: int, call_count: int, *, late: bool = False
) -> dict[str, pl.DataFrame]:
    """The rows of the calls of one day."""
    day = plan.first_date + timedelta(days=night)
    draw = NightDraw(
        name=f"{night:05}{'-late' if late else ''}",
        midnight=datetime.combine(day, time(), ZoneInfo(lake.time_zone)),
        call_count=call_count,
        turns_per_call=plan.turns_per_call,
        pass_ratios=plan.pass_ratios(night),
        rule_ids=RULE_IDS,
        rule_versions=[
            2 if number == CHANGED_RULE and night >= plan.change_night else 1
            for number in range(len(RULE_IDS))
        ],
        question_count=QUESTION_COUNT,
        observed_rule=OBSERVED_RULE,
        generator=np.random.default_rng([plan.seed, night, late]),
    )
    return draw_frames(draw)
