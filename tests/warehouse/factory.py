"""Invented call results, rules and runs, as small as a test needs them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.call import Call, Direction, Quarantined, Recording, Role
from models.metrics import Metric
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason, as_written
from models.transcript import Transcript, Turn, Unheard, Word
from qa_rules.results import (
    Act,
    Answer,
    AnswerValue,
    CallResult,
    Evaluation,
    Evidence,
    Finding,
    Outcome,
    PiiSpan,
    Severity,
)
from warehouse.lake.records import (
    PiiTypeInfo,
    QuestionInfo,
    RuleCatalogue,
    RuleInfo,
    RunRecord,
    ScorecardInfo,
)

if TYPE_CHECKING:
    from warehouse.lake.lake import Lake

NIGHT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TIME_ZONE = "Europe/Rome"
RULES_SHA256 = "rules-1"

GREETING = RuleInfo(
    rule_id="script-greeting",
    version=1,
    kind="script",
    title="Agent greets with company and own name",
    title_failed="Did not greet with company and own name",
    why="Customers must know whom they are talking to.",
    severity=Severity.MAJOR,
    status="active",
    effective_from=date(2026, 1, 1),
)
PROMISE = RuleInfo(
    rule_id="script-forbidden-promise",
    version=1,
    kind="script",
    title="Agent promises nothing that we cannot keep",
    why="A broken promise costs a customer and may cost a fine.",
    severity=Severity.CRITICAL,
    status="active",
    effective_from=date(2026, 1, 1),
)
RULES = (GREETING, PROMISE)
SCORECARD = ScorecardInfo(
    scorecard_id="service",
    version=1,
    title="Service",
    effective_from=date(2026, 1, 1),
    questions=(
        QuestionInfo(
            section="opening",
            question="greeting",
            title="Did the agent greet?",
            weight=40,
            auto_fail=False,
            critical=False,
        ),
        QuestionInfo(
            section="conduct",
            question="promises",
            title="Did the agent keep to what we can promise?",
            weight=60,
            auto_fail=False,
            critical=True,
        ),
    ),
)
CARD_NUMBER = PiiTypeInfo(
    pii_type="card_number",
    version=3,
    title="Payment card number",
    why="Whoever hears it can pay with it.",
    status="active",
    effective_from=date(2026, 1, 1),
)
CATALOGUE = RuleCatalogue(
    rules_sha256=RULES_SHA256, rules=RULES, scorecards=(SCORECARD,), pii_types=(CARD_NUMBER,)
)

_ANSWERS = {
    Outcome.PASS: AnswerValue.YES,
    Outcome.FAIL: AnswerValue.NO,
    Outcome.NOT_APPLICABLE: AnswerValue.NA,
    Outcome.CANNOT_TELL: AnswerValue.UNKNOWN,
}


def call(call_id: str = "c1", **changes: Any) -> Call:
    """A call of the agent Ana Ruiz, changed as asked."""
    plain = Call(
        call_id=call_id,
        started_at=NIGHT,
        agent_id="a1",
        agent_name="Ana Ruiz",
        team="North",
        supervisor_id="s1",
        supervisor_name="Sofia Bianchi",
        queue="billing",
        direction=Direction.INBOUND,
        channel_roles=(Role.AGENT, Role.CUSTOMER),
    )
    return replace(plain, **changes)


def turn(text: str, start_s: float = 1.0, role: Role = Role.AGENT) -> Turn:
    """A turn that says `text` at two words a second."""
    words = tuple(
        Word(word, start_s + number / 2, start_s + number / 2 + 0.4, 0.9)
        for number, word in enumerate(text.split())
    )
    return Turn(role, 1.0, 0 if role is Role.AGENT else 1, words)


def finding(
    rule: RuleInfo = GREETING,
    outcome: Outcome = Outcome.PASS,
    *,
    flagged: bool | None = None,
    confidence: float = 0.9,
) -> Finding:
    """A finding of a rule; a failure is flagged by default."""
    place = Evidence(role=Role.AGENT, turn=0, start_s=1.0, end_s=4.0, quote="good morning")
    return Finding(
        rule_id=rule.rule_id,
        rule_version=rule.version,
        outcome=outcome,
        severity=rule.severity,
        rule_severity=rule.severity,
        flagged=outcome is Outcome.FAIL if flagged is None else flagged,
        confidence=confidence,
        reason=as_written(f"The rule says {outcome}."),
        evidence=(place,) if outcome in {Outcome.PASS, Outcome.FAIL} else (),
    )


def evaluation(greeting: Outcome = Outcome.PASS, promises: Outcome = Outcome.PASS) -> Evaluation:
    """The service scorecard, answered by two outcomes."""
    answers = tuple(
        Answer(
            section=question.section,
            question=question.question,
            value=_ANSWERS[outcome],
            weight=question.weight,
            points_ratio={Outcome.PASS: 1.0, Outcome.FAIL: 0.0}.get(outcome),
            rule_ids=(rule.rule_id,),
            reason=as_written(f"The rule says {outcome}."),
        )
        for question, rule, outcome in zip(
            SCORECARD.questions, RULES, (greeting, promises), strict=True
        )
    )
    told = [answer for answer in answers if answer.points_ratio is not None]
    weight = sum(answer.weight for answer in told)
    earned = sum(answer.weight * (answer.points_ratio or 0) for answer in told)
    return Evaluation(
        scorecard_id=SCORECARD.scorecard_id,
        scorecard_version=SCORECARD.version,
        score=100 * earned / weight if weight else None,
        auto_fail=False,
        band="meets" if weight else None,
        answers=answers,
    )


CARD_SPAN = PiiSpan(
    type="card_number",
    type_version=3,
    role=Role.CUSTOMER,
    act=Act.VOLUNTEERED,
    turn=1,
    first=3,
    last=19,
    start_s=7.5,
    end_s=15.5,
    checksum_valid=True,
    confidence=0.99,
    reported=True,
    why="16 digits, checksum valid",
)


def transcript(call_id: str) -> Transcript:
    """A redacted greeting and a customer's card number."""
    return Transcript(
        call_id=call_id,
        language="en",
        language_confidence=0.98,
        duration_s=60.0,
        channel_count=2,
        turns=(
            turn("good morning this is Ana from Acme"),
            replace(turn("my card is [card_number]", 6.0, Role.CUSTOMER), language="es"),
        ),
        model_pin="base@0000",
        notes=(Reason(ReasonCode.SIDES_SWAPPED),),
        unheard=(Unheard(1, 20.0, 22.5),),
    )


