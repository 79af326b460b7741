"""Where files begin that were joined into one, whatever their formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from models.audio.headers.ends import end_of
from models.audio.headers.frames import end_of_frames, frames_at, id3_bytes, next_frames
from models.errors import AudioError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from mmap import mmap

_LEAST_UNKNOWN_BYTES = 2048
"""A quarter of a second of a telephone line; less is a tag or padding."""
_MOST_TEXT_RATIO = 0.9
_APE_TAG = b"APETAGEX"
_MPEG_WAV_TAGS = (0x50, 0x55)  # of WAV files that hold frames themselves
_FLAC_BLOCK_BYTES, _FLAC_SYNC = 4, (0xF8, 0xF9)
_FTYP_BYTES = range(8, 256)


class Start(NamedTuple):
    """A file that begins inside of another, and the demuxer that reads it; None: by its content."""

    at: int
    format: str | None = None


def starts_of(content: mmap) -> Generator[Start]:
    """Where the files begin that are one behind the other; nearly always it is one.

    Raises:
        AudioError: Behind one of them there is something in no known format.
    """
    here: Start | None = Start(0, frames_at(content, 0))
    while here is not None:
        yield here
        here = _next(content, here)


def _next(content: mmap, here: Start) -> Start | None:
    """The file after this one; None if this is the last."""
    end = end_of(content, here.at) if here.format is None else None
    if end is not None and end > len(content):
        end = None  # it was cut, or another file begins before
    if end is not None:
        if end == len(content):
            return None
        if follows := _magic_at(content, end):
            return follows
        if name := frames_at(content, end):
            return Start(end, name)
    magic = _next_magic(content, here.at + 1 + id3_bytes(content, here.at))
    high = magic.at if magic else len(content)
    frames = None
    if end is not None or not _is_mpeg_wav(content, here.at):
        of_id3 = "mp3" if id3_bytes(content, here.at) else None
        frames = next_frames(content, end or here.at + 1, high, here.format or of_id3)
    if frames is not None:
        return Start(*frames)
    if here.format:
        end = end_of_frames(content, here.at, high, here.format)
    if end is not None and _is_unknown(content, end, high):
        raise AudioError(
            f"behind a recording of {end - here.at} bytes the file holds {high - end} bytes in no "
            "known format, which cannot be heard; export the recording again, or each part of it "
            "as a file of its own"
        )
    return magic


def _is_unknown(content: mmap, first: int, end: int) -> bool:
    """Whether something is there that is neither padding nor text."""
    if end - first < _LEAST_UNKNOWN_BYTES or content[first : first + len(_APE_TAG)] == _APE_TAG:
        return False
    part = content[first : min(end, first + (1 << 20))]
    plain = sum(part.count(byte) for byte in (0, 0xFF, *range(0x20, 0x7F), 9, 10, 13))
    return plain < _MOST_TEXT_RATIO * len(part)


def _is_mpeg_wav(content: mmap, at: int) -> bool:
    if content[at : at + 4] != b"RIFF":
        return False
    form = content.find(b"fmt ", at, at + 4096)
    return form >= 0 and int.from_bytes(content[form + 8 : form + 10], "little") in _MPEG_WAV_TAGS


def _magic_at(content: mmap, at: int) -> Start | None:
    """The file with a header that begins at a byte, if one does."""
    return next(
        (
            Start(at)
            for magic, kind in _MAGIC.items()
            if content[at + kind.offset : at + kind.offset + len(magic)] == magic
            and kind.begins(content, at)
        ),
        None,
    )


def _next_magic(content: mmap, first: int) -> Start | None:
    """The first file with a header that begins at a byte or later."""
    nearest = len(content)
    for magic, kind in _MAGIC.items():
        at = first - 1
        while (at := content.find(magic, at + 1 + kind.offset, nearest) - kind.offset) >= 0:
            if at >= first and kind.begins(content, at):
                nearest = at
                break
    return Start(nearest) if nearest < len(content) else None


class _Kind(NamedTuple):
    """Where the distinctive bytes of a header are, and whether it is one."""

    offset: int
    begins: Callable[[mmap, int], bool]


def _riff_begins(content: mmap, at: int) -> bool:
    is_riff = content[at : at + 4] in (b"RIFF", b"RIFX", b"RF64")
    return is_riff and content[at + 12 : at + 16].isascii()


def _ogg_begins(content: mmap, at: int) -> bool:
    return content[at + 5 : at + 6] in (b"\x02", b"\x03", b"\x06")


def _flac_begins(content: mmap, at: int) -> bool:
    """Its header also is inside other containers, where no frame follows it."""
    at += 4
    is_last = False
    while not is_last and at + _FLAC_BLOCK_BYTES <= len(content):
        is_last = content[at] > 0x7F  # noqa: PLR2004  the flag before the seven bits of its type
        at += _FLAC_BLOCK_BYTES + int.from_bytes(content[at + 1 : at + 4], "big")
    return is_last and content[at : at + 1] == b"\xff" and content[at + 1] in _FLAC_SYNC


def _amr_begins(content: mmap, at: int) -> bool:
    return content[at + 5 : at + 9].startswith((b"\n", b"-WB\n"))


def _au_begins(content: mmap, at: int) -> bool:
    encoding = int.from_bytes(content[at + 12 : at + 16], "big")
    return content[at + 4 : at + 6] == b"\0\0" and 0 < encoding < 28  # noqa: PLR2004  the last one


def _aiff_begins(content: mmap, at: int) -> bool:
    return content[at + 8 : at + 12] in (b"AIFF", b"AIFC")


def _ebml_begins(content: mmap, at: int) -> bool:
    head = content[at : at + 80]
    return b"webm" in head or b"matroska" in head


def _ftyp_begins(content: mmap, at: int) -> bool:
    size = int.from_bytes(content[at : at + 4], "big")
    return size in _FTYP_BYTES and content[at + 8 : at + 12].isascii()


def _begins(_: mmap, __: int) -> bool:
    return True


_MAGIC: Mapping[bytes, _Kind] = {
    b"WAVE": _Kind(8, _riff_begins),
    b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00": _Kind(0, _begins),  # W64
    b"OggS\x00": _Kind(0, _ogg_begins),
    b"fLaC": _Kind(0, _flac_begins),
    b"#!AMR": _Kind(0, _amr_begins),
    b".snd": _Kind(0, _au_begins),
    b"FORM": _Kind(0, _aiff_begins),
    b"caff\x00\x01\x00\x00": _Kind(0, _begins),
    b"\x1aE\xdf\xa3": _Kind(0, _ebml_begins),
    b"ftyp": _Kind(4, _ftyp_begins),
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c": _Kind(0, _begins),  # WMA
}
