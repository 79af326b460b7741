"""Precision and recall of rules on labelled calls."""

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
    """The labelled and the computed outcome of one rule for one call."""

    rule_id: str
    language: str
    wanted: Outcome
    said: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Accuracy of one rule in one language for one outcome.

    Attributes:
        outcome: pass, fail, observed, or None for not_applicable and cannot_tell.
        right: Calls with this outcome both computed and labelled.
        said: Calls with this computed outcome.
        wanted: Calls with this label.
    """

    rule_id: str
    language: str
    outcome: Outcome | None
    right: int
    said: int
    wanted: int

    @property
    def precision(self) -> float:
        """Share of computed outcomes that are right; 1 if there is none."""
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """Share of labels that the rule finds; 1 if there is none."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (self.said + self.wanted)


def measure(labels: Iterable[Label]) -> list[Accuracy]:
    """One row for each rule, language and outcome that occurs, in order.

    `not_applicable` and `cannot_tell` are one outcome here, since neither is a verdict.
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
        for outcome in (Outcome.PASS, Outcome.FAIL, Outcome.OBSERVED, None)
        if any(outcome in pair for pair in pairs)
    ]


def macro_f1(accuracies: Iterable[Accuracy]) -> float:
    """Mean F1 over all rows: a rare outcome counts as much as a common one."""
    values = [accuracy.f1 for accuracy in accuracies]
    return sum(values) / len(values)


def _verdict(outcome: Outcome) -> Outcome | None:
    return None if outcome in _UNDECIDED else outcome
