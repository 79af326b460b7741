"""Measure rules on calls whose outcomes people have labelled."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa_rules.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

_UNDECIDED = frozenset({Outcome.NOT_APPLICABLE, Outcome.CANNOT_TELL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What people say and what the rule says of one call."""

    rule_id: str
    language: str
    wanted: Outcome
    said: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How one rule does in one language on one outcome.

    Attributes:
        outcome: pass, fail, or None for both kinds of no verdict.
        right: Calls in which rule and people agree on it.
        said: Calls of which the rule says it.
        wanted: Calls of which people say it.
    """

    rule_id: str
    language: str
    outcome: Outcome | None
    right: int
    said: int
    wanted: int

    @property
    def precision(self) -> float:
        """Share of what the rule says that is right; 1 if it never says it."""
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """Share of what people say that the rule finds; 1 if people never say it."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (self.said + self.wanted)


def measure(labels: Iterable[Label]) -> list[Accuracy]:
    """One row for each rule, language and outcome that occurs, in order.

    `not_applicable` and `cannot_tell` are one outcome here: neither accuses or praises anybody.
    """
    groups: dict[tuple[str, str], list[tuple[Outcome | None, Outcome | None]]] = defaultdict(list)
    for label in labels:
        pair = (_verdict(label.wanted), _verdict(label.said))
        groups[label.rule_id, label.language].append(pair)
    return [
        Accuracy(
            rule_id=rule_id,
            language=language,
            outcome=outcome,
            right=sum(wanted == said == outcome for wanted, said in pairs),
            said=sum(said == outcome for _, said in pairs),
            wanted=sum(wanted == outcome for wanted, _ in pairs),
        )
        for (rule_id, language), pairs in sorted(groups.items())
        for outcome in (Outcome.PASS, Outcome.FAIL, None)
        if any(outcome in pair for pair in pairs)
    ]


def macro_f1(accuracies: Iterable[Accuracy]) -> float:
    """Mean F1 over all rows: a rare outcome counts as much as a common one."""
    values = [accuracy.f1 for accuracy in accuracies]
    return sum(values) / len(values)


def _verdict(outcome: Outcome) -> Outcome | None:
    return None if outcome in _UNDECIDED else outcome
