"""Fit the confidence of PII candidates from their features; show the value of each feature.

`make fit-pii [DATA=DIR] [DATE=2026-01-31]` prints held-out figures beside those of the values set
by hand, a reliability table for each type and the ablation of every feature, and writes the fitted
part of `weights.yaml`. `DATA` is the same as of `make bench-pii`. Texts of one sentence, of one
call, or with one value are never split between folds.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_rules.pii_detection.evidence.weights import FILE
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.bench.bench_pii import NIGHT, RULES, print_rows
from tests.bench.pii_weights.candidates import SEED, labelled_candidates
from tests.bench.pii_weights.logistic import FOLDS, Sample, cross_validated, fit, rescaled
from tests.bench.pii_weights.reliability import (
    LEAST_RIGHT,
    ablation,
    by_type,
    figures,
    least_reported,
    reliability,
)

if TYPE_CHECKING:
    from tests.bench.pii_weights.logistic import Model

START = "confidence:\n"
BY_HAND_REPORTED = 0.54
"""The threshold that was set by hand, of the confidence that was computed by hand."""


def main() -> None:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of labelled sets")
    parser.add_argument("--date", default=f"{dt.datetime.now(dt.UTC):%Y-%m-%d}", help="of the head")
    options = parser.parse_args()
    rules = load_pii_rules(RULES / "pii")
    sample = Sample(labelled_candidates(options.data, NIGHT, rules), rules.by_id)
    held_out = cross_validated(sample, SEED)
    threshold = least_reported(sample, held_out)
    rows = [
        figures("by hand", sample, sample.confidences, BY_HAND_REPORTED),
        figures("by hand, rescaled", sample, rescaled(sample, SEED), threshold),
        figures("fitted", sample, held_out, threshold),
    ]
    for table in (
        rows,
        reliability(sample, held_out),
        by_type(sample, held_out, threshold),
        ablation(sample, SEED, threshold),
    ):
        print_rows(table, tuple(table[0]))
    _write(_head(sample, options.date, rows), fit(sample), threshold)


def _head(sample: Sample, date: str, rows: list[dict[str, Any]]) -> str:
    sources = ", ".join(f"{name} {count}" for name, count in sample.sources)
    lines = [
        f"Fitted on {date} by `make fit-pii`, which names the sets; write nothing here by hand.",
        f"{len(sample.is_right)} candidates, {sample.wrong} of them wrong:",
        f"{sources}.",
        f"Held out in {FOLDS} folds of {sample.group_count} groups of sentence, call and value",
        f"(seed {SEED}):",
    ]
    for row in rows:
        losses = [f"{name} {row[name]:.3f}" for name in ("log loss", "brier", "error")]
        shares = [f"{name} {row[name]:.3f}" for name in ("precision", "recall")]
        lines.append(f"  {row['model']}: {', '.join(losses)};")
        lines.append(f"    reported from {row['threshold']:.2f}: {', '.join(shares)}")
    return "".join(f"  # {line}\n" for line in lines)


def _write(head: str, model: Model, threshold: float) -> None:
    """Replace the fitted part of the file, which is its last."""
    kept = FILE.read_text(encoding="utf-8").partition(START)[0]
    why = f"from here on {LEAST_RIGHT:.0%} are right, by isotonic regression of the held-out ones"
    lines = [
        f"  # {why}\n",
        f"  reported: {threshold:.2f}\n",
        f"  intercept: {model.intercept:.3f}\n",
    ]
    shared = {str(at.feature): weight for at, weight in model.by_column.items() if not at.type}
    lines += ["  features:\n", *(f"    {name}: {value:.3f}\n" for name, value in shared.items())]
    lines.append("  types:\n")
    for name in sorted({at.type for at in model.by_column if at.type}):
        own = {at.feature: weight for at, weight in model.by_column.items() if at.type == name}
        fields = ", ".join(
            f"{feature or 'itself'}: {weight:.3f}" for feature, weight in own.items() if weight
        )
        lines.append(f"    {name}: {{{fields}}}\n")
    FILE.write_text(kept + START + head + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
