"""Logistic regression around the weights that were set by hand, with bounded signs.

A weight departs from its hand-set value only as far as the data demand, and no feature that is
evidence for a value gets a negative weight.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.model_selection import StratifiedGroupKFold

from qa_rules.pii_detection.evidence.features import OF_RUNS, OF_TYPES, Feature
from qa_rules.pii_detection.evidence.weights import weights
from qa_rules.pii_detection.types.pii_type import Mask

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from qa_rules.pii_detection.types.pii_type import PiiRule
    from tests.bench.pii_weights.candidates import LabelledCandidate

    Floats = NDArray[np.float64]

FOLDS = 5
SHARED = tuple(feature for feature in Feature if feature not in (*OF_RUNS, *OF_TYPES))
FEATURES = tuple(feature for feature in Feature if feature not in OF_RUNS)
SPEAKS_AGAINST = frozenset(
    {Feature.CHECKSUM_INVALID, Feature.WORDS_BETWEEN, Feature.INCOMPLETE_UNASKED}
)
WORDS = 10.0
"""Words between count as tenths while they are fitted, so that one penalty suits all features."""
PENALTY = 1.0
"""Of squared distances from the values set by hand: a normal prior with a deviation of one, as is
usual for log odds. Ten times as much or little costs under 0.01 of held-out log loss."""
HAND_MADE_FIXED = 0.7
"""The confidence that was set by hand: a share of the score is fixed, the rest is recognition's."""


class Column(NamedTuple):
    """One weight: of a feature, of a type's feature, or of a type alone."""

    feature: Feature | None
    type: str | None


class Sample:
    """Candidates as a matrix.

    Args:
        candidates: Labelled.
        rules: All types.

    Attributes:
        columns: Weights in the order of the columns.
        rows: a candidate each, of as many columns.
        by_hand: The weights that were set by hand; a type's own one and its shape's together are
            what its file says.
        is_right: One for each candidate that is right.
        groups: Candidates that must stay in one fold.
        types: Of each candidate.
        confidences: Of each candidate, what was made of its score by hand.
        sources: How many candidates each set gave.
    """

    def __init__(
        self, candidates: Sequence[LabelledCandidate], rules: Mapping[str, PiiRule]
    ) -> None:
        names = sorted(rule.id for rule in rules.values() if rule.mask is Mask.ALWAYS)
        self.columns = [
            *(Column(feature, None) for feature in SHARED),
            *(Column(feature, name) for name in names for feature in (None, *OF_TYPES)),
        ]
        self.by_hand = np.array([_by_hand(column, rules) for column in self.columns])
        self.types = np.array([one.type for one in candidates])
        self.is_right = np.array([one.is_right for one in candidates], dtype=float)
        self.groups = np.array([one.group for one in candidates])
        self.sources = sorted(Counter(one.source for one in candidates).items())
        places = {column: at for at, column in enumerate(self.columns)}
        self.rows = np.zeros((len(candidates), len(self.columns)))
        for row, one in zip(self.rows, candidates, strict=True):
            row[places[Column(None, one.type)]] = 1.0
            for feature, value in one.evidence:
                column = Column(feature, one.type if feature in OF_TYPES else None)
                row[places[column]] += value / _scale_of(feature)
        scores = np.array([one.score for one in candidates])
        heard = self.rows[:, places[Column(Feature.HEARD, None)]]
        fixed = HAND_MADE_FIXED
        self.confidences = np.minimum(scores, 1.0) * (fixed + (1 - fixed) * heard)

    @property
    def type_names(self) -> list[str]:
        """Types in order."""
        return [column.type for column in self.columns if not column.feature and column.type]

    @property
    def wrong(self) -> int:
        """How many candidates are wrong."""
        return int((1 - self.is_right).sum())

    @property
    def group_count(self) -> int:
        """How many groups there are."""
        return len(set(self.groups.tolist()))


class Model(NamedTuple):
    """What was fitted.

    Attributes:
        intercept: Log odds of any candidate.
        by_column: What each column adds.
    """

    intercept: float
    by_column: dict[Column, float]


