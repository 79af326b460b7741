"""Calibration of probabilities: losses, reliability tables, ablation."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, log_loss

from tests.bench.pii_weights.logistic import FEATURES, cross_validated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.pii_weights.logistic import Floats, Sample

BINS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
LEAST_RIGHT = 0.6
"""Least precision at the threshold of reporting; what is below is only masked."""
STEP = 0.01
EPSILON = 1e-6


def figures(name: str, sample: Sample, held_out: Floats, threshold: float) -> dict[str, Any]:
    """One row of figures.

    Args:
        name: Of the model.
        sample: All candidates.
        held_out: Probabilities by models that never saw them.
        threshold: From which they are reported.
    """
    bounded = np.clip(held_out, EPSILON, 1 - EPSILON)
    reported = held_out >= threshold
    right = sample.is_right
    return {
        "model": name,
        "log loss": float(log_loss(right, bounded)),
        "brier": float(brier_score_loss(right, bounded)),
        "error": _calibration_error(right, held_out),
        "threshold": threshold,
        "precision": float(right[reported].mean()),
        "recall": float(reported[right == 1].mean()),
        "wrong reported": int((reported & (right == 0)).sum()),
    }


def reliability(sample: Sample, held_out: Floats) -> list[dict[str, Any]]:
    """Predicted and observed frequencies in bins: of all types, then of each."""
    rows = []
    for name in ("all", *sample.type_names):
        chosen = (sample.types == name) | (name == "all")
        rows += [{"type": name, **row} for row in _bins(sample.is_right[chosen], held_out[chosen])]
    return rows


def by_type(sample: Sample, held_out: Floats, threshold: float) -> list[dict[str, Any]]:
    """For each type, the number of candidates, the reported ones, and the calibration."""
    rows = []
    for name in sample.type_names:
        chosen = sample.types == name
        if not chosen.any():
            continue
        right, told = sample.is_right[chosen], held_out[chosen]
        reported = told >= threshold
        rows.append(
            {
                "type": name,
                "candidates": int(chosen.sum()),
                "right": int(right.sum()),
                "mean": float(told.mean()),
                "observed": float(right.mean()),
                "error": _calibration_error(right, told),
                "right reported": int((reported & (right == 1)).sum()),
                "wrong reported": int((reported & (right == 0)).sum()),
            }
        )
    return rows


def ablation(sample: Sample, seed: int, threshold: float) -> list[dict[str, Any]]:
    """The held-out figures without each feature."""
    rows = [figures("all features", sample, cross_validated(sample, seed), threshold)]
    for feature in FEATURES:
        held_out = cross_validated(sample, seed, (feature,))
        rows.append(figures(f"without {feature}", sample, held_out, threshold))
    return rows


def least_reported(sample: Sample, held_out: Floats) -> float:
    """The lowest probability at which enough candidates are right, on a curve that only rises."""
    curve = IsotonicRegression(out_of_bounds="clip").fit(held_out, sample.is_right)
    thresholds = np.arange(0.5, 1.0, STEP)
    enough = thresholds[curve.predict(thresholds) >= LEAST_RIGHT]
    return round(float(enough.min(initial=1.0)), 2)


def _bins(right: Floats, told: Floats) -> list[dict[str, Any]]:
    rows = []
    for low, high in pairwise(BINS):
        inside = (told >= low) & ((told < high) | (high == 1.0))
        if inside.any():
            rows.append(
                {
                    "from": low,
                    "to": high,
                    "count": int(inside.sum()),
                    "mean": float(told[inside].mean()),
                    "observed": float(right[inside].mean()),
                }
            )
    return rows


def _calibration_error(right: Floats, told: Floats) -> float:
    """Mean distance of probability and share, weighted by the counts of the bins."""
    rows: Sequence[dict[str, Any]] = _bins(right, told)
    distance = sum(row["count"] * abs(row["mean"] - row["observed"]) for row in rows)
    return float(distance / len(right))