def result(
    call_id: str = "c1",
    greeting: Outcome = Outcome.PASS,
    promises: Outcome = Outcome.PASS,
    **of_call: Any,
) -> CallResult:
    """A whole result of one call, in which two rules were in force."""
    return CallResult(
        call=call(call_id, **of_call),
        recording=Recording(
            path=Path(f"/calls/{call_id}.wav"),
            audio_sha256=hashlib.sha256(call_id.encode()).hexdigest(),
            duration_s=60.0,
            channel_count=2,
            sample_rate_hz=8000,
        ),
        transcript=transcript(call_id),
        metrics=(Metric("talk_s", Role.AGENT, 3.4), Metric("duration_s", None, 60.0)),
        pii_spans=(CARD_SPAN,),
        findings=(finding(GREETING, greeting), finding(PROMISE, promises)),
        evaluations=(evaluation(greeting, promises),),
        rules_sha256=RULES_SHA256,
        results_version=1,
    )


def run(
    run_id: str = "night-1",
    evaluated: int = 0,
    quarantined: tuple[Quarantined, ...] = (),
    **changes: Any,
) -> RunRecord:
    """A run whose counts add up."""
    plain = RunRecord(
        run_id=run_id,
        source="/calls",
        started_at=NIGHT + timedelta(hours=14),
        finished_at=NIGHT + timedelta(hours=15),
        seen_count=evaluated + len(quarantined),
        evaluated_count=evaluated,
        unchanged_count=0,
        pending_count=0,
        quarantined=quarantined,
        model_pin="base@0000",
        rules_sha256=RULES_SHA256,
    )
    return plain.model_copy(update=changes)


def night(lake: Lake, run_id: str, results: list[CallResult], **of_run: Any) -> None:
    """One whole run: rules, results, record."""
    lake.record_catalogue(CATALOGUE)
    lake.commit(run_id, results)
    lake.record_run(run(run_id, len(results), **of_run))