def fit(sample: Sample) -> Model:
    """The model of all candidates."""
    found = _fitted(sample, np.arange(len(sample.is_right)), ())
    by_column = {
        column: float(weight) / _scale_of(column.feature) + 0.0  # no -0.0
        for column, weight in zip(sample.columns, found[:-1], strict=True)
    }
    return Model(float(found[-1]), by_column)


def cross_validated(sample: Sample, seed: int, without: Collection[Feature] = ()) -> Floats:
    """Of each candidate, the probability by a model that never saw its group.

    Args:
        sample: All candidates.
        seed: Of the folds.
        without: Features that are left out.
    """
    odds = np.zeros(len(sample.is_right))
    for train, test in _folds(sample, seed):
        found = _fitted(sample, train, without)
        odds[test] = sample.rows[test] @ found[:-1] + found[-1]
    probabilities: Floats = expit(odds)
    return probabilities


def rescaled(sample: Sample, seed: int) -> Floats:
    """Of each candidate, the probability by the hand-set score, rescaled to log odds.

    The same folds as of `cross_validated`; only the scale and the intercept are fitted.
    """
    odds = np.zeros(len(sample.is_right))
    for train, test in _folds(sample, seed):
        slope, intercept = _scale(sample.confidences[train], sample.is_right[train])
        odds[test] = slope * sample.confidences[test] + intercept
    probabilities: Floats = expit(odds)
    return probabilities


def _scale_of(feature: Feature | None) -> float:
    return WORDS if feature is Feature.WORDS_BETWEEN else 1.0


def _by_hand(column: Column, rules: Mapping[str, PiiRule]) -> float:
    if column.feature is None:
        return 0.0
    if column.type is None:
        return weights().choice.get(column.feature, 0.0) * _scale_of(column.feature)
    rule = rules[column.type]
    if column.feature is Feature.WHOLE:
        return rule.shape.weight if rule.shape else 0.0
    if rule.checksum is None:
        return 0.0
    is_valid = column.feature is Feature.CHECKSUM_VALID
    return rule.checksum.valid if is_valid else rule.checksum.invalid


def _folds(sample: Sample, seed: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    yield from folds.split(sample.rows, sample.is_right, sample.groups)


def _scale(confidences: Floats, is_right: Floats) -> tuple[float, float]:
    """Slope and intercept from the hand-set score to log odds."""
    found = _minimum(
        np.column_stack([confidences]), is_right, np.zeros(1), np.zeros(1), [(0, None)]
    )
    return float(found[0]), float(found[1])


def _fitted(sample: Sample, train: NDArray[np.int64], without: Collection[Feature]) -> Floats:
    """A weight for each column, and the intercept."""
    rows, is_right = sample.rows[train], sample.is_right[train]
    slope, _ = _scale(sample.confidences[train], is_right)
    bounds = [_bounds(column.feature, without) for column in sample.columns]
    left = np.array([column.feature not in without for column in sample.columns])
    penalties = np.full(len(bounds), PENALTY)
    return _minimum(rows, is_right, slope * sample.by_hand * left, penalties, bounds)


def _minimum(
    rows: Floats,
    is_right: Floats,
    around: Floats,
    penalties: Floats,
    bounds: Sequence[tuple[float | None, float | None]],
) -> Floats:
    """The weights with the least loss, penalised by their distance from others; then intercept."""

    def loss(found: Floats) -> tuple[float, Floats]:
        odds = rows @ found[:-1] + found[-1]
        beyond = found[:-1] - around
        value = np.logaddexp(0, odds).sum() - is_right @ odds + penalties @ beyond**2 / 2
        wrong_by = expit(odds) - is_right
        return float(value), np.append(rows.T @ wrong_by + penalties * beyond, wrong_by.sum())

    found = minimize(
        loss, np.append(around, 0.0), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]
    )
    weights_found: Floats = found.x
    return weights_found


def _bounds(
    feature: Feature | None, without: Collection[Feature]
) -> tuple[float | None, float | None]:
    if feature is None:
        return None, None
    if feature in without:
        return 0.0, 0.0
    return (None, 0.0) if feature in SPEAKS_AGAINST else (0.0, None)
