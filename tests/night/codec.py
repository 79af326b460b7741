"""Write and read recordings with PyAV; needs no ffmpeg binary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pathlib import Path

Samples = npt.NDArray[np.float32]

RATE_HZ = 8_000
SUFFIX = {"wav": ".wav", "flac": ".flac", "mp3": ".mp3", "opus": ".opus"}
CODEC = {
    "wav": ("pcm_mulaw", "wav", "s16", None),
    "flac": ("flac", "flac", "s16", None),
    "mp3": ("libmp3lame", "mp3", "s16p", 32_000),
    "opus": ("libopus", "ogg", "s16", 24_000),
}


def write_audio(path: Path, channels: Samples, kind: str) -> None:
    """Encode with PyAV; the same samples give the same bytes."""
    codec, container, sample_format, bit_rate = CODEC[kind]
    layout = "stereo" if len(channels) == 2 else "mono"
    options = {"fflags": "+bitexact"}
    with av.open(str(path), "w", format=container, options=options) as out:
        stream: Any = out.add_stream(codec, rate=RATE_HZ, layout=layout)
        stream.codec_context.flags |= 1 << 23  # AV_CODEC_FLAG_BITEXACT
        if bit_rate:
            stream.bit_rate = bit_rate if layout == "stereo" else bit_rate // 2
        if kind == "opus":
            stream.codec_context.options = {"application": "voip", "vbr": "on"}
        packed = (channels * 32767).astype(np.int16).T.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(packed), "s16", layout)
        frame.sample_rate = RATE_HZ
        resampler = av.AudioResampler(sample_format, layout, RATE_HZ)
        for ready in resampler.resample(frame):
            out.mux(stream.encode(ready))
        out.mux(stream.encode(None))


def read_audio(path: Path) -> Samples:
    """Decode at 8 kHz, shape (channels, samples)."""
    with av.open(str(path)) as source:
        stream = source.streams.audio[0]
        resampler = av.AudioResampler("fltp", stream.layout.name, RATE_HZ)
        parts = [f.to_ndarray() for one in source.decode(stream) for f in resampler.resample(one)]
        parts += [f.to_ndarray() for f in resampler.resample(None)]
    return np.concatenate(parts, axis=1)
