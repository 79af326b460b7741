"""Mel features are those that Whisper was trained on, and the same on any number of threads."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from models.speech.mel import FRAME_SAMPLES, MelFeatures


def _samples() -> np.ndarray:
    return np.random.default_rng(3).normal(0, 0.1, 15 * 16_000).astype(np.float32)


def _features() -> np.ndarray:
    return MelFeatures(FeatureExtractor().mel_filters)(_samples())


def test_features_equal_those_of_faster_whisper() -> None:
    """A frame for every 10 ms, each band as the model expects it."""
    expected = FeatureExtractor()(_samples())[:, : 15 * 16_000 // FRAME_SAMPLES]
    assert _features().shape == expected.shape
    assert np.abs(_features() - expected).max() < 1e-5


@pytest.mark.parametrize("variable", ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"])
def test_features_do_not_depend_on_thread_settings(variable: str) -> None:
    """An environment variable must not change the words of a transcript."""
    program = (
        "import hashlib, numpy as np\n"
        "from faster_whisper.feature_extractor import FeatureExtractor\n"
        "from models.speech.mel import MelFeatures\n"
        "samples = np.random.default_rng(3).normal(0, 0.1, 15 * 16_000).astype(np.float32)\n"
        "features = MelFeatures(FeatureExtractor().mel_filters)(samples)\n"
        "print(hashlib.sha256(features.tobytes()).hexdigest())\n"
    )
    told = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", program],
        env={**os.environ, variable: "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == hashlib.sha256(_features().tobytes()).hexdigest()
