"""Whether the sample rate in a recording's header is right.

With a wrong rate a recording is decoded too fast or too slow. Recognition then still writes words,
with a low confidence; but so it does on a noisy line. Recognising an excerpt again at half and at
double speed separates the two: its confidence rises only if the rate was wrong.
"""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from models.audio.decoding import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.audio.decoding import Pcm
    from models.call import Recording
    from models.transcript import Transcript, Word

# On calls of the invented night and of real people, the words' mean confidence is at least 0.74,
# and 0.69 at most at half or double speed.
DOUBTFUL_CONFIDENCE = 0.72
UNDERSTOOD_CONFIDENCE, LEAST_GAIN = 0.65, 0.15
LEAST_WORDS = 10
"""The mean confidence of fewer words is not conclusive."""
_EXCERPT_S = 30


def is_doubtful(transcript: Transcript) -> bool:
    """Whether a call's confidence is so low that its sample rate may be wrong."""
    return _mean_confidence(transcript) < DOUBTFUL_CONFIDENCE


def at_other_rates(pcm: Pcm, first: int) -> Iterator[tuple[float, Pcm]]:
    """Half a minute from a sample on, as at this ratio of the header's sample rate."""
    part = pcm[:, first : first + _EXCERPT_S * SAMPLE_RATE_HZ]
    part = part[:, : part.shape[1] // 2 * 2]
    between = (part[:, :-1].astype(np.int32) + part[:, 1:]) // 2
    slow = np.repeat(part, 2, axis=1)
    slow[:, 1:-1:2] = between
    yield 0.5, slow
    yield 2.0, part.reshape(len(part), -1, 2).mean(axis=2).astype(np.int16)


def why_implausible(
    transcript: Transcript, recording: Recording, heard: Mapping[float, Sequence[Word]]
) -> str | None:
    """What is wrong with a recording's rate and what to do; None without evidence that it is.

    Args:
        transcript: The transcript at the header's rate.
        recording: The recording.
        heard: The words of an excerpt, recognised at each of the other rates.
    """
    so_far = _mean_confidence(transcript)
    ratio, confidence = max(
        ((ratio, _confidence(words)) for ratio, words in heard.items()),
        key=lambda pair: pair[1],
        default=(1.0, 0.0),
    )
    if confidence < max(UNDERSTOOD_CONFIDENCE, so_far + LEAST_GAIN):
        return None
    rate_hz = recording.sample_rate_hz
    return (
        f"the sample rate in the header, {rate_hz} Hz, may be wrong: the words are better "
        f"understood at {rate_hz * ratio:.0f} Hz (confidence {confidence:.2f} instead of "
        f"{so_far:.2f}); export the recording with its own rate"
    )


def _mean_confidence(transcript: Transcript) -> float:
    """Of all words of a call. Few words in a long call are as suspicious as unclear ones."""
    words = [word for turn in transcript.turns for word in turn.words]
    if len(words) < LEAST_WORDS:
        return 0.0 if transcript.duration_s >= _EXCERPT_S else 1.0
    return _confidence(words)


def _confidence(words: Sequence[Word]) -> float:
    return fmean(word.confidence for word in words) if len(words) >= LEAST_WORDS else 0.0
