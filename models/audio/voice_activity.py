"""Voice activity detection with Silero VAD."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import onnxruntime

from models.audio.decoding import SAMPLE_RATE_HZ, as_float
from models.catalog import resolve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.audio.decoding import Pcm

FRAME_SAMPLES = 512  # 32 ms, the step the model was trained with

SpeechProbabilities: TypeAlias = "NDArray[np.float32]"
"""Probability of speech in each frame, 0..1."""

_CONTEXT_SAMPLES = 64
_STATE_SHAPE = (1, 1, 128)
# -60 dB of full scale, thirty steps of 16-bit audio: 36 % of the frames of eleven real calls, and
# none of their 18,721 frames of speech.
_SILENCE_RMS = 10 ** (-60 / 20)
_NEAR_FRAMES = (
    10  # a third of a second, within which the model reacts to the beginning and end of speech
)
_BLOCK_FRAMES = 128
"""Four seconds. Without speech in so many frames with sound the model begins anew: music and noise
leave a state in which it finds little or none of the speech that follows. Of the frames of speech
in two calls after 60 to 300 s of melody, chords or noise it found 0 to 100 %, and 90 to 106 % of
those without music when it begins anew; in the night's calls 82.5 instead of 80.8 % of those of
words."""
_SPEECH, _NOISE = 0.5, 0.1
# Half a second at -40 dB of full scale or more, and 12 dB less in the next tenth: so a buzz ends.
# Where it held no speech, the model begins anew as well: of the two seconds after a buzz of two
# seconds it finds nothing otherwise.
_LOUD_FRAMES, _AFTER_FRAMES, _LOUD_POWER, _DROP = 16, 4, 1e-3, 16.0
_END_SAMPLES, _END_FRAMES = 3 * SAMPLE_RATE_HZ, 8


class Span(NamedTuple):
    """A stretch of one channel, in samples from the start of the recording."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechOptions:
    """Thresholds that turn speech probabilities into spans.

    Attributes:
        enter: Probability at which speech begins.
        leave: Probability below which it ends; lower than `enter`, or word ends would be lost.
        pause_s: Shorter pauses stay inside a span.
        margin_s: Margin before and after a span, since soft consonants are below the threshold.
        shortest_s: Shorter bursts are discarded as clicks.
        longest_s: Longer spans are cut where speech is least probable.
    """

    enter: float = 0.5
    leave: float = 0.35
    pause_s: float = 0.5
    margin_s: float = 0.25
    shortest_s: float = 0.1
    longest_s: float = 20.0


