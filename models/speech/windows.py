"""Windows: consecutive spans of speech, packed without silence, that are recognised together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from models.audio.decoding import SAMPLE_RATE_HZ, as_float

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from models.audio.decoding import Pcm
    from models.audio.voice_activity import Span


@dataclass(frozen=True, slots=True)
class Window:
    """Spans of one channel that are recognised together.

    Attributes:
        channel: Index of the audio channel.
        spans: In order; concatenated without gaps in the window.
    """

    channel: int
    spans: tuple[Span, ...]

    @property
    def sample_count(self) -> int:
        """Length of the window in samples."""
        return sum(span.end - span.start for span in self.spans)

    @property
    def joins_s(self) -> tuple[float, ...]:
        """Positions in the window, in seconds, at which one span follows another."""
        lengths = [span.end - span.start for span in self.spans]
        return tuple(end / SAMPLE_RATE_HZ for end in accumulate(lengths[:-1]))

    def samples(self, pcm: Pcm) -> NDArray[np.float32]:
        """The window's samples from a recording of shape (channels, samples)."""
        pieces = [pcm[self.channel, span.start : span.end] for span in self.spans]
        return as_float(np.concatenate(pieces))

    def place(self, start_s: float, end_s: float) -> tuple[float, float]:
        """Map times in the window to times in the recording.

        Both ends are mapped by the span that contains the end, and clipped to it, so that a word
        never extends over silence that was removed. Of 19 words in 11 calls of the night that were
        aligned across such a silence, 18 were the first word after it.
        """
        last = end_s * SAMPLE_RATE_HZ
        before = 0
        for span in self.spans:
            length = span.end - span.start
            if last <= before + length or span is self.spans[-1]:
                break
            before += length
        first_s, last_s = span.start / SAMPLE_RATE_HZ, span.end / SAMPLE_RATE_HZ
        shift_s = first_s - before / SAMPLE_RATE_HZ
        return (
            min(max(start_s + shift_s, first_s), last_s),
            min(max(end_s + shift_s, first_s), last_s),
        )


def pack(channel: int, spans: Iterable[Span], longest_s: float) -> list[Window]:
    """Fill windows with consecutive spans, without splitting any."""
    room = int(longest_s * SAMPLE_RATE_HZ)
    windows: list[Window] = []
    current: list[Span] = []
    filled = 0
    for span in spans:
        length = span.end - span.start
        if current and filled + length > room:
            windows.append(Window(channel, tuple(current)))
            current, filled = [], 0
        current.append(span)
        filled += length
    if current:
        windows.append(Window(channel, tuple(current)))
    return windows
