"""Redacted copies of recordings, with sensitive spans muted."""

from __future__ import annotations

import io
import math
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.audio.frame import AudioFrame

from models.audio.decoding import SAMPLE_RATE_HZ, blocks
from models.errors import AudioError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from models.audio.decoding import Pcm
    from models.call import Recording
    from models.transcript import NotListened

NARROW_BAND_HZ = 8_000
"""Sample rate of telephone lines: recordings at up to this rate are not upsampled."""
BIT_RATE = 20_000
"""Bits per second and channel: speech stays easy to follow, an hour in stereo takes 18 MB."""

_FASTEST = {"application": "audio", "compression_level": "0", "frame_duration": "60"}
"""The fastest options of libopus: 40 % of the time of its speech mode, at the same size."""
_BIT_EXACT = 1 << 23  # AV_CODEC_FLAG_BITEXACT, which PyAV does not name: no version in the file
_LAYOUTS = {1: "mono", 2: "stereo"}


def write_redacted(
    recording: Recording,
    muted: Sequence[tuple[float, float]],
    out: Path,
    not_listened: Sequence[NotListened] = (),
) -> None:
    """Write an Opus copy of a recording with sensitive spans muted, as `redacted` returns it.

    The copy is written atomically.

    Args:
        recording: The original.
        muted: Start and end of each muted span, in seconds.
        out: Path of the copy; an existing copy is replaced.
        not_listened: Stretches that were not transcribed.

    Raises:
        AudioError: The original cannot be read or the copy cannot be written.
    """
    content = redacted(recording, muted, not_listened)
    draft = out.with_name(f"{out.name}.tmp")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        _flush(draft)
        draft.replace(out)
    except OSError as error:
        raise _unwritten(error) from None
    finally:
        with suppress(OSError):  # no draft or no folder: the error was raised above
            draft.unlink()


def redacted(
    recording: Recording,
    muted: Sequence[tuple[float, float]],
    not_listened: Sequence[NotListened] = (),
) -> bytes:
    """An Opus copy of a recording with sensitive spans muted on all channels.

    Times are those of the transcript, since the same decoder is used. The copy has none of the
    original's tags; the same recording and spans give the same bytes. The original is not modified.

    Args:
        recording: The original; of its samples, few are in memory at a time.
        muted: Start and end of each muted span, in seconds.
        not_listened: Stretches that were not transcribed: the copy has the channel that was
            transcribed in their place, or silence. Of more than two channels, those that were never
            transcribed are left out.

    Raises:
        AudioError: The original cannot be read.
    """
    content = io.BytesIO()
    try:
        _encode(recording, muted, not_listened, content)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise _unwritten(error) from None
    return content.getvalue()


@contextmanager
def in_memory(content: bytes = b"") -> Iterator[Path]:
    """A file that has no name in any folder, and is gone with the block, or with the process.

    Its path is good for reading and writing in this process. Linux only.

    Args:
        content: What it holds at first.
    """
    with os.fdopen(os.memfd_create("callqa"), "wb") as file:
        file.write(content)
        file.flush()
        yield Path(f"/proc/self/fd/{file.fileno()}")


def _unwritten(error: Exception) -> AudioError:
    why = getattr(error, "strerror", None) or type(error).__name__
    return AudioError(f"the redacted copy cannot be written ({why}); check the disk and the file")


def _encode(
    recording: Recording,
    muted: Sequence[tuple[float, float]],
    not_listened: Sequence[NotListened],
    out: BinaryIO,
) -> None:
    rate_hz = NARROW_BAND_HZ if recording.sample_rate_hz <= NARROW_BAND_HZ else SAMPLE_RATE_HZ
    copied = _copied_channels(recording, not_listened)
    channel_count = len(copied) if len(copied) in _LAYOUTS else 1
    with av.open(out, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(
            "libopus", rate=rate_hz, layout=_LAYOUTS[channel_count], options=_FASTEST
        )
        stream.bit_rate = BIT_RATE * channel_count
        stream.codec_context.flags |= _BIT_EXACT
        done = 0
        for block in blocks(recording.path, rate_hz, recording.other_side):
            _replace(block, done, rate_hz, not_listened)
            _silence(block, done, rate_hz, muted)
            frame = AudioFrame.from_ndarray(
                _interleaved(block[copied], channel_count), "s16", _LAYOUTS[channel_count]
            )
            frame.sample_rate, frame.pts = rate_hz, done
            container.mux(stream.encode(frame))
            done += block.shape[1]
        container.mux(stream.encode(None))


def _copied_channels(recording: Recording, not_listened: Sequence[NotListened]) -> list[int]:
    """All of one or two channels; of more, those that were transcribed at any time."""
    channels = range(recording.channel_count)
    if len(channels) in _LAYOUTS:
        return list(channels)
    left_out = {
        stretch.channel
        for stretch in not_listened
        if stretch.start_s <= 0 and stretch.end_s >= recording.duration_s
    }
    return [channel for channel in channels if channel not in left_out]


def _replace(block: Pcm, done: int, rate_hz: int, not_listened: Sequence[NotListened]) -> None:
    """Replace what was not transcribed by the channel that was, or by silence."""
    for stretch in not_listened:
        times_s = (stretch.start_s, stretch.end_s)
        first, last = (max(round(time_s * rate_hz) - done, 0) for time_s in times_s)
        block[stretch.channel, first:last] = (
            0 if stretch.instead is None else block[stretch.instead, first:last]
        )


def _silence(block: Pcm, done: int, rate_hz: int, muted: Sequence[tuple[float, float]]) -> None:
    """Mute a block that begins at sample `done`; spans are rounded outwards."""
    for start_s, end_s in muted:
        start, end = math.floor(start_s * rate_hz) - done, math.ceil(end_s * rate_hz) - done
        block[:, max(start, 0) : max(end, 0)] = 0


def _interleaved(block: Pcm, channel_count: int) -> Pcm:
    """Samples in the encoder's order; more than two channels are mixed to mono."""
    if len(block) > channel_count:
        block = block.mean(axis=0, keepdims=True).astype(np.int16)
    return np.ascontiguousarray(block.T).reshape(1, -1)


def _flush(path: Path) -> None:
    """Flush a file to disk, so that a power failure cannot leave an empty copy."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
