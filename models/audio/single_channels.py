"""Every channel of every track of a file, each as a recording of its own."""

from __future__ import annotations

import wave
from itertools import zip_longest
from typing import TYPE_CHECKING

import av

from models.audio.containers import opened, parts_of
from models.audio.decoding import SAMPLE_RATE_HZ
from models.audio.tracks import track_blocks
from models.errors import AudioError

if TYPE_CHECKING:
    from pathlib import Path


def channel_counts(path: Path) -> tuple[int, ...]:
    """Number of channels of each audio track; of joined files, the most that one of them has.

    Raises:
        AudioError: The file cannot be opened, or has no track or one of too many channels.
    """
    counts = []
    for part in parts_of(path):
        with opened(part) as container:
            counts.append([stream.channels for stream in container.streams.audio])
    return tuple(map(max, zip_longest(*counts, fillvalue=0)))


def write_single_channel(path: Path, track: int, channel: int, out: Path) -> None:
    """Write one channel of one track as a mono WAV file of 16 kHz.

    Args:
        path: The file.
        track: Index of the audio track.
        channel: Index of the channel in that track; where the track has fewer, its last one.
        out: Where the WAV file goes.

    Raises:
        AudioError: The file cannot be decoded, or the WAV file cannot be written.
    """
    try:
        with wave.open(str(out), "wb") as written:
            written.setnchannels(1)
            written.setsampwidth(2)
            written.setframerate(SAMPLE_RATE_HZ)
            for part in parts_of(path):
                with opened(part) as container:
                    counts = [stream.channels for stream in container.streams.audio]
                if track >= len(counts):
                    continue
                for block in track_blocks(part, track, SAMPLE_RATE_HZ, counts[track]):
                    written.writeframes(block[min(channel, len(block) - 1)].tobytes())
    except (av.FFmpegError, OSError, ValueError) as error:
        raise AudioError(f"a track cannot be decoded ({type(error).__name__})") from None
