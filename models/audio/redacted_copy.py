"""The copy of a recording that people may hear: what is sensitive is silent in it."""

from __future__ import annotations

import math
import os
from contextlib import suppress
from typing import TYPE_CHECKING

import av
import numpy as np
from av.audio.frame import AudioFrame

from models.audio.decoding import SAMPLE_RATE_HZ, blocks
from models.errors import AudioError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from models.audio.decoding import Pcm
    from models.call import Recording

NARROW_BAND_HZ = 8_000
"""Rate of a telephone line: a recording that holds no more is copied at no more."""
BIT_RATE = 20_000
"""Bits a second of each channel: speech stays easy to follow, an hour in stereo takes 18 MB."""

_FASTEST = {"application": "audio", "compression_level": "0", "frame_duration": "60"}
"""The quickest of libopus' ways: 40 % of the time of its speech mode, at the same size."""
_BIT_EXACT = 1 << 23  # AV_CODEC_FLAG_BITEXACT, which PyAV does not name: no version in the file
_LAYOUTS = {1: "mono", 2: "stereo"}


def write_redacted(recording: Recording, muted: Sequence[tuple[float, float]], out: Path) -> None:
    """Write an Opus copy of a recording with silence, on all channels, where it is sensitive.

    Seconds are those of the transcript, since the same decoder counts them. The copy has no tags
    of the original's; the same recording and stretches give the same bytes. It is there whole or
    not at all, and the original is only read.

    Args:
        recording: The original; hours of it take no more memory than a minute.
        muted: Start and end of each stretch, in seconds.
        out: Where the copy goes; a copy that is there is replaced.

    Raises:
        AudioError: The original cannot be read or the copy cannot be written.
    """
    draft = out.with_name(f"{out.name}.tmp")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _encode(recording, muted, draft)
        _flush(draft)
        draft.replace(out)
    except (av.FFmpegError, OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise AudioError(
            f"the redacted copy cannot be written ({why}); check the disk and the file"
        ) from None
    finally:
        with suppress(OSError):  # no draft, or no folder for one: that is told already
            draft.unlink()


def _encode(recording: Recording, muted: Sequence[tuple[float, float]], draft: Path) -> None:
    rate_hz = NARROW_BAND_HZ if recording.sample_rate_hz <= NARROW_BAND_HZ else SAMPLE_RATE_HZ
    channel_count = recording.channel_count if recording.channel_count in _LAYOUTS else 1
    with av.open(str(draft), "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(
            "libopus", rate=rate_hz, layout=_LAYOUTS[channel_count], options=_FASTEST
        )
        stream.bit_rate = BIT_RATE * channel_count
        stream.codec_context.flags |= _BIT_EXACT
        done = 0
        for block in blocks(recording.path, rate_hz):
            _silence(block, done, rate_hz, muted)
            frame = AudioFrame.from_ndarray(
                _interleaved(block, channel_count), "s16", _LAYOUTS[channel_count]
            )
            frame.sample_rate, frame.pts = rate_hz, done
            container.mux(stream.encode(frame))
            done += block.shape[1]
        container.mux(stream.encode(None))


def _silence(block: Pcm, done: int, rate_hz: int, muted: Sequence[tuple[float, float]]) -> None:
    """Silence a block that `done` samples come before; stretches are rounded outwards."""
    for start_s, end_s in muted:
        start, end = math.floor(start_s * rate_hz) - done, math.ceil(end_s * rate_hz) - done
        block[:, max(start, 0) : max(end, 0)] = 0


def _interleaved(block: Pcm, channel_count: int) -> Pcm:
    """Samples in the encoder's order; more channels than two, which few players know, are mixed."""
    if len(block) > channel_count:
        block = block.mean(axis=0, keepdims=True).astype(np.int16)
    return np.ascontiguousarray(block.T).reshape(1, -1)


def _flush(path: Path) -> None:
    """Put a file's bytes on the disk, so that a power cut cannot leave an empty copy."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
