"""The results of evaluating a call: PII spans, findings, answers, evaluations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.call import Call, Recording, Role
    from models.metrics import Metric
    from models.reasons.reason import Reason
    from models.transcript import Transcript, Word


class Outcome(StrEnum):
    """The outcome of a rule for a call. `cannot_tell` never counts against an agent."""

    PASS = "pass"  # noqa: S105  an outcome, not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    CANNOT_TELL = "cannot_tell"
    OBSERVED = "observed"
    """A rule with `expect: observe` found its words. It judges nobody: no pass, no fail."""


class Severity(StrEnum):
    """Severity of a failed rule, in ascending order."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class Act(StrEnum):
    """The dialogue act by which PII was said."""

    ASKED = "asked"
    """The customer says it because the agent asked."""
    VOLUNTEERED = "volunteered"
    """The customer says it unasked."""
    REPEATED = "repeated"
    """The agent reads back what the customer said."""
    DISCLOSED = "disclosed"
    """The agent says it first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PiiSpan:
    """The position of PII in a transcript; never its value.

    Attributes:
        type: Id of the PII type, such as `card_number`.
        type_version: The version of the type that found it.
        role: Role of the speaker.
        act: Dialogue act.
        turn: Index of the turn in the transcript.
        first: Index of its first word in the turn, before redaction.
        last: Index after its last word in the turn, before redaction.
        start_s, end_s: From the start of the first word to the end of the last, in seconds.
        checksum_valid: None if the type has no checksum or the number was incomplete.
        confidence: 0..1, probability that it is PII of this type; 0 if masked only as a precaution.
        reported: False if it is masked only as a precaution and not reported.
        why: Evidence: shape, validator, context. Types and times only, never the value.
    """

    type: str
    type_version: int
    role: Role
    act: Act
    turn: int
    first: int
    last: int
    start_s: float
    end_s: float
    checksum_valid: bool | None
    confidence: float
    reported: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A redacted second recognition of a turn, given by its index; it may have no words left."""

    turn: int
    words: tuple[Word, ...]
    pii_spans: tuple[PiiSpan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A passage of the call that supports a finding.

    Attributes:
        role: Role of the speaker.
        turn: Index of the turn in the redacted transcript; None for an absence.
        start_s: Start in seconds; for an absence, start of the window that was searched.
        end_s: End in seconds; for an absence, end of the window that was searched.
        quote: The redacted words; empty for an absence.
    """

    role: Role
    turn: int | None
    start_s: float
    end_s: float
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The result of one rule for one call.

    Attributes:
        rule_id, rule_version: The rule and its version.
        outcome: One of the five.
        severity: That of the rule, or one step below if a fail rests on weak grounds.
        rule_severity: Of the rule.
        flagged: Whether the call should be reviewed because of this finding.
        confidence: 0..1 that the outcome is right.
        reason: Why the outcome is what it is.
        evidence: At least one unless `not_applicable`; for `cannot_tell` the unclear words, if any.
    """

    rule_id: str
    rule_version: int
    outcome: Outcome
    severity: Severity
    rule_severity: Severity
    flagged: bool
    confidence: float
    reason: Reason
    evidence: tuple[Evidence, ...]

    @property
    def failed_or_flagged(self) -> bool:
        """Whether it is shown under the failed title of its rule."""
        return self.flagged or self.outcome is Outcome.FAIL


class AnswerValue(StrEnum):
    """The answer to a scorecard question."""

    YES = "yes"
    NO = "no"
    NA = "na"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one question of a scorecard for one call.

    Attributes:
        section, question: Their ids; that of a question is unique in the scorecard.
        value: yes, no, na or unknown.
        weight: The question's weight in the score.
        points_ratio: 0..1 of the weight that was earned; None for na and unknown.
        rule_ids: The rules that answered it.
        reason: Why the answer is what it is.
        is_weak: Whether only fails of lowered severity say no; then it cannot fail the whole call.
    """

    section: str
    question: str
    value: AnswerValue
    weight: float
    points_ratio: float | None
    rule_ids: tuple[str, ...]
    reason: Reason
    is_weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One scorecard applied to one call.

    Attributes:
        scorecard_id, scorecard_version: The scorecard and its version.
        score: 0..100; None if too little, or nothing, could be answered.
        critical_score: 0..100 over the critical questions that could be answered; or None.
        auto_fail: True if there is a score, and a question that fails the whole call is no.
        band: Name of the band that the score falls in; None without a score.
        answers: In the scorecard's order.
        answered_ratio: 0..1 of the weight that applies to the call; None if nothing applies.
        min_answered_ratio: The least share that the scorecard requires for a score.
        reason: Why there is no score; None with one, or if nothing applies.
    """

    scorecard_id: str
    scorecard_version: int
    score: float | None
    auto_fail: bool
    band: str | None
    answers: tuple[Answer, ...]
    critical_score: float | None = None
    answered_ratio: float | None = None
    min_answered_ratio: float | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult:
    """Everything that is stored of one call. Its transcript is always redacted.

    Attributes:
        call: Its metadata.
        recording: Its audio.
        transcript: Redacted.
        metrics: From the word times.
        pii_spans: Where PII was said and masked.
        findings: One per rule in force.
        evaluations: One per scorecard in force.
        rules_sha256: Hash of all rule and scorecard files that were used.
        masking_sha256: Hash of what masked the transcript; None if it was not kept.
        results_version: Incremented when equal inputs should give different results.
        alternatives: Turns that were recognised again, since a flag rests on them; in order.
        remuted_count: Numbers audible in the redacted copy, then muted; None if unproven.
    """

    call: Call
    recording: Recording
    transcript: Transcript
    metrics: tuple[Metric, ...]
    pii_spans: tuple[PiiSpan, ...]
    findings: tuple[Finding, ...]
    evaluations: tuple[Evaluation, ...]
    rules_sha256: str
    results_version: int
    masking_sha256: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    remuted_count: int | None = None
