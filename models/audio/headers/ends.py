"""Where a file ends by its own headers, whatever follows it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from mmap import mmap

_UNKNOWN_SIZES = (0xFFFFFFFF, (1 << 64) - 1)
_OGG_PAGE_BYTES, _OGG_FIRST = 27, 2
_EBML_SEGMENT = b"\x18\x53\x80\x67"
_AU_HEADER_BYTES = 12


class _Chunks(NamedTuple):
    """How a container lays out its chunks: name and size, then as many bytes.

    Attributes:
        header: Of a chunk, for `struct`.
        first: Where the first chunk is.
        data: Name of the chunk of samples, whose size 0 means that it is not known.
        size_with_header: Whether the size includes the chunk's header.
        align: Chunks begin at multiples of so many bytes.
    """

    header: str
    first: int
    data: bytes
    size_with_header: bool
    align: int


_W64_DATA = b"data\xf3\xac\xd3\x11\x8c\xd1\x00\xc0O\x8e\xdb\x8a"
_CHUNKS = {
    b"RIFF": _Chunks("<4sI", 12, b"data", size_with_header=False, align=2),
    b"RIFX": _Chunks(">4sI", 12, b"data", size_with_header=False, align=2),
    b"RF64": _Chunks("<4sI", 12, b"data", size_with_header=False, align=2),
    b"FORM": _Chunks(">4sI", 12, b"SSND", size_with_header=False, align=2),
    b"caff": _Chunks(">4sQ", 8, b"data", size_with_header=False, align=1),
    b"riff": _Chunks("<16sQ", 40, _W64_DATA, size_with_header=True, align=8),
}

_FILES = frozenset({*_CHUNKS, b"OggS", b"fLaC", b".snd", b"#!AM"})
"""What looks like a chunk, and is the next file."""


def end_of(content: mmap, start: int) -> int | None:
    """The byte after the last one of the file that begins at a byte.

    It may lie beyond the end of the content, where the file was cut.

    Returns:
        None if the headers do not say it: those of MP3, FLAC, AMR and WMA never do, others do not
        where the recorder did not close the file.
    """
    head = content[start : start + 12]
    if head[:4] in _CHUNKS:
        return _chunks_end(content, start, _CHUNKS[head[:4]])
    if head[4:8] == b"ftyp":
        return _boxes_end(content, start)
    return next(
        (end(content, start) for magic, end in _ENDS.items() if head.startswith(magic)), None
    )


def _chunks_end(content: mmap, start: int, layout: _Chunks) -> int | None:
    at, header = start + layout.first, struct.calcsize(layout.header)
    long_size = None
    while at + header <= len(content):
        name, size = struct.unpack_from(layout.header, content, at)
        if not name[:4].isascii() or not name[:4].decode("ascii").isprintable():
            break
        if at > start + layout.first and name[:4] in _FILES:
            break
        if name == b"ds64" and at + header + 16 <= len(content):
            (long_size,) = struct.unpack_from("<Q", content, at + header + 8)
        if name == layout.data:
            size = long_size if long_size is not None and size == _UNKNOWN_SIZES[0] else size
            if size in (0, *_UNKNOWN_SIZES):
                return None
        size = max(size, header) if layout.size_with_header else size + header
        at += size + -size % layout.align
    return at


def _boxes_end(content: mmap, start: int) -> int | None:
    at = start
    while at + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        if not name.isalnum() or (at > start and name == b"ftyp"):
            break
        if size == 1 and at + 16 <= len(content):
            (size,) = struct.unpack_from(">Q", content, at + 8)
        if size == 0:
            return None
        if size < 8:  # noqa: PLR2004  of its own header
            break
        at += size
    return at


def _pages_end(content: mmap, start: int) -> int:
    """The end of an Ogg file: of its pages up to those that begin other streams."""
    at, is_begun = start, False
    while content[at : at + 5] == b"OggS\x00" and at + _OGG_PAGE_BYTES <= len(content):
        begins = bool(content[at + 5] & _OGG_FIRST)
        if begins and is_begun:
            break  # streams side by side in one file begin on pages in a row
        is_begun = is_begun or not begins
        lengths = content[at + _OGG_PAGE_BYTES : at + _OGG_PAGE_BYTES + content[at + 26]]
        at += _OGG_PAGE_BYTES + len(lengths) + sum(lengths)
    return at


def _elements_end(content: mmap, start: int) -> int | None:
    """The end of a Matroska file: an EBML header and a segment."""
    at = start
    for name in (b"\x1aE\xdf\xa3", _EBML_SEGMENT):
        if content[at : at + 4] != name or at + 5 > len(content):
            return None
        first = content[at + 4]
        length = 9 - first.bit_length()  # of the size, by its leading zero bits
        size = int.from_bytes(content[at + 4 : at + 4 + length], "big") & (1 << 7 * length) - 1
        if not first or size == (1 << 7 * length) - 1:
            return None
        at += 4 + length + size
    return at


def _au_end(content: mmap, start: int) -> int | None:
    if start + _AU_HEADER_BYTES > len(content):
        return None
    first, size = struct.unpack_from(">II", content, start + 4)
    return None if size in _UNKNOWN_SIZES else start + first + size


_ENDS: Mapping[bytes, Callable[[mmap, int], int | None]] = {
    b"OggS": _pages_end,
    b"\x1aE\xdf\xa3": _elements_end,
    b".snd": _au_end,
}
