"""Scores are sums of named features, and the table of weights is the only place of their values."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_rules.pii_detection.compiled_types import detectors_for
from qa_rules.pii_detection.context.speaker_words import streams_of
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.evidence.features import OF_RUNS, OF_TYPES, Feature
from qa_rules.pii_detection.evidence.weights import weights
from qa_rules.pii_detection.speaker_pass import SpeakerPass
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.invented_people.speaker import Speaker

RULES = load_pii_rules(Path(__file__).parents[3] / "qa_rules" / "pii")
OF_THE_TYPE = set(OF_TYPES)
"""Their weight is in the type's file."""


def added(type_: str, feature: Feature) -> float:
    """What one feature adds to a score."""
    rule = RULES.by_id[type_]
    if feature is Feature.WHOLE:
        assert rule.shape
        return rule.shape.weight
    if feature in OF_THE_TYPE:
        assert rule.checksum
        is_valid = feature is Feature.CHECKSUM_VALID
        return rule.checksum.valid if is_valid else rule.checksum.invalid
    return weights().choice[feature]


@pytest.mark.parametrize("language", ["en", "es", "it"])
def test_a_score_is_the_sum_of_its_features(language: str) -> None:
    """Nothing but what the evidence names is in the score of a code or number."""
    detectors = detectors_for(RULES, language)
    seen: set[Feature] = set()
    for example in Speaker(language, seed=11).examples(15):
        sides = [SpeakerPass(stream, detectors) for stream in streams_of(example.transcript)]
        for side in sides:
            others = [cue for other in sides if other is not side for cue in other.asking]
            for one in side.candidates(others, alone=len(sides) == 1):
                if not one.evidence:
                    continue
                features = dict(one.evidence)
                seen |= features.keys()
                expected = sum(added(one.type, at) * value for at, value in features.items())
                assert one.score == pytest.approx(expected), (one.type, features)
    assert {Feature.WHOLE, Feature.ASKED_BY_NAME, Feature.NAMED, Feature.DICTATED} <= seen


def test_every_feature_has_a_weight() -> None:
    """A feature without a weight would be computed in vain."""
    table = weights()
    assert table.choice.keys() | {Feature.RECOGNIZER, Feature.HEARD} == set(Feature) - OF_THE_TYPE
    assert table.confidence.features.keys() == set(Feature) - OF_THE_TYPE - OF_RUNS


def test_what_speaks_for_a_value_never_lowers_its_confidence() -> None:
    """The signs of the fitted weights are what the features mean."""
    fitted = weights().confidence
    against = {Feature.WORDS_BETWEEN, Feature.INCOMPLETE_UNASKED}
    assert all(weight <= 0 for at, weight in fitted.features.items() if at in against)
    assert all(weight >= 0 for at, weight in fitted.features.items() if at not in against)
    for own in fitted.types.values():
        assert own.whole >= 0
        assert own.checksum_valid >= 0
        assert own.checksum_invalid <= 0


def test_a_confidence_is_a_probability() -> None:
    """Confidences are calibrated on people who were not in the fitted data."""
    told, right = [], []
    for language in ("en", "es", "it"):
        for example in Speaker(language, seed=23).examples(12):
            for span in find_pii(example.transcript, RULES):
                if span.reported:
                    words = {(span.turn, word) for word in range(span.first, span.last)}
                    told.append(span.confidence)
                    right.append(span.type == example.type and bool(words & example.places))
    assert len(told) > 300
    assert sum(told) / len(told) == pytest.approx(sum(right) / len(right), abs=0.04)
