"""Whether the sample rate in a recording's header is right.

With a wrong rate a recording is decoded too fast or too slow. Recognition then still writes words,
with a lower confidence; but so it does on a noisy line. Recognising an excerpt again at other rates
separates the two: its confidence rises only if the rate was wrong. At less than half or double
speed nearly every word is still understood, and only the pace or the band shows that something is
wrong: a telephone's speech ends at 3.4 kHz, and below that if it is decoded too slowly.
"""

from __future__ import annotations

from math import inf, log
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
_USUAL_HZ = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_OF_TELEPHONY_HZ = (8_000, 16_000, 44_100, 48_000)
_NEAR = 1.2  # so much faster or slower, speech is understood as well, and rules judge it the same
_FAR = 1.75  # beyond it half and double speed are tried
# Letters in a second of words: 11.1 to 19.5 in 32 calls in three languages, 14.5 on average.
# A language with other writing is so far from it that neither half nor double speed explains it.
_LETTERS_PER_S, _UNUSUAL_PACE, _OTHER_WRITING = 14.5, 0.35, 1.0
_PACE_WEIGHT, _LEAST_PACE, _FEWER = 0.1, 0.05, 0.7
LEAST_NEAR_WORDS, _LEAST_EVIDENCE, _NEAR_EXCERPT_S = 30, 0.015, 60
_SUSPECT_S = 10  # a call of so many seconds with fewer than `LEAST_WORDS` is suspicious
# Loud speech from 3.0 to 3.3 kHz, against that from 1 to 2 kHz: -17 to +1 dB in 38 calls; of 8 kHz
# under a header of 5.8 kHz or less, -21 dB and below.
_VOICE_HZ, _UPPER_HZ, _NARROW_DB = (1000, 2000), (3000, 3300), -19.0
_FRAME, _MOST_FRAMES, _LOUD_RATIO = 1024, 4000, 0.25
# At a rate that gives a telephone's band, words gain 0.03 or more if it is their own; those of a
# muffled voice are at most 0.018 clearer, at a less usual pace.
_NARROW_GAIN, _NARROW_FEWER = 0.02, 0.5


def is_doubtful(transcript: Transcript, recording: Recording, pcm: Pcm) -> bool:
    """Whether the sample rate of a call may be wrong, by its words, its header or its band."""
    if _is_odd(transcript):
        return True
    if _word_count(transcript) < LEAST_NEAR_WORDS:
        return False
    return recording.sample_rate_hz not in _OF_TELEPHONY_HZ or is_narrow(pcm)


