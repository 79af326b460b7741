"""The table of weights: how much each feature of a candidate adds to its score."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from qa_rules.pii_detection.evidence import Feature
from qa_rules.strict_yaml import StrictRecord, read_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa_rules.pii_detection.evidence import Evidence

FILE = Path(__file__).with_suffix(".yaml")
_Key = Annotated[Feature, Field(strict=False)]  # YAML knows no enumerations


class Limits(StrictRecord):
    """Scores at which something else follows; `weights.yaml` says why.

    Attributes:
        least_guess: Of a whole shape, for types that nobody names in the call.
        least_context_for_parts: Of the dialogue, for values that are incomplete.
        clear_context: Of the dialogue, for `Feature.CLEARLY_NAMED`.
        outdated: Factor of a question for each thing that outdates it.
        says_more: Of a repetition that keeps its own type.
    """

    least_guess: float
    least_context_for_parts: float
    clear_context: float
    outdated: float
    says_more: float


class Weights(StrictRecord):
    """The table.

    Attributes:
        choice: What features add to the score by which a stretch is read as a type.
        limits: What follows from scores.
    """

    choice: dict[_Key, float]
    limits: Limits


@cache
def weights() -> Weights:
    """The table of this package.

    Raises:
        RuleFilesError: If the file is not as it should be.
    """
    return read_record(FILE, Weights)


def total(evidence: Evidence, table: Mapping[Feature, float]) -> float:
    """The weighted sum of the features."""
    return sum(table[feature] * value for feature, value in evidence)
