"""Conditions, compiled: each searches a call and answers with a verdict; groups combine them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from qa_rules.matching.call_index import CallIndex, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.reasons.reason import Reason


class Node(Protocol):
    """A compiled condition."""

    def search(self, call_index: CallIndex) -> Verdict:
        """Whether the condition holds in this call, where, and with what confidence."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds if every part does."""

    parts: tuple[Node, ...]

    def search(self, call_index: CallIndex) -> Verdict:
        """See `Node`."""
        verdicts = [part.search(call_index) for part in self.parts]
        missing = [verdict for verdict in verdicts if not verdict.matched]
        return _surest(missing) if missing else _joined(verdicts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds if one part does.

    Attributes:
        parts: Searched in any case.
        paraphrases: Searched only where none of the parts certainly holds, as meanings are costly.
    """

    parts: tuple[Node, ...]
    paraphrases: tuple[Node, ...] = ()

    def search(self, call_index: CallIndex) -> Verdict:
        """See `Node`."""
        verdicts = [part.search(call_index) for part in self.parts]
        if not any(verdict.matched and not verdict.uncertainty for verdict in verdicts):
            verdicts += [part.search(call_index) for part in self.paraphrases]
        heard = [verdict for verdict in verdicts if verdict.matched]
        return _surest(heard) if heard else _joined(verdicts)


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Holds if no part does.

    A part without a match adds no uncertainty, unless a side has no recognised words.
    """

    parts: tuple[Node, ...]

    def search(self, call_index: CallIndex) -> Verdict:
        """See `Node`."""
        verdicts = [part.search(call_index) for part in self.parts]
        heard = [verdict for verdict in verdicts if verdict.matched]
        found = _surest(heard) if heard else _joined(verdicts)
        return Verdict(
            matched=not heard,
            uncertainty=found.uncertainty if heard or found.lacks_side else None,
            doubts=found.doubts if heard else (),
            confidence=found.confidence,
            evidence=found.evidence,
            searched=found.searched,
            facts=found.facts,
        )


def _surest(verdicts: Sequence[Verdict]) -> Verdict:
    """The deciding verdict: a certain one before uncertain ones, then the most confident."""
    return max(verdicts, key=lambda verdict: (verdict.uncertainty is None, verdict.confidence))


def _joined(verdicts: Sequence[Verdict]) -> Verdict:
    """Several verdicts that agree, as one: as uncertain as the least certain of them."""
    unsure = [verdict for verdict in verdicts if verdict.uncertainty]
    least_sure = max(unsure, key=lambda verdict: verdict.lacks_side, default=None)
    return Verdict(
        matched=verdicts[0].matched,
        uncertainty=least_sure.uncertainty if least_sure else None,
        doubts=least_sure.doubts if least_sure else (),
        confidence=min(verdict.confidence for verdict in verdicts),
        evidence=tuple(place for verdict in verdicts for place in verdict.evidence),
        searched=tuple(dict.fromkeys(w for verdict in verdicts for w in verdict.searched)),
        facts=_joined_facts(verdicts),
    )


def _joined_facts(verdicts: Sequence[Verdict]) -> tuple[Reason, ...]:
    """The facts of verdicts, if none of them is about words."""
    facts = [verdict.facts for verdict in verdicts]
    return tuple(chain.from_iterable(facts)) if all(facts) else ()
