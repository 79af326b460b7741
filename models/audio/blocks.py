"""Half-second blocks of a recording: which hold speech, their power, and runs of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from models.audio.decoding import SAMPLE_RATE_HZ
from models.audio.voice_activity import FRAME_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from models.audio.decoding import Pcm
    from models.audio.voice_activity import Span, SpeechProbabilities

BLOCK_S = 0.5
"""Long enough for a syllable or two, short enough for one speaker."""
BLOCK_SAMPLES = int(BLOCK_S * SAMPLE_RATE_HZ)

Blocks: TypeAlias = "NDArray[np.bool_]"
"""One boolean per block."""


def spoken_blocks(probabilities: SpeechProbabilities, count: int) -> Blocks:
    """Blocks of which at least half is speech."""
    edges = np.arange(count + 1) * BLOCK_SAMPLES // FRAME_SAMPLES
    summed = np.concatenate(([0], np.cumsum(probabilities >= 0.5)))  # noqa: PLR2004  likelier than not
    return np.asarray((summed[edges[1:]] - summed[edges[:-1]]) * 2 >= edges[1:] - edges[:-1])


def touched_blocks(spans: Iterable[Span], count: int) -> Blocks:
    """Blocks in which a span lies, if only with a part of it."""
    touched = np.zeros(count, dtype=np.bool_)
    for span in spans:
        touched[span.start // BLOCK_SAMPLES : -(-span.end // BLOCK_SAMPLES)] = True
    return touched


def block_powers(channel: Pcm, count: int) -> NDArray[np.float64]:
    """Power of each block."""
    blocks = channel[: count * BLOCK_SAMPLES].reshape(count, BLOCK_SAMPLES)
    return np.array([float(np.var(block.astype(np.float64))) for block in blocks])


def long_runs(
    same: Blocks, differing: Blocks, least: int, longest_gap: int
) -> Iterator[tuple[int, int]]:
    """First block, and the one after the last, of each run of at least `least` equal blocks.

    Gaps of at most `longest_gap` blocks without a differing one belong to the run.
    """
    start = end = -1
    count = 0
    for block in np.flatnonzero(same).tolist():
        if start >= 0 and block - end <= longest_gap and not differing[end:block].any():
            end, count = block + 1, count + 1
            continue
        if count >= least:
            yield start, end
        start, end, count = block, block + 1, 1
    if count >= least:
        yield start, end
