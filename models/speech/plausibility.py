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

    from numpy.typing import NDArray

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
_HALF_AND_DOUBLE = (0.5, 2.0)
_USUAL_HZ = (8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000)
_NEAR = 1.4  # so much faster or slower, speech is still understood


def is_doubtful(transcript: Transcript) -> bool:
    """Whether a call's confidence is so low that its sample rate may be wrong."""
    return _mean_confidence(transcript) < DOUBTFUL_CONFIDENCE


def at_other_rates(
    pcm: Pcm, first: int, transcript: Transcript, recording: Recording
) -> Iterator[tuple[float, Pcm]]:
    """Half a minute or more of a call, as at other sample rates than the header's.

    Args:
        pcm: The recording as decoded at the header's rate.
        first: The sample from which on it is recognised again.
        transcript: What was recognised.
        recording: The recording.

    Yields:
        The ratio of each rate to the header's, and the excerpt at that rate.
    """
    for ratio in _ratios(transcript, recording):
        part = pcm[:, first : first + int(_EXCERPT_S * max(ratio, 1.0) * SAMPLE_RATE_HZ)]
        yield ratio, np.stack([_at_rate(channel, ratio) for channel in part])


def _at_rate(channel: NDArray[np.int16], ratio: float) -> NDArray[np.int16]:
    """One channel, so many times as fast."""
    if len(channel) < ratio:
        return channel[:0]
    averaged = max(round(ratio), 1)
    smooth = np.convolve(channel, np.full(averaged, 1 / averaged), mode="same")
    places = np.arange(int(len(channel) / ratio)) * ratio
    return np.asarray(np.interp(places, np.arange(len(channel)), smooth), dtype=np.int16)


def _ratios(transcript: Transcript, recording: Recording) -> tuple[float, ...]:
    """Half and double; every usual rate if there are hardly any words, as at 44.1 for 8 kHz."""
    if _word_count(transcript) >= LEAST_WORDS:
        return _HALF_AND_DOUBLE
    usual = (rate_hz / recording.sample_rate_hz for rate_hz in _USUAL_HZ)
    return tuple(ratio for ratio in usual if not 1 / _NEAR < ratio < _NEAR)


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
    if _word_count(transcript) < LEAST_WORDS:
        return 0.0 if transcript.duration_s >= _EXCERPT_S else 1.0
    return _confidence([word for turn in transcript.turns for word in turn.words])


def _word_count(transcript: Transcript) -> int:
    return sum(len(turn.words) for turn in transcript.turns)


def _confidence(words: Sequence[Word]) -> float:
    return fmean(word.confidence for word in words) if len(words) >= LEAST_WORDS else 0.0
