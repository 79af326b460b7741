"""What a container states of its length, so that a recording that was cut is recognised."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

import av

from models.audio.containers import opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.audio.containers import Part

_MOST_STATED_S = 86_400.0  # recorders write any length before they know it
_MOST_STATED_BYTES = (1 << 31) - (1 << 17)

_STATING = ("aiff", "asf", "au", "flac", "matroska", "mov", "wav")
"""Formats whose header states the length; that of others is estimated from the bit rate."""
_FRAME_COUNTS = (b"Xing", b"Info", b"VBRI")  # of MP3 files that state it
_HEAD_BYTES, _TAIL_BYTES = 1 << 16, 1 << 17
_OGG_PAGE_BYTES, _OGG_LAST_PAGE = 27, 4


class _Chunks(NamedTuple):
    """How a container lays out its chunks: name and size, then as many bytes."""

    layout: str
    first: int
    data: bytes
    header_in_size: int
    align: int


_CHUNKS = {
    b"RIFF": _Chunks("<4sI", 12, b"data", 0, 2),
    b"caff": _Chunks(">4sq", 8, b"data", 0, 1),
    b"riff": _Chunks("<16sq", 40, b"data\xf3\xac\xd3\x11\x8c\xd1\x00\xc0O\x8e\xdb\x8a", 24, 8),
}
"""Containers of samples, of which the decoder takes the file's size for what is stated."""


def stated_length_s(parts: Sequence[Part], heard_s: Sequence[float]) -> float | None:
    """The length that a file's headers state; None if none of them states any.

    Args:
        parts: Of the file.
        heard_s: The decoded length of each.

    Raises:
        AudioError: A part cannot be opened.
    """
    stated_s = [_stated_s(part, own_s) for part, own_s in zip(parts, heard_s, strict=True)]
    if not any(stated_s):
        return None
    return sum(told_s or own_s for told_s, own_s in zip(stated_s, heard_s, strict=True))


def _stated_s(part: Part, heard_s: float) -> float | None:
    with opened(part) as container:
        stated_s = (container.duration or 0) / av.time_base
        name = container.format.name
    head, size, _ = _ends(part)
    if ratio := _missing_chunk_ratio(head, size):
        stated_s = heard_s * ratio
    elif not name.startswith(_STATING) and not (
        name == "mp3" and any(count in head for count in _FRAME_COUNTS)
    ):
        return None
    return stated_s if 0 < stated_s <= _MOST_STATED_S else None


def is_unfinished(part: Part) -> bool:
    """Whether an Ogg file has no last page, as one that was cut or never closed."""
    head, _, tail = _ends(part)
    if not head.startswith(b"OggS"):
        return False
    page = tail[tail.rfind(b"OggS\x00") :]
    if len(page) < _OGG_PAGE_BYTES:
        return True
    lengths = page[_OGG_PAGE_BYTES : _OGG_PAGE_BYTES + page[26]]
    is_whole = len(page) >= _OGG_PAGE_BYTES + page[26] + sum(lengths)
    return not (is_whole and page[5] & _OGG_LAST_PAGE)


def _ends(part: Part) -> tuple[bytes, int, bytes]:
    """The first bytes of a part, its size, and its last bytes."""
    with part.path.open("rb") as file:
        end = part.end if part.end is not None else file.seek(0, 2)
        size = end - part.start
        file.seek(part.start)
        head = file.read(min(_HEAD_BYTES, size))
        file.seek(max(part.start, end - _TAIL_BYTES))
        return head, size, file.read(min(_TAIL_BYTES, size))


def _missing_chunk_ratio(head: bytes, file_size: int) -> float | None:
    """The stated size of the samples by what there is of them, if some are missing."""
    for start, size in _data_chunks(head):
        present = file_size - start
        if 0 < present < size < _MOST_STATED_BYTES:
            return size / present
    return None


def _data_chunks(head: bytes) -> Iterator[tuple[int, int]]:
    """Where the samples begin, and their stated size."""
    chunks = _CHUNKS.get(head[:4])
    if chunks is None:
        return
    at, header = chunks.first, struct.calcsize(chunks.layout)
    while at + header <= len(head):
        name, size = struct.unpack_from(chunks.layout, head, at)
        at, size = at + header, max(size - chunks.header_in_size, 0)
        if name == chunks.data:
            # The edit count of CAF belongs to its data chunk; four bytes change no ratio.
            yield at, size
            return
        at += size + -size % chunks.align
