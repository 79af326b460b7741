"""Calls as other lines, devices and processors deliver them: the transformations of the benchmark.

Everything that is random comes from one generator, so that a seed gives the same recordings again
and another seed gives others.
"""

from __future__ import annotations

import math
import wave
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from models.audio.decoding import SAMPLE_RATE_HZ, decode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from models.audio.decoding import Pcm

Samples: TypeAlias = "NDArray[np.float64]"
"""Shape (channels, samples), full scale 32768."""
Change: TypeAlias = "Callable[[Samples, np.random.Generator, Path], Samples]"
"""Changes samples, given a random generator and a folder for intermediate files."""

LINE_RATE_HZ = 8_000
ECHO_LAG_S = (0.06, 0.2)
SHIFT_S = 0.37
_ACTIVE_DB = 30.0
"""Frames at most this far below the loudest tenth are speech."""
_FRAME = SAMPLE_RATE_HZ // 50


@dataclass(frozen=True, slots=True)
class Rendering:
    """One condition under which every call is transcribed.

    Attributes:
        change: What happens to the recording; None for a copy as it is.
        speed: Times and lengths are divided by this.
        shift_s: Added to all times.
        instruction_set: For CT2_FORCE_CPU_ISA; None for the processor's own.
        needs_two_channels: Whether mono calls are left out.
    """

    change: Change | None = None
    speed: float = 1.0
    shift_s: float = 0.0
    instruction_set: str | None = None
    needs_two_channels: bool = False

    def time_s(self, original_s: float) -> float:
        """The time in the rendering of a time in the original."""
        return original_s / self.speed + self.shift_s


def _echo(db: float) -> Rendering:
    """Each channel carries the other, that many dB lower, after a lag that is drawn for each."""

    def change(samples: Samples, draw: np.random.Generator, _: Path) -> Samples:
        mixed = samples.copy()
        for own, other in ((0, 1), (1, 0)):
            lag = int(draw.uniform(*ECHO_LAG_S) * SAMPLE_RATE_HZ)
            mixed[own, lag:] += samples[other, :-lag] * 10 ** (-db / 20)
        return mixed

    return Rendering(change, needs_two_channels=True)


def _noise(db: float) -> Rendering:
    """White noise on each channel, that many dB below its speech."""

    def change(samples: Samples, draw: np.random.Generator, _: Path) -> Samples:
        return np.stack(
            [
                channel + draw.normal(0, _speech_level(channel) * 10 ** (-db / 20), channel.size)
                for channel in samples
            ]
        )

    return Rendering(change)


def _level(db: float) -> Rendering:
    def change(samples: Samples, _: np.random.Generator, __: Path) -> Samples:
        return samples * 10 ** (db / 20)

    return Rendering(change)


def _speed(factor: float) -> Rendering:
    """The recording is played faster or slower, as a wrong clock does it."""

    def change(samples: Samples, _: np.random.Generator, __: Path) -> Samples:
        at = np.arange(int(samples.shape[1] / factor)) * factor
        known = np.arange(samples.shape[1])
        return np.stack([np.interp(at, known, channel) for channel in samples])

    return Rendering(change, speed=factor)


def _shift(seconds: float) -> Rendering:
    def change(samples: Samples, _: np.random.Generator, __: Path) -> Samples:
        return np.pad(samples, ((0, 0), (int(seconds * SAMPLE_RATE_HZ), 0)))

    return Rendering(change, shift_s=seconds)


def _opus(samples: Samples, _: np.random.Generator, place: Path) -> Samples:
    """Opus at 12 kbit/s a channel."""
    return _through(samples, place / "line.opus", "libopus", SAMPLE_RATE_HZ, 12_000)


def _a_law_twice(samples: Samples, draw: np.random.Generator, place: Path) -> Samples:
    """A-law at two exchanges; a level that changes between them lets the second one lose, too."""
    once = _through(samples, place / "line.wav", "pcm_alaw", LINE_RATE_HZ, None)
    softer = once * 10 ** (-draw.uniform(0.5, 3.0) / 20)
    return _through(softer, place / "line.wav", "pcm_alaw", LINE_RATE_HZ, None)


RENDERINGS = {
    "plain": Rendering(),
    **{f"echo {db} dB": _echo(db) for db in (16, 20, 25, 30, 35)},
    **{f"noise {db} dB": _noise(db) for db in (25, 20)},
    **{f"level {db:+d} dB": _level(db) for db in (15, -15)},
    **{f"speed {factor}": _speed(factor) for factor in (0.94, 1.06)},
    "shift": _shift(SHIFT_S),
    "opus 12": Rendering(_opus),
    "a-law twice": Rendering(_a_law_twice),
    **{name.lower(): Rendering(instruction_set=name) for name in ("GENERIC", "AVX", "AVX2")},
}


def render(rendering: Rendering, source: Path, out: Path, draw: np.random.Generator) -> None:
    """Write a call under a condition as a 16-bit WAV file."""
    samples = decode(source).astype(np.float64)
    if rendering.change is not None:
        samples = rendering.change(samples, draw, out.parent)
    _write_wav(_as_pcm(samples), out)


def _speech_level(channel: Samples) -> float:
    """Root mean square of a channel's speech."""
    frames = channel[: channel.size // _FRAME * _FRAME].reshape(-1, _FRAME)
    power = np.mean(frames**2, axis=1)
    if not power.size:
        return 0.0
    loud = power[power >= np.quantile(power, 0.9) * 10 ** (-_ACTIVE_DB / 10)]
    return math.sqrt(float(np.mean(loud)))


def _as_pcm(samples: Samples) -> Pcm:
    return np.clip(np.round(samples), -32768, 32767).astype(np.int16)


def _write_wav(pcm: Pcm, out: Path) -> None:
    with wave.open(str(out), "wb") as file:
        file.setnchannels(len(pcm))
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(np.ascontiguousarray(pcm.T).tobytes())


def _through(
    samples: Samples, file: Path, codec: str, rate_hz: int, bit_rate: int | None
) -> Samples:
    """What a codec leaves of samples; as many as there were."""
    layout = "mono" if len(samples) == 1 else "stereo"
    with av.open(str(file), "w") as container:
        stream = container.add_stream(codec, rate=rate_hz, layout=layout)
        assert isinstance(stream, AudioStream)
        if bit_rate:
            stream.bit_rate = bit_rate * len(samples)
        pcm = np.ascontiguousarray(_as_pcm(samples).T).reshape(1, -1)
        frame = AudioFrame.from_ndarray(pcm, "s16", layout)
        frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, 0
        frame.time_base = Fraction(1, SAMPLE_RATE_HZ)
        resampler = AudioResampler("s16", layout, rate_hz)
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    kept = decode(file).astype(np.float64)[:, : samples.shape[1]]
    return np.pad(kept, ((0, 0), (0, samples.shape[1] - kept.shape[1])))
