"""Where a channel holds speech (Silero VAD), so that nothing else is ever recognised."""

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

SpeechConfidence: TypeAlias = "NDArray[np.float32]"
"""How likely each frame holds speech, 0..1."""

_CONTEXT_SAMPLES = 64
_STATE_SHAPE = (1, 1, 128)
# -60 dB of full scale, thirty steps of 16-bit audio: 36 % of the frames of eleven real calls, and
# none of their 18,721 frames of speech.
_SILENCE_RMS = 10 ** (-60 / 20)
_NEAR_FRAMES = 10  # a third of a second, in which the model hears speech come and go
_BLOCK_FRAMES = 2048  # about a minute: bounds memory on recordings of hours


class Span(NamedTuple):
    """A stretch of one channel, in samples from the start of the recording."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechOptions:
    """When odds become speech.

    Attributes:
        enter: Odds from which speech begins.
        leave: Odds below which it may end; lower than `enter`, or word ends would be lost.
        pause_s: Shorter pauses stay inside a span.
        margin_s: Kept before and after, since soft consonants fall below the odds.
        shortest_s: Shorter bursts are clicks.
        longest_s: Longer spans are cut where speech is least likely.
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

    def odds(self, channel: Pcm) -> SpeechConfidence:
        """Speech odds of each 32 ms frame, block by block with the model's state carried on.

        Frames of a channel that carries nothing are left out and have no odds: many telephone
        systems send silence while nobody speaks.
        """
        frame_count = -(-len(channel) // FRAME_SAMPLES)
        odds = np.zeros(frame_count, dtype=np.float32)
        context = np.zeros(_CONTEXT_SAMPLES, dtype=np.float32)
        h, c = (np.zeros(_STATE_SHAPE, dtype=np.float32) for _ in range(2))
        for first in range(0, frame_count, _BLOCK_FRAMES):
            last = min(first + _BLOCK_FRAMES, frame_count)
            samples = as_float(channel[first * FRAME_SAMPLES : last * FRAME_SAMPLES])
            padded = np.pad(samples, (0, (last - first) * FRAME_SAMPLES - len(samples)))
            frames = padded.reshape(-1, FRAME_SAMPLES)
            tails = frames[:, -_CONTEXT_SAMPLES:]
            contexts = np.vstack([context, tails[:-1]])
            carries = _carries_sound(frames)
            if carries.any():
                inputs = np.hstack([contexts, frames])[carries]
                block, h, c = self._session.run(None, {"input": inputs, "h": h, "c": c})
                odds[first:last][carries] = block.reshape(-1)
            context = tails[-1]
        return odds


def _carries_sound(frames: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which frames carry more than silence, or are near such a frame."""
    loud = np.sqrt(np.mean(frames**2, axis=1)) > _SILENCE_RMS
    near = np.convolve(loud, np.ones(2 * _NEAR_FRAMES + 1))[_NEAR_FRAMES:-_NEAR_FRAMES]
    return np.asarray(near.round() > 0)


def speech_spans(
    odds: SpeechConfidence, sample_count: int, options: SpeechOptions | None = None
) -> tuple[Span, ...]:
    """Turn odds into spans of speech, in order, with margins, never overlapping."""
    options = options or SpeechOptions()
    frames_per_s = SAMPLE_RATE_HZ / FRAME_SAMPLES
    longest = int(options.longest_s * frames_per_s)
    margin = int(options.margin_s * frames_per_s)
    spans: list[Span] = []
    for start, end in _bursts(odds, options):
        first = max(start - margin, 0, spans[-1].end if spans else 0)
        last = min(end + margin, len(odds))
        spans.extend(_cut(odds, first, last, longest))
    return tuple(
        Span(span.start * FRAME_SAMPLES, min(span.end * FRAME_SAMPLES, sample_count))
        for span in spans
    )


def _bursts(odds: SpeechConfidence, options: SpeechOptions) -> list[tuple[int, int]]:
    """Frames that are speech by hysteresis, with short pauses closed and clicks removed."""
    frames_per_s = SAMPLE_RATE_HZ / FRAME_SAMPLES
    above = np.concatenate(([False], odds >= options.leave, [False]))
    edges = np.flatnonzero(np.diff(above.astype(np.int8))).reshape(-1, 2)
    joined: list[tuple[int, int]] = []
    for start, end in edges.tolist():
        if odds[start:end].max() < options.enter:
            continue
        if joined and start - joined[-1][1] < options.pause_s * frames_per_s:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [
        (start, end) for start, end in joined if end - start >= options.shortest_s * frames_per_s
    ]


def _cut(odds: SpeechConfidence, first: int, last: int, longest: int) -> list[Span]:
    """Cut an overlong span at its least likely frame, in the later half of what may be kept."""
    pieces = []
    while last - first > longest:
        earliest = first + longest // 2
        cut = earliest + int(np.argmin(odds[earliest : first + longest]))
        pieces.append(Span(first, cut))
        first = cut
    pieces.append(Span(first, last))
    return pieces
