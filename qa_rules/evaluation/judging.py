"""Judge a call: one finding for each rule in force when it was made."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from models.call import Role
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason
from qa_rules.evaluation.incomplete import why_open
from qa_rules.evaluation.reasons import reason_of
from qa_rules.evaluation.severity import effective_severity, explained
from qa_rules.matching.call_index import CallIndex, Verdict
from qa_rules.matching.compiled_rules import compiled_rules
from qa_rules.results import Evidence, Finding, Outcome
from qa_rules.rule_files.rule import Expect

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from models.call import Call
    from models.metrics import Metric
    from models.transcript import Transcript
    from qa_rules.matching.call_index import Window
    from qa_rules.matching.compiler import CompiledRules
    from qa_rules.results import PiiSpan
    from qa_rules.rule_files.rule import Rule
    from qa_rules.rule_files.rulebook import RuleBook

_MATCHED = {
    Expect.PRESENT: Outcome.PASS,
    Expect.ABSENT: Outcome.FAIL,
    Expect.OBSERVE: Outcome.OBSERVED,
}
_UNMATCHED = {
    Expect.PRESENT: Outcome.FAIL,
    Expect.ABSENT: Outcome.PASS,
    Expect.OBSERVE: Outcome.NOT_APPLICABLE,
}
_NOT_SEARCHED = Verdict(matched=False)
_NO_WORDING = Verdict(matched=False)
"""Compared by identity: it equals any verdict without a match, but means that none was possible."""


def judge(
    call: Call,
    transcript: Transcript,
    spans: Sequence[PiiSpan],
    metrics: Sequence[Metric],
    rulebook: RuleBook,
    settle: Callable[[Finding, Mapping[str, Finding]], Finding] | None = None,
) -> tuple[Finding, ...]:
    """Judge a redacted transcript by every rule in force at the call's start, in order of id.

    Args:
        call: The call.
        transcript: Redacted.
        spans: Of this transcript.
        metrics: Of this transcript.
        rulebook: The rules.
        settle: Replaces each finding, given the earlier ones, before others depend on it.
    """
    compiled = compiled_rules(rulebook, transcript.language)
    places: dict[str, tuple[Evidence, ...]] = {}
    lacking: dict[str, Reason] = {}
    call_index = CallIndex.build(call, transcript, spans, metrics, compiled.index).with_places(
        places, lacking
    )
    findings: dict[str, Finding] = {}
    for rule in rulebook.in_force(call.started_at.date()):
        decided = _applies(rule, call_index, findings)
        if decided and decided[0] is Outcome.NOT_APPLICABLE and rule.id not in compiled.bounds:
            verdict = _NOT_SEARCHED
        else:
            verdict = _search(rule, compiled, call_index)
        _remember(rule, verdict, places, lacking)
        finding = _finding(rule, verdict, call_index, decided)
        findings[rule.id] = settle(finding, findings) if settle else finding
    return tuple(findings[rule_id] for rule_id in sorted(findings))


def hear(
    rules: Iterable[Rule], compiled: CompiledRules, call_index: CallIndex
) -> dict[str, Verdict]:
    """Search a call for what each rule matches; rules come after those they refer to."""
    verdicts: dict[str, Verdict] = {}
    places: dict[str, tuple[Evidence, ...]] = {}
    lacking: dict[str, Reason] = {}
    call_index = call_index.with_places(places, lacking)
    for rule in rules:
        verdict = verdicts[rule.id] = _search(rule, compiled, call_index)
        _remember(rule, verdict, places, lacking)
    return verdicts


def _remember(
    rule: Rule,
    verdict: Verdict,
    places: dict[str, tuple[Evidence, ...]],
    lacking: dict[str, Reason],
) -> None:
    """Keep the parts of a verdict that rules bound to it need."""
    if verdict.matched:
        places[rule.id] = verdict.evidence
    elif verdict.uncertainty and verdict.lacks_side:
        lacking[rule.id] = verdict.uncertainty


def _search(rule: Rule, compiled: CompiledRules, call_index: CallIndex) -> Verdict:
    node = compiled.nodes.get(rule.key)
    return node.search(call_index) if node else _NO_WORDING


def outcome_of(expect: Expect, verdict: Verdict) -> Outcome:
    """What a verdict means for a rule that expects this.

    Uncertainty about a match always counts. Uncertainty about a missing match counts only where one
    was expected, since elsewhere its absence blames nobody; but a side without recognised words
    proves nothing either way.
    """
    if verdict.uncertainty and (verdict.matched or expect is Expect.PRESENT or verdict.lacks_side):
        return Outcome.CANNOT_TELL
    return (_MATCHED if verdict.matched else _UNMATCHED)[expect]


def _finding(
    rule: Rule, verdict: Verdict, call_index: CallIndex, decided: tuple[Outcome, Reason] | None
) -> Finding:
    if decided is None and call_index.silent and rule.expect is not Expect.OBSERVE:
        decided = Outcome.CANNOT_TELL, Reason(ReasonCode.NO_SPEECH)
    if decided is None and verdict is _NO_WORDING and not call_index.silent:
        missing = Reason(ReasonCode.NO_WORDING, {"language": call_index.transcript.language})
        decided = Outcome.CANNOT_TELL, missing
    if decided is None:
        outcome = outcome_of(rule.expect, verdict)
        decided = outcome, reason_of(rule.expect, outcome, verdict)
        if outcome is not Outcome.CANNOT_TELL and (
            incomplete := why_open(rule, verdict, call_index.transcript)
        ):
            decided = Outcome.CANNOT_TELL, incomplete
    outcome, reason = decided
    confidence = round(verdict.confidence, 3)
    severity = effective_severity(rule, outcome, confidence)
    flagging = Outcome.OBSERVED if rule.expect is Expect.OBSERVE else Outcome.FAIL
    return Finding(
        rule_id=rule.id,
        rule_version=rule.version,
        outcome=outcome,
        severity=severity,
        rule_severity=rule.severity,
        flagged=rule.flags_at(severity) and outcome is flagging,
        confidence=confidence,
        reason=explained(reason, severity, rule),
        evidence=_evidence(outcome, verdict, call_index),
    )


def _applies(
    rule: Rule, call_index: CallIndex, earlier: Mapping[str, Finding]
) -> tuple[Outcome, Reason] | None:
    """None if the rule applies; otherwise its outcome and the reason."""
    if rule.applies_when is None:
        return None
    if not call_index.facts.fit(rule.applies_when):
        return Outcome.NOT_APPLICABLE, Reason(ReasonCode.OTHER_KIND_OF_CALL)
    for name, wanted in rule.applies_when.rule.items():
        finding = earlier.get(name)
        if finding and _fits(finding.outcome, wanted):
            continue
        if finding and finding.outcome is Outcome.CANNOT_TELL:
            return Outcome.CANNOT_TELL, Reason(ReasonCode.OTHER_RULE_CANNOT_TELL, {"rule": name})
        if finding:
            said = {"rule": name, "outcome": str(finding.outcome)}
            return Outcome.NOT_APPLICABLE, Reason(ReasonCode.OTHER_RULE_SAYS, said)
        return Outcome.NOT_APPLICABLE, Reason(ReasonCode.OTHER_RULE_NOT_IN_FORCE, {"rule": name})
    return None


def _fits(outcome: Outcome, wanted: Collection[Outcome]) -> bool:
    """Whether a rule's outcome is a wanted one; rule files may call an observation a pass."""
    return outcome in wanted or (outcome is Outcome.OBSERVED and Outcome.PASS in wanted)


def _evidence(outcome: Outcome, verdict: Verdict, call_index: CallIndex) -> tuple[Evidence, ...]:
    """The places of the match, or else the windows that were searched, after what is unclear."""
    if outcome is Outcome.NOT_APPLICABLE:
        return ()
    unclear = verdict.doubts if outcome is Outcome.CANNOT_TELL else ()
    return verdict.evidence or unclear + _absent_from(verdict.searched or (call_index.whole(),))


@lru_cache(maxsize=256)
def _absent_from(windows: tuple[Window, ...]) -> tuple[Evidence, ...]:
    """Cached, as many rules search the same part of a call."""
    return tuple(
        Evidence(
            role=window.role or Role.UNKNOWN,
            turn=None,
            start_s=window.start_s,
            end_s=window.end_s,
            quote="",
        )
        for window in windows
    )