class VoiceActivity:
    """Silero VAD on one thread."""

    def __init__(self) -> None:
        (model,) = resolve("silero-vad").read().values()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )

    def speech_probabilities(self, channel: Pcm) -> SpeechProbabilities:
        """Speech probability of each 32 ms frame, computed in blocks.

        The model's state is kept from block to block where there is speech. Silent frames are
        skipped and get probability 0: many telephone systems send silence while nobody speaks.
        """
        frame_count = -(-len(channel) // FRAME_SAMPLES)
        probabilities = np.zeros(frame_count, dtype=np.float32)
        context = np.zeros(_CONTEXT_SAMPLES, dtype=np.float32)
        without_speech = 0
        h, c = _anew()
        loud_ends = _loud_ends(channel)
        first = 0
        while first < frame_count:
            last = min((first // _BLOCK_FRAMES + 1) * _BLOCK_FRAMES, frame_count)
            samples = as_float(channel[first * FRAME_SAMPLES : last * FRAME_SAMPLES])
            padded = np.pad(samples, (0, (last - first) * FRAME_SAMPLES - len(samples)))
            frames = padded.reshape(-1, FRAME_SAMPLES)
            tails = frames[:, -_CONTEXT_SAMPLES:]
            contexts = np.vstack([context, tails[:-1]])
            carries = _carries_sound(frames)
            if carries.any():
                inputs = np.hstack([contexts, frames])[carries]
                block, h, c = self._session.run(None, {"input": inputs, "h": h, "c": c})
                probabilities[first:last][carries] = block.reshape(-1)
                without_speech = 0 if block.max() >= _SPEECH else without_speech + carries.sum()
                if without_speech >= _BLOCK_FRAMES:
                    (h, c), without_speech = _anew(), 0
            for end in loud_ends:
                if first < end <= last and probabilities[end - _LOUD_FRAMES : end].max() < _NOISE:
                    (h, c), without_speech, last = _anew(), 0, end
                    break
            context, first = tails[last - first - 1], last
        return probabilities

    def ends_in_speech(self, pcm: Pcm) -> bool:
        """Whether somebody speaks in the last quarter of a second, as where a recording was cut.

        That holds for 0 of the night's 28 recordings, and for 54 of 63 copies cut inside a word.
        """
        ends = (self.speech_probabilities(channel[-_END_SAMPLES:]) for channel in pcm)
        return any(end[-_END_FRAMES:].mean() >= _SPEECH for end in ends if len(end))


def _anew() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The state of the model before it has heard anything."""
    return np.zeros(_STATE_SHAPE, np.float32), np.zeros(_STATE_SHAPE, np.float32)


def _loud_ends(channel: Pcm) -> list[int]:
    """Frames at which half a second of loud sound ends."""
    count = len(channel) // FRAME_SAMPLES
    if count < _LOUD_FRAMES + _AFTER_FRAMES:
        return []
    frames = channel[: count * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    power = np.array([float(np.mean(as_float(frame) ** 2)) for frame in frames])
    sums = np.concatenate(([0.0], np.cumsum(power)))
    edges = np.arange(_LOUD_FRAMES, count - _AFTER_FRAMES + 1)
    before = (sums[edges] - sums[edges - _LOUD_FRAMES]) / _LOUD_FRAMES
    after = (sums[edges + _AFTER_FRAMES] - sums[edges]) / _AFTER_FRAMES
    is_end = (before >= _LOUD_POWER) & (after * _DROP <= before)
    is_first = is_end & ~np.concatenate(([False], is_end[:-1]))
    return [int(edge) for edge in edges[is_first]]


def _carries_sound(frames: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which frames are not silent, or are near such a frame."""
    loud = np.sqrt(np.mean(frames**2, axis=1)) > _SILENCE_RMS
    near = np.convolve(loud, np.ones(2 * _NEAR_FRAMES + 1))[_NEAR_FRAMES:-_NEAR_FRAMES]
    return np.asarray(near.round() > 0)


def speech_spans(
    probabilities: SpeechProbabilities, sample_count: int, options: SpeechOptions | None = None
) -> tuple[Span, ...]:
    """Convert probabilities to spans of speech: ordered, with margins, not overlapping."""
    options = options or SpeechOptions()
    frames_per_s = SAMPLE_RATE_HZ / FRAME_SAMPLES
    longest = int(options.longest_s * frames_per_s)
    margin = int(options.margin_s * frames_per_s)
    spans: list[Span] = []
    for start, end in _bursts(probabilities, options):
        first = max(start - margin, 0, spans[-1].end if spans else 0)
        last = min(end + margin, len(probabilities))
        spans.extend(_cut(probabilities, first, last, longest))
    return tuple(
        Span(span.start * FRAME_SAMPLES, min(span.end * FRAME_SAMPLES, sample_count))
        for span in spans
    )


def _bursts(probabilities: SpeechProbabilities, options: SpeechOptions) -> list[tuple[int, int]]:
    """Ranges of speech frames by hysteresis, with short pauses closed and clicks removed."""
    frames_per_s = SAMPLE_RATE_HZ / FRAME_SAMPLES
    above = np.concatenate(([False], probabilities >= options.leave, [False]))
    edges = np.flatnonzero(np.diff(above.astype(np.int8))).reshape(-1, 2)
    joined: list[tuple[int, int]] = []
    for start, end in edges.tolist():
        if probabilities[start:end].max() < options.enter:
            continue
        if joined and start - joined[-1][1] < options.pause_s * frames_per_s:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [
        (start, end) for start, end in joined if end - start >= options.shortest_s * frames_per_s
    ]


def _cut(probabilities: SpeechProbabilities, first: int, last: int, longest: int) -> list[Span]:
    """Cut a long span at its least probable frame, in the second half of the allowed length."""
    pieces = []
    while last - first > longest:
        earliest = first + longest // 2
        cut = earliest + int(np.argmin(probabilities[earliest : first + longest]))
        pieces.append(Span(first, cut))
        first = cut
    pieces.append(Span(first, last))
    return pieces
