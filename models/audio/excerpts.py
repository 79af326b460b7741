"""Excerpts and channels of a recording as recordings of their own, to transcribe only them."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from itertools import accumulate, zip_longest
from typing import TYPE_CHECKING

import av
import numpy as np

from models.audio.containers import opened, parts_of
from models.audio.decoding import SAMPLE_RATE_HZ, decode
from models.audio.tracks import track_blocks
from models.errors import AudioError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PAUSE_S = 1.0
"""Silence between two excerpts, so that words of different ones are not joined."""


@dataclass(frozen=True, slots=True)
class Excerpts:
    """Parts of a recording, in order of time, not overlapping; in seconds of the recording.

    Attributes:
        bounds_s: Start and end of each.
    """

    bounds_s: tuple[tuple[float, float], ...]

    @classmethod
    def around(
        cls, stretches_s: Iterable[tuple[float, float]], margin_s: float, duration_s: float
    ) -> Excerpts:
        """Stretches of a recording with a margin on both sides; those that then touch are one."""
        bounds: list[tuple[float, float]] = []
        for start_s, end_s in sorted(stretches_s):
            first_s, last_s = max(0.0, start_s - margin_s), min(duration_s, end_s + margin_s)
            if bounds and first_s <= bounds[-1][1] + PAUSE_S:
                first_s, last_s = bounds[-1][0], max(bounds.pop()[1], last_s)
            bounds.append((first_s, last_s))
        return cls(tuple(bounds))

    def without_edges(self, edge_s: float, duration_s: float) -> Excerpts:
        """The same without so much at both ends, except where the recording begins or ends."""
        inner = (
            (
                start_s + edge_s if start_s > 0 else 0.0,
                end_s - edge_s if end_s < duration_s else end_s,
            )
            for start_s, end_s in self.bounds_s
        )
        return Excerpts(tuple((start_s, end_s) for start_s, end_s in inner if start_s < end_s))

    @property
    def duration_s(self) -> float:
        """Length of all excerpts, without the pauses between them."""
        return sum(end_s - start_s for start_s, end_s in self.bounds_s)

    def contain(self, time_s: float) -> bool:
        """Whether a time of the recording lies in an excerpt."""
        return any(start_s <= time_s < end_s for start_s, end_s in self.bounds_s)

    def original_s(self, time_s: float) -> float:
        """The time in the recording of a time in what `write` writes."""
        lengths_s = [end_s - start_s + PAUSE_S for start_s, end_s in self.bounds_s]
        begins_s = [0.0, *accumulate(lengths_s)][: len(lengths_s)]
        number = max(n for n, begin_s in enumerate(begins_s) if n == 0 or begin_s <= time_s)
        start_s, end_s = self.bounds_s[number]
        return min(end_s, start_s + max(0.0, time_s - begins_s[number]))

    def write(self, source: Path, out: Path) -> None:
        """Write the excerpts of a recording one after the other, as 16-bit WAV.

        Raises:
            AudioError: The recording cannot be read.
        """
        pcm = decode(source)
        pause = np.zeros((len(pcm), int(PAUSE_S * SAMPLE_RATE_HZ)), np.int16)
        parts = [
            part
            for start_s, end_s in self.bounds_s
            for part in (pcm[:, int(start_s * SAMPLE_RATE_HZ) : int(end_s * SAMPLE_RATE_HZ)], pause)
        ]
        with wave.open(str(out), "wb") as file:
            file.setnchannels(len(pcm))
            file.setsampwidth(pcm.itemsize)
            file.setframerate(SAMPLE_RATE_HZ)
            file.writeframes(np.ascontiguousarray(np.hstack(parts).T).tobytes())


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
