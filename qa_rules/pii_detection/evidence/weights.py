"""The table of weights: how much each feature of a candidate adds to its score."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from qa_rules.pii_detection.evidence.features import Feature
from qa_rules.strict_yaml import StrictRecord, read_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa_rules.pii_detection.evidence.features import Evidence

FILE = Path(__file__).with_suffix(".yaml")
_Key = Annotated[Feature, Field(strict=False)]  # YAML knows no enumerations


class Limits(StrictRecord):
    """Thresholds and factors for scores; `weights.yaml` gives the reasons.

    Attributes:
        least_guess: Least score of a whole shape, for types that nobody names in the call.
        least_context: Least score of the dialogue, for a type that counts as expected there.
        least_context_for_address: The same, for an answer that names no street.
        least_address: Least score of an address with a street.
        least_typed: Least score of a number that is told apart from those of an unknown kind.
        clear_context: Least score of the dialogue, for `Feature.CLEARLY_NAMED`.
        outdated: Factor by which a question is discounted for everything that outdates it.
        sure: Least score of a recogniser of words, dates or addresses for a reported value.
        says_more: Least score of a repetition that keeps its own type.
    """

    least_guess: float
    least_context: float
    least_context_for_address: float
    least_address: float
    least_typed: float
    clear_context: float
    outdated: float
    sure: float
    says_more: float


class Recognizers(StrictRecord):
    """Scores of the recognisers of words, dates and addresses, to which the dialogue's is added.

    Attributes:
        street: Of a street with a name.
        house_number: Of a number beside it.
        date: Of a date.
        ip_address: Of four numbers below 256 with dots.
        named_ip_address: Of the same type's name, however far away.
        email: Of an e-mail address with a domain.
        part_of_email: Of one without.
        words: Of a name, password or other answer in words.
        unsure_words: Of the same on weak evidence.
        phrase: Of a phrase that tells something by itself, such as an illness.
    """

    street: float
    house_number: float
    date: float
    ip_address: float
    named_ip_address: float
    email: float
    part_of_email: float
    words: float
    unsure_words: float
    phrase: float


class OfType(StrictRecord):
    """Weights that differ by type, named after the features.

    Attributes:
        itself: Of the type itself, without any feature.
        whole: Of `Feature.WHOLE`.
        checksum_valid: Of `Feature.CHECKSUM_VALID`.
        checksum_invalid: Of `Feature.CHECKSUM_INVALID`.
    """

    itself: float = 0.0
    whole: float = 0.0
    checksum_valid: float = 0.0
    checksum_invalid: float = 0.0


class Confidence(StrictRecord):
    """The fitted model: from features to the probability that a candidate is of its type.

    Attributes:
        reported: Probability from which a span is reported.
        intercept: Log odds without any feature.
        features: What each feature adds to the log odds.
        types: What each type adds, and its whole shape and checksum.
    """

    reported: float
    intercept: float
    features: dict[_Key, float]
    types: dict[str, OfType]


class Weights(StrictRecord):
    """The table.

    Attributes:
        choice: Weights in the score by which the type of a stretch is chosen.
        recognizers: Scores of recognisers.
        limits: Thresholds and factors for scores.
        confidence: The model of a candidate's confidence.
    """

    choice: dict[_Key, float]
    recognizers: Recognizers
    limits: Limits
    confidence: Confidence


@cache
def weights() -> Weights:
    """The table of this package.

    Raises:
        RuleFilesError: If the file is invalid.
    """
    return read_record(FILE, Weights)


def total(evidence: Evidence, table: Mapping[Feature, float]) -> float:
    """The weighted sum of the features."""
    return sum(table[feature] * value for feature, value in evidence)


def probability(type_: str, evidence: Evidence) -> float:
    """The probability that a candidate of this type and with this evidence is right."""
    table = weights().confidence
    own = table.types.get(type_, OfType())
    of_type = {
        Feature.WHOLE: own.whole,
        Feature.CHECKSUM_VALID: own.checksum_valid,
        Feature.CHECKSUM_INVALID: own.checksum_invalid,
    }
    log_odds = table.intercept + own.itself + total(evidence, table.features | of_type)
    return 1 / (1 + math.exp(-log_odds))
