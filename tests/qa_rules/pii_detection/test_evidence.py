"""Scores are sums of named features, and the table of weights is the only place of their values."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_rules.pii_detection.compiled_types import detectors_for
from qa_rules.pii_detection.context.speaker_words import streams_of
from qa_rules.pii_detection.evidence.features import Feature
from qa_rules.pii_detection.evidence.weights import weights
from qa_rules.pii_detection.speaker_pass import SpeakerPass
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.invented_people.speaker import Speaker

RULES = load_pii_rules(Path(__file__).parents[3] / "qa_rules" / "pii")
OF_THE_TYPE = {Feature.WHOLE, Feature.CHECKSUM_VALID, Feature.CHECKSUM_INVALID}
"""What they add stands in the type's file."""


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
    """A feature that nobody weighs would be seen for nothing."""
    assert weights().choice.keys() == set(Feature) - OF_THE_TYPE