def is_narrow(pcm: Pcm) -> bool:
    """Whether the speech of the loudest channel ends below a telephone's band."""
    whole = pcm[:, : pcm.shape[1] // _FRAME * _FRAME].reshape(len(pcm), -1, _FRAME)
    frames = whole[:, :: whole.shape[1] // _MOST_FRAMES + 1].astype(np.float64)
    powers = np.square(frames).sum(axis=2)
    if not powers.any():
        return False
    loudest = powers.sum(axis=1).argmax()
    powers, frames = powers[loudest], frames[loudest]
    loud = powers >= np.quantile(powers, 1 - _LOUD_RATIO)
    spectrum = np.abs(np.fft.rfft(frames[loud] * np.hanning(_FRAME), axis=1)) ** 2
    hz = np.fft.rfftfreq(_FRAME, 1 / SAMPLE_RATE_HZ)
    voice, upper = (
        float(spectrum[:, (low <= hz) & (hz < high)].mean()) for low, high in (_VOICE_HZ, _UPPER_HZ)
    )
    return bool(upper < voice * 10.0 ** (_NARROW_DB / 10))


def _is_odd(transcript: Transcript) -> bool:
    """Whether words are unclear, or too fast or too slow, as at another rate."""
    if _mean_confidence(transcript) < DOUBTFUL_CONFIDENCE:
        return True
    is_long = _word_count(transcript) >= LEAST_NEAR_WORDS
    return is_long and _pace_error(_words(transcript)) >= _UNUSUAL_PACE


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
        end = first + int(_excerpt_s(ratio) * SAMPLE_RATE_HZ)
        yield ratio, np.stack([_at_rate(channel, ratio) for channel in pcm[:, first:end]])


def _excerpt_s(ratio: float) -> float:
    """How much of a recording is recognised again at a rate."""
    return _NEAR_EXCERPT_S if _is_near(ratio) else _EXCERPT_S * max(ratio, 1.0)


def _is_near(ratio: float) -> bool:
    return 1 / _FAR < ratio < _FAR


def _at_rate(channel: NDArray[np.int16], ratio: float) -> NDArray[np.int16]:
    """One channel, so many times as fast."""
    if len(channel) < ratio:
        return channel[:0]
    averaged = max(round(ratio), 1)
    smooth = np.convolve(channel, np.full(averaged, 1 / averaged), mode="same")
    places = np.arange(int(len(channel) / ratio)) * ratio
    return np.asarray(np.interp(places, np.arange(len(channel)), smooth), dtype=np.int16)


def _ratios(transcript: Transcript, recording: Recording) -> tuple[float, ...]:
    """Usual rates that are near; half and double of odd words; all for hardly any words."""
    usual = [rate_hz / recording.sample_rate_hz for rate_hz in _USUAL_HZ]
    usual = [ratio for ratio in usual if not 1 / _NEAR < ratio < _NEAR]
    if _word_count(transcript) < LEAST_WORDS:
        return tuple(usual)
    near = [ratio for ratio in usual if _is_near(ratio)]
    return (*(_HALF_AND_DOUBLE if _is_odd(transcript) else ()), *near)


def why_implausible(
    transcript: Transcript,
    recording: Recording,
    pcm: Pcm,
    first: int,
    heard: Mapping[float, Sequence[Word]],
) -> str | None:
    """What is wrong with a recording's rate and what to do; None without evidence that it is.

    Args:
        transcript: The transcript at the header's rate.
        recording: The recording.
        pcm: The recording as decoded at the header's rate.
        first: The sample from which on it was recognised again.
        heard: The words of an excerpt, recognised at each of the other rates.
    """
    first_s = first / SAMPLE_RATE_HZ
    is_low = is_narrow(pcm)
    evidence = {
        ratio: _near_evidence(
            _words(transcript, first_s, first_s + _excerpt_s(ratio)),
            words,
            gives_band=is_low and ratio > 1,
        )
        if _is_near(ratio)
        else _evidence(transcript, words)
        for ratio, words in heard.items()
    }
    ratio = max(evidence, key=lambda ratio: evidence[ratio], default=1.0)
    if evidence.get(ratio, 0.0) <= 0:
        return None
    rate_hz = recording.sample_rate_hz
    return (
        f"the sample rate in the header, {rate_hz} Hz, may be wrong: the words are better "
        f"understood at {rate_hz * ratio:.0f} Hz (confidence {_confidence(heard[ratio]):.2f} "
        f"instead of {_mean_confidence(transcript):.2f}), or sound more usual in pace; "
        "export the recording with its own rate"
    )


def _evidence(transcript: Transcript, words: Sequence[Word]) -> float:
    """How much clearer words are at another rate than a noisy line explains; 0: not at all.

    Half of the gain is enough where the other rate also makes an unusual pace a usual one.
    """
    is_usual_now = _pace_error(_words(transcript)) >= _UNUSUAL_PACE > _pace_error(words)
    gain = LEAST_GAIN / 2 if is_usual_now else LEAST_GAIN
    needed = max(UNDERSTOOD_CONFIDENCE, _mean_confidence(transcript) + gain)
    return max(_confidence(words) - needed + 1e-9, 0.0)


def _near_evidence(so_far: Sequence[Word], words: Sequence[Word], *, gives_band: bool) -> float:
    """The same for a rate at which the words are understood, too; 0: no evidence.

    The pace need not become more usual where only the other rate gives a telephone's band.
    """
    if min(len(so_far), len(words)) < LEAST_NEAR_WORDS:
        return 0.0
    gain = _confidence(words) - _confidence(so_far)
    pace = _pace_error(so_far) - _pace_error(words)
    fewer = _NARROW_FEWER if gives_band else _FEWER
    is_same = fewer < len(words) / len(so_far) < _NEAR  # else words are missing or repeated
    is_telling = gain >= _NARROW_GAIN if gives_band else pace >= _LEAST_PACE
    if not is_same or not is_telling:
        return 0.0
    return max(gain + _PACE_WEIGHT * pace - _LEAST_EVIDENCE, 0.0)


def _pace_error(words: Sequence[Word]) -> float:
    """How far the pace of words is from the usual one, as a logarithm; 0 if it cannot be judged."""
    spoken_s = sum(min(word.end_s - word.start_s, 1.0) for word in words)
    letters = sum(len(word.text) for word in words)
    if not spoken_s or not letters:
        return 0.0
    error = abs(log(letters / spoken_s / _LETTERS_PER_S))
    return error if error < _OTHER_WRITING else 0.0


def _mean_confidence(transcript: Transcript) -> float:
    """Of all words of a call. Few words in a long call are as suspicious as unclear ones."""
    if _word_count(transcript) < LEAST_WORDS:
        return 0.0 if transcript.duration_s >= _SUSPECT_S else 1.0
    return _confidence(_words(transcript))


def _words(transcript: Transcript, start_s: float = 0.0, end_s: float = inf) -> list[Word]:
    return [
        word for turn in transcript.turns for word in turn.words if start_s <= word.start_s < end_s
    ]


def _word_count(transcript: Transcript) -> int:
    return sum(len(turn.words) for turn in transcript.turns)


def _confidence(words: Sequence[Word]) -> float:
    return fmean(word.confidence for word in words) if len(words) >= LEAST_WORDS else 0.0
