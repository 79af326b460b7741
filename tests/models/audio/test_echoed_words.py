"""Speech that the other channel explains is not unheard; a side's own speech is."""

from __future__ import annotations

import numpy as np
import pytest

from models.audio.decoding import SAMPLE_RATE_HZ
from models.audio.echoed_words import without_echoed_stretches
from models.transcript import Unheard, Word

STRETCH = Unheard(1, 1.0, 3.0)
SAID = [Word("hello", 1.0, 1.8, 0.9), Word("again", 2.0, 2.9, 0.9)]
"""What the other channel has during the stretch."""


@pytest.mark.parametrize(
    ("own_ratio", "others", "expected"),
    [
        (0.05, SAID, []),  # a leak
        (0.8, SAID, [STRETCH]),  # both speak
        (0.05, SAID[:1], [STRETCH]),  # most of it with nobody's words
        (0.05, [], [STRETCH]),
    ],
)
def test_a_stretch_is_dropped_only_if_the_other_side_speaks_much_louder(
    own_ratio: float, others: list[Word], expected: list[Unheard]
) -> None:
    """An answer given at the level of a voice stays, and so does what nobody's words explain."""
    time_s = np.arange(4 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    voice = np.sin(2 * np.pi * 200 * time_s) * 20000
    pcm = np.stack([voice, own_ratio * voice]).astype(np.int16)
    assert without_echoed_stretches(pcm, [STRETCH], [others, []]) == expected


def test_a_mono_recording_has_no_other_side() -> None:
    """All its stretches stay."""
    pcm = np.zeros((1, 4 * SAMPLE_RATE_HZ), dtype=np.int16)
    stretch = Unheard(0, 1.0, 3.0)
    assert without_echoed_stretches(pcm, [stretch], [SAID]) == [stretch]
