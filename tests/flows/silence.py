"""Whether a redacted copy is silent where it must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.audio.decoding import SAMPLE_RATE_HZ, decode
from tests.night.ground_truth import truth_of

if TYPE_CHECKING:
    from pathlib import Path

EDGE_S = 0.05  # how exact the truth's times are, and what a lossy codec smears
SILENT = 33  # of 32768: 60 dB below full scale


def assert_cards_are_silent(copy: Path, call_id: str) -> None:
    """Every second in which a card number is spoken is silent on all channels; others are not."""
    pcm = decode(copy).astype(np.float64)
    cards = [span for span in truth_of(call_id)["pii"] if span["type"] == "card_number"]
    assert cards
    for card in cards:
        first, last = (
            int(at_s * SAMPLE_RATE_HZ)
            for at_s in (card["start_s"] + EDGE_S, card["end_s"] - EDGE_S)
        )
        assert np.sqrt(np.mean(pcm[:, first:last] ** 2, axis=1)).max() < SILENT, card["start_s"]
    assert np.sqrt(np.mean(pcm**2)) > SILENT
