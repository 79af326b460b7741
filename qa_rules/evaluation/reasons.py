"""The one sentence that tells people why a finding is what it is."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from models.call import Role
from models.timecode import clock
from qa_rules.results import Outcome
from qa_rules.rule_files.rule import Expect

if TYPE_CHECKING:
    from qa_rules.matching.call_index import Verdict, Window

_TAILS = {
    (Expect.PRESENT, True): ", as it should be",
    (Expect.PRESENT, False): ", though it should be",
    (Expect.ABSENT, True): ", which must not be",
    (Expect.ABSENT, False): ", as it should be",
}


def why(expect: Expect, outcome: Outcome, verdict: Verdict) -> str:
    """Say why in one sentence, without the words themselves; quotes stay in the evidence."""
    fact = describe(verdict)
    if outcome is Outcome.CANNOT_TELL:
        return f"{fact}, but {verdict.uncertainty}."
    return f"{fact}{_TAILS.get((expect, verdict.matched), '')}."


def describe(verdict: Verdict) -> str:
    """What was heard, searched or compared, as a clause."""
    return verdict.fact or (_said(verdict) if verdict.evidence else _searched(verdict.searched))


def _said(verdict: Verdict) -> str:
    first = verdict.evidence[0]
    more = len(verdict.evidence) - 1
    rest = f" and {more} more time{'s' if more > 1 else ''}" if more else ""
    speaker = "somebody" if first.role is Role.UNKNOWN else f"the {first.role}"
    return f"Heard from {speaker} at {clock(first.start_s)}{rest}"


@lru_cache(maxsize=256)
def _searched(windows: tuple[Window, ...]) -> str:
    """The same for all the rules that search the same part of a call."""
    if not windows:
        return "Not heard"
    role = windows[0].role
    start_s = min(window.start_s for window in windows)
    end_s = max(window.end_s for window in windows)
    speaker = f"the {role}" if role else "anyone"
    return f"Not heard from {speaker} between {clock(start_s)} and {clock(end_s)}"
