"""Files as telephone systems write them: what to open in each, and how.

A file is opened by its content, whatever its ending claims. Three kinds need more: samples without
a header, of which only the ending says what they are; files that were joined, of which the decoder
reads the first only, or the others at its rate; and big-endian WAV (RIFX), which it misreads.
"""

from __future__ import annotations

import io
import mmap
import re
import struct
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import av

from models.audio.headers.frames import frames_at
from models.audio.headers.starts import starts_of
from models.errors import AudioError
from models.limits import check_rate, checked_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import InputContainer

_PROBE_OPTIONS = {"analyzeduration": "600000000"}
"""In microseconds: a track of a transport stream is known only once its first packet is read."""
MOST_CHANNELS = 8  # beyond this, PyAV reads wrong memory and crashes the process
_TELEPHONE_HZ = 8000
_SLN_HZ = {"": 8000} | {str(k): k * 1000 for k in (12, 16, 24, 32, 48, 96, 192)} | {"44": 44100}


def _raw(name: str, rate_hz: int = _TELEPHONE_HZ) -> tuple[str, dict[str, str]]:
    return name, {"sample_rate": str(rate_hz)}


# What an ending says of a file without a header: the demuxer and its options.
_RAW_FORMATS: Mapping[str, tuple[str, dict[str, str]]] = {
    **dict.fromkeys((".ulaw", ".ul", ".mulaw", ".mu", ".pcmu"), _raw("mulaw")),
    **dict.fromkeys((".alaw", ".al", ".pcma"), _raw("alaw")),
    **{f".sln{suffix}": _raw("s16le", rate_hz) for suffix, rate_hz in _SLN_HZ.items()},
    ".gsm": ("gsm", {}),
    ".g722": ("g722", {}),
}
# Endings of files without a header that do not say what is in them, and that do.
UNDECLARED_SUFFIXES = frozenset({".raw", ".pcm", ".vox"})
RAW_SUFFIXES = frozenset(_RAW_FORMATS)

_MAGIC = re.compile(
    rb"RIF[FX]|RF64|riff\x2e\x91|OggS|ID3|fLaC|\.snd|#!AMR|\x1aE\xdf\xa3|FORM|caff|.{4}ftyp|\x30\x26\xb2\x75",
    re.DOTALL,
)
_RIFX_CODECS = {(1, 8): "u8", (1, 16): "s16be", (1, 24): "s24be", (1, 32): "s32be"} | {
    (3, 32): "f32be",
    (6, 8): "alaw",
    (7, 8): "mulaw",
}
_UNKNOWN = (
    "not a recording in a known format; expected WAV, MP3, Opus, FLAC, M4A or AMR, not encrypted"
)
_UNDECLARED = (
    "the file has no header, and its ending does not say how its samples are encoded; "
    "export it as WAV, or end its name in .ulaw, .alaw, .gsm or .sln after what it holds"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file that is opened by itself.

    Attributes:
        path: The file.
        start: Its first byte.
        end: The byte after its last one; None for the file's end.
        format: The demuxer; None if the content says it.
        options: The demuxer's options.
    """

    path: Path
    start: int = 0
    end: int | None = None
    format: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)


def parts_of(path: Path) -> list[Part]:
    """The pieces of a file, one behind the other; nearly always it is one.

    Raises:
        AudioError: The file cannot be read, or the encoding of it or of a piece cannot be
            determined.
    """
    try:
        with path.open("rb") as file:
            head = file.read(12)
            is_raw = _MAGIC.match(head) is None and path.suffix.lower() in _RAW_FORMATS
            if head and not is_raw:
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                    if _MAGIC.match(head) or frames_at(content, 0):
                        return _joined_parts(path, content)
    except OSError as error:
        raise AudioError(
            f"the file cannot be read ({error.strerror}); check its permissions"
        ) from None
    if is_raw:
        name, options = _RAW_FORMATS[path.suffix.lower()]
        return [Part(path, format=name, options=options)]
    if path.suffix.lower() in UNDECLARED_SUFFIXES:
        raise AudioError(_UNDECLARED)
    return [Part(path)]


def _joined_parts(path: Path, content: mmap.mmap) -> list[Part]:
    """Whole files one behind the other, of any formats."""
    with closing(starts_of(content)) as found:  # or the file could not be closed
        starts = checked_parts(found)
    ends = [*(start.at for start in starts[1:]), len(content)]
    parts = []
    for (start, name), end in zip(starts, ends, strict=True):
        if content[start : start + 4] == b"RIFX":
            parts.append(_rifx_part(path, content, start, end))
        else:
            last = None if end == len(content) else end
            parts.append(Part(path, start, last, name if start else None))
    return parts


def _rifx_part(path: Path, content: mmap.mmap, start: int, end: int) -> Part:
    at, layout, subformat = start + 12, None, 0
    while at + 8 <= end:
        name, size = struct.unpack_from(">4sI", content, at)
        at += 8
        if name == b"fmt " and at + 16 <= end:
            layout = struct.unpack_from(">HHIIHH", content, at)
            (subformat,) = struct.unpack_from(">H", content, min(at + 26, end - 2))
        elif name == b"data" and layout is not None:
            tag, channel_count, rate_hz, _, _, bits = layout
            tag = subformat if tag == 0xFFFE else tag  # noqa: PLR2004  extensible
            codec = _RIFX_CODECS.get((tag, bits))
            if codec is None or not 0 < channel_count <= MOST_CHANNELS:
                break
            options = {"sample_rate": str(rate_hz), "ch_layout": f"{channel_count}c"}
            return Part(path, at, min(at + size, end) if size else end, codec, options)
        at += size + size % 2
    raise AudioError("the WAV file is in big-endian order (RIFX) and damaged; export it again")


@contextmanager
def opened(part: Part) -> Iterator[InputContainer]:
    """Open a piece and check that its tracks can be decoded.

    Raises:
        AudioError: They cannot; the text says why and what to do.
    """
    with part.path.open("rb") as file:
        whole = part.start == 0 and part.end is None
        source = part.path if whole else io.BufferedReader(_Slice(file, part))
        try:
            container = av.open(
                source,
                mode="r",
                format=part.format,
                options={**_PROBE_OPTIONS, **part.options},
                metadata_errors="ignore",
            )
        except (av.FFmpegError, OSError, ValueError):
            raise AudioError(_UNKNOWN) from None
        with container:
            _check_decodable(container.streams.audio)
            yield container


def _check_decodable(tracks: Sequence[AudioStream]) -> None:
    if not tracks:
        raise AudioError("the file has no audio stream; check the recorder's export")
    if any(track.codec_context is None for track in tracks):
        raise AudioError(
            "the file's audio is in a codec that cannot be decoded; "
            "export it as PCM, G.711, GSM, MP3 or Opus"
        )
    if any(track.channels > MOST_CHANNELS for track in tracks):
        raise AudioError(f"the file has more than {MOST_CHANNELS} channels; export at most two")
    for track in tracks:
        check_rate(track.rate or _TELEPHONE_HZ)


class _Slice(io.RawIOBase):
    """A piece of an open file as a file of its own."""

    def __init__(self, file: io.BufferedReader, part: Part) -> None:
        super().__init__()
        self._file, self._start, self._at = file, part.start, 0
        end = part.end if part.end is not None else file.seek(0, io.SEEK_END)
        self._size = end - part.start

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = min(max(base + offset, 0), self._size)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer will do
        self._file.seek(self._start + self._at)
        data = self._file.read(min(len(buffer), self._size - self._at))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
