"""MP3 and ADTS AAC: streams of frames without a file header, found where several frames follow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from mmap import mmap

ID3_HEADER_BYTES = 10
_LEAST_FRAMES = 6
"""A quarter of a second: in other bytes, so many headers never follow at the right distances."""
_HEADER_BYTES, _ADTS_HEADER_BYTES = 4, 7
# Bit rates in kbit/s of layers II and III: MPEG 1, and MPEG 2 and 2.5, by version bits and layer.
_MPEG_2_KBIT = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_KBIT = {
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (2, 3): _MPEG_2_KBIT,
    (2, 2): _MPEG_2_KBIT,
}
_RATES_HZ = (44_100, 48_000, 32_000)
_RATE_DIVISORS = {0b00: 4, 0b10: 2, 0b11: 1}  # by version bits; 01 is none
_LAYER_3 = 3


class Frames(NamedTuple):
    """Where a stream of frames begins, and the demuxer that reads it."""

    start: int
    format: str


def next_frames(content: mmap, first: int, end: int, apart_from: str | None) -> Frames | None:
    """The first stream of frames in a part of a file.

    Args:
        content: The file.
        first: Where to begin.
        end: The byte after the part.
        apart_from: The format that is not looked for, since this is the inside of such a stream.
    """
    found = [
        Frames(start, name)
        for name in _LENGTHS
        if name != apart_from and (start := _next_stream(content, first, end, name)) is not None
    ]
    return min(found, default=None)


def frames_at(content: mmap, start: int) -> str | None:
    """The format of the frames that begin at a byte, an ID3 tag before them included."""
    at = start + id3_bytes(content, start)
    return next((name for name in _LENGTHS if _follow(content, at, len(content), name)), None)


def end_of_frames(content: mmap, start: int, end: int, name: str) -> int:
    """The byte after the last frame of a stream, whatever is between its frames.

    Args:
        content: The file.
        start: Where the stream begins.
        end: The byte up to which it is followed.
        name: Its format.
    """
    at: int | None = start
    last = start
    while at is not None:
        last = at + id3_bytes(content, at)
        while last < end and (length := _LENGTHS[name](content[last : last + _ADTS_HEADER_BYTES])):
            last += length
        at = _next_stream(content, last, end, name)
    return min(last, end)


def id3_bytes(content: mmap, at: int) -> int:
    """The length of the ID3 tag that begins at a byte; 0 if none does."""
    header = content[at : at + ID3_HEADER_BYTES]
    if len(header) < ID3_HEADER_BYTES or not header.startswith(b"ID3"):
        return 0
    size = 0
    for byte in header[6:]:
        size = size << 7 | byte & 0x7F
    return ID3_HEADER_BYTES + size


def _next_stream(content: mmap, first: int, end: int, name: str) -> int | None:
    at = first
    while found := _STARTS[name].search(content, at, end):
        start = found.start()
        frames = start + id3_bytes(content, start)
        if _follow(content, frames, end, name):
            return start
        at = start + 1
    return None


def _follow(content: mmap, at: int, end: int, name: str) -> bool:
    """Whether several frames follow one another."""
    for _ in range(_LEAST_FRAMES):
        if at >= end:
            return False
        length = _LENGTHS[name](content[at : at + _ADTS_HEADER_BYTES])
        if not length:
            return False
        at += length
    return at <= end


def _mp3_bytes(header: bytes) -> int:
    if len(header) < _HEADER_BYTES or header[0] != 0xFF or header[1] >> 5 != 0b111:  # noqa: PLR2004
        return 0
    version, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)
    bit_rate, rate = header[2] >> 4, header[2] >> 2 & 3
    divisor = _RATE_DIVISORS.get(version)
    kbit = _KBIT.get((1 if divisor == 1 else 2, layer))
    if divisor is None or kbit is None or not 0 < bit_rate <= len(kbit) or rate >= len(_RATES_HZ):
        return 0
    samples_8 = 72 if layer == _LAYER_3 and divisor > 1 else 144
    return samples_8 * kbit[bit_rate - 1] * 1000 * divisor // _RATES_HZ[rate] + (header[2] >> 1 & 1)


def _adts_bytes(header: bytes) -> int:
    is_adts = len(header) == _ADTS_HEADER_BYTES and header[0] == 0xFF and header[1] & 0xF6 == 0xF0  # noqa: PLR2004
    if not is_adts or header[2] >> 2 & 0xF > 12:  # noqa: PLR2004  the last sample rate
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length > _ADTS_HEADER_BYTES else 0


_LENGTHS: Mapping[str, Callable[[bytes], int]] = {"mp3": _mp3_bytes, "aac": _adts_bytes}
"""Of each demuxer: the length of the frame that begins with a header, or 0."""
# The second byte, and of MP3 the third: most bytes of quiet samples are excluded at once.
_BIT_RATES = b"".join(
    re.escape(bytes([bit_rate << 4 | low])) for bit_rate in range(1, 15) for low in range(12)
)
_STARTS = {
    "mp3": re.compile(rb"ID3[\x02-\x04]|\xff[\xe2-\xe5\xf2-\xf5\xfa-\xfd][" + _BIT_RATES + rb"]"),
    "aac": re.compile(rb"ID3[\x02-\x04]|\xff[\xf0\xf1\xf8\xf9]"),
}
