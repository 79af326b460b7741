"""One recording twice is told from two sides of a call."""

from __future__ import annotations

import numpy as np
import pytest

from models.audio.channels import carry_same_signal
from models.audio.decoding import SAMPLE_RATE_HZ

RANDOM = np.random.default_rng(5)
VOICE = RANDOM.normal(0, 3000, 90 * SAMPLE_RATE_HZ)
OTHER = RANDOM.normal(0, 3000, 90 * SAMPLE_RATE_HZ)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (VOICE, VOICE, True),
        (VOICE, VOICE * -0.3, True),
        (VOICE, VOICE + OTHER * 0.1, True),
        (VOICE, OTHER, False),
        (VOICE, OTHER + VOICE * 0.3, False),
        (VOICE, VOICE * 0, False),
        (VOICE * 0, VOICE * 0, False),
    ],
    ids=[
        "copy",
        "quiet and inverted",
        "copy with noise",
        "two sides",
        "echo",
        "one silent",
        "silence",
    ],
)
def test_only_the_same_signal_is_the_same(
    left: np.ndarray, right: np.ndarray, *, same: bool
) -> None:
    """A copy is found at any level and polarity; echo and silent channels are no copies."""
    assert carry_same_signal(np.stack([left, right]).astype(np.int16)) is same


def test_mono_has_nothing_to_compare() -> None:
    """One channel is not the same as another."""
    assert not carry_same_signal(VOICE[None].astype(np.int16))
