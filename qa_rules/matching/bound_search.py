"""Search before, after or near the matches of another rule, which may have missed some."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.reasons.reason import Reason
    from qa_rules.matching.call_index import CallIndex, Verdict
    from qa_rules.matching.groups import Node
    from qa_rules.matching.scope import Scope


@dataclass(frozen=True, slots=True)
class BoundSearch:
    """A search that is bound to the places of other rules.

    Where the other rule needed a side without recognised words, its matches are unknown. Then a
    match *before* them may really come after, and one that is missing *after* or near them may
    exist.
    """

    node: Node
    scope: Scope

    def search(self, call_index: CallIndex) -> Verdict:
        """See `Node`."""
        verdict = self.node.search(call_index)
        lacking = self._lacking(call_index, is_matched=verdict.matched)
        return replace(verdict, uncertainty=lacking, doubts=()) if lacking else verdict

    def _lacking(self, call_index: CallIndex, *, is_matched: bool) -> Reason | None:
        close = self.scope.close.rule if self.scope.close else None
        bounds = (self.scope.before,) if is_matched else (self.scope.after, close)
        lacking = (call_index.lacking.get(rule) for rule in bounds if rule)
        return next(filter(None, lacking), None)
