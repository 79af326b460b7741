"""The reason of a finding: what was found or compared, and what that means to the rule."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from models.call import Role
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason
from qa_rules.results import Outcome
from qa_rules.rule_files.rule import Expect

if TYPE_CHECKING:
    from qa_rules.matching.call_index import Verdict, Window

_MEANINGS = {
    (Expect.PRESENT, True): ReasonCode.AS_EXPECTED,
    (Expect.PRESENT, False): ReasonCode.EXPECTED,
    (Expect.ABSENT, True): ReasonCode.FORBIDDEN,
    (Expect.ABSENT, False): ReasonCode.AS_EXPECTED,
    (Expect.OBSERVE, True): ReasonCode.OBSERVED,
    (Expect.OBSERVE, False): ReasonCode.NOT_OBSERVED,
}
_HEARD = {
    Role.AGENT: (ReasonCode.HEARD_FROM_AGENT, ReasonCode.HEARD_MORE_FROM_AGENT),
    Role.CUSTOMER: (ReasonCode.HEARD_FROM_CUSTOMER, ReasonCode.HEARD_MORE_FROM_CUSTOMER),
    Role.SYSTEM: (ReasonCode.HEARD_FROM_SYSTEM, ReasonCode.HEARD_MORE_FROM_SYSTEM),
    Role.UNKNOWN: (ReasonCode.HEARD_FROM_SOMEBODY, ReasonCode.HEARD_MORE_FROM_SOMEBODY),
}
_NOT_HEARD = {
    Role.AGENT: ReasonCode.NOT_HEARD_FROM_AGENT,
    Role.CUSTOMER: ReasonCode.NOT_HEARD_FROM_CUSTOMER,
    Role.SYSTEM: ReasonCode.NOT_HEARD_FROM_SYSTEM,
    None: ReasonCode.NOT_HEARD_FROM_ANYONE,
}
ABSENCES = frozenset({ReasonCode.NOT_HEARD, *_NOT_HEARD.values()})
"""Facts about words that were searched for and not found."""
UNCLEAR = frozenset(
    {
        ReasonCode.NEARLY_HEARD,
        ReasonCode.NOT_UNDERSTOOD,
        ReasonCode.OTHERS_AS_LIKELY,
        ReasonCode.PART_BESIDE_UNSURE,
        ReasonCode.WORDS_UNSURE,
    }
)
"""Reasons of outcomes that are open because recognition is unsure of words."""


def reason_of(expect: Expect, outcome: Outcome, verdict: Verdict) -> Reason:
    """The reason, without the words themselves; quotes are in the evidence."""
    facts = facts_of(verdict)
    if outcome is Outcome.CANNOT_TELL and verdict.uncertainty:
        return verdict.uncertainty.about(facts)
    return Reason(_MEANINGS[expect, verdict.matched], {"facts": facts})


def facts_of(verdict: Verdict) -> tuple[Reason, ...]:
    """What was found, searched or compared."""
    if verdict.facts:
        return verdict.facts
    return (_said(verdict) if verdict.evidence else _searched(verdict.searched),)


def _said(verdict: Verdict) -> Reason:
    first = verdict.evidence[0]
    once, again = _HEARD[first.role]
    if more := len(verdict.evidence) - 1:
        return Reason(again, {"at_s": first.start_s, "more": more})
    return Reason(once, {"at_s": first.start_s})


@lru_cache(maxsize=256)
def _searched(windows: tuple[Window, ...]) -> Reason:
    """Cached, as many rules search the same part of a call."""
    if not windows:
        return Reason(ReasonCode.NOT_HEARD)
    start_s = min(window.start_s for window in windows)
    end_s = max(window.end_s for window in windows)
    return Reason(_NOT_HEARD[windows[0].role], {"start_s": start_s, "end_s": end_s})
