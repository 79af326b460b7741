"""The severity of a fail: that of its rule, or one step below where its grounds are weak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason
from qa_rules.results import Outcome, Severity

if TYPE_CHECKING:
    from qa_rules.results import Finding
    from qa_rules.rule_files.rule import Rule

CLEAR = 0.75
"""Below this confidence, evidence is unclear and the grounds of a fail are weak.

It is that of the words, or the probability of a type of personal data, which is reported from 0.63.
On the recorded night the least sure fail has 0.87.
"""
_LOWER = {Severity.CRITICAL: Severity.MAJOR, Severity.MAJOR: Severity.MINOR}


def effective_severity(rule: Rule, outcome: Outcome, confidence: float) -> Severity:
    """The severity that a finding has for everybody who reads it."""
    is_weak = outcome is Outcome.FAIL and confidence < CLEAR
    return _LOWER.get(rule.severity, rule.severity) if is_weak else rule.severity


def is_lowered(finding: Finding) -> bool:
    """Whether a fail weighs less than its rule says, so that it cannot fail a whole call."""
    return finding.severity is not finding.rule_severity


def explained(reason: Reason, severity: Severity, rule: Rule) -> Reason:
    """The reason, with a note where the severity is not the rule's."""
    if severity is rule.severity:
        return reason
    return Reason(
        ReasonCode.WEAK_GROUNDS,
        {
            "reason": reason,
            "severity": str(severity),
            "rule_severity": str(rule.severity),
        },
    )


def grounds_of(finding: Finding) -> Reason:
    """The reason of a finding without that note."""
    reason: Reason = finding.reason
    return reason.values["reason"] if reason.code is ReasonCode.WEAK_GROUNDS else reason
