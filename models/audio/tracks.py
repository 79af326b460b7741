"""Decode the tracks of a file on the clock of the call, whatever changes inside it."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeAlias

import av
import numpy as np
from av.audio.resampler import AudioResampler

from models.audio.containers import opened
from models.errors import AudioError
from models.limits import DEFAULT_LIMITS, check_rate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.stream import Stream
    from numpy.typing import NDArray

    from models.audio.containers import Part
    from models.limits import Limits

    Blocks: TypeAlias = Iterator[NDArray[np.int16]]

LEAST_GAP_S = 0.25
"""Shorter gaps in the time stamps are rounding errors, until they add up to this."""
MOST_GAP_S = 3600.0
"""A longer gap comes from a clock that was set, and is no pause."""

_SIDES = 2
_LAYOUTS = {1: "mono", 2: "stereo"}
_MP3_MONO = 3  # of the channel modes in the header of a frame
_UNSTAMPED = frozenset({"aac"})  # the demuxer counts frames, at the first one's rate


def channel_count_of(parts: Iterable[Part]) -> int:
    """The most channels that a file has anywhere; two mono tracks are two.

    Raises:
        AudioError: The file cannot be opened, or its tracks cannot be the sides of a call.
    """
    counts = set()
    for part in parts:
        with opened(part) as container:
            tracks = container.streams.audio
            _check_sides(tracks)
            count = sum(track.channels for track in tracks)
            counts.add(2 if count == 1 and _turns_stereo(container) else count)
    if len(counts) > 1 and max(counts) > _SIDES:
        raise AudioError(
            f"files with {', '.join(map(str, sorted(counts)))} channels were joined into one; "
            "export each as a file of its own"
        )
    return max(counts, default=0)


def _check_sides(tracks: Sequence[AudioStream]) -> None:
    counts = [track.channels for track in tracks]
    if len(tracks) > _SIDES or (len(tracks) == _SIDES and counts != [1, 1]):
        raise AudioError(
            f"the file has {len(tracks)} audio tracks with {', '.join(map(str, counts))} channels; "
            "expected one track, or two mono ones, one per side: export it with one stereo track"
        )


def track_lengths(part: Part, limits: Limits = DEFAULT_LIMITS) -> list[tuple[float, int]]:
    """Length in seconds and highest sample rate of each track; the rate is 0 if nothing decodes.

    Raises:
        AudioError: The file cannot be opened, or is longer than allowed.
    """
    lengths = []
    for number in range(_track_count(part)):
        gaps_s, length_s, samples = 0.0, 0.0, Counter[int]()
        for piece in _on_the_clock(part, number):
            if isinstance(piece, float):
                gaps_s += piece
            else:
                samples[piece.sample_rate] += piece.samples
            length_s = gaps_s + sum(count / rate_hz for rate_hz, count in samples.items())
            limits.check("max_call_s", length_s)
        lengths.append((length_s, max(samples, default=0)))
    return lengths


def part_blocks(part: Part, rate_hz: int, channel_count: int) -> Blocks:
    """Blocks of at most a second, each of shape (channels, samples).

    Args:
        part: What to decode.
        rate_hz: Requested sample rate.
        channel_count: Requested channels; a mono stretch of a stereo file is on both.

    Raises:
        AudioError: The file cannot be opened.
    """
    if _track_count(part) == 1:
        yield from track_blocks(part, 0, rate_hz, channel_count)
        return
    sides = [track_blocks(part, number, rate_hz, 1) for number in (0, 1)]
    for block in side_by_side(sides):
        yield block if channel_count > 1 else block[:1]


def _track_count(part: Part) -> int:
    with opened(part) as container:
        return len(container.streams.audio)


def _turns_stereo(container: InputContainer) -> bool:
    """Whether frames of two channels follow on one: in these formats each has its own header."""
    if (is_stereo := _STEREO_FRAMES.get(container.format.name)) is None:
        return False
    try:
        return any(
            header[:1] == b"\xff" and is_stereo(header)
            for packet in container.demux(container.streams.audio[0])
            if len(header := bytes(packet)[:4]) == 4  # noqa: PLR2004  of a frame
        )
    except av.FFmpegError:
        return False  # what is damaged there will not be decoded either


_STEREO_FRAMES: Mapping[str, Callable[[bytes], bool]] = {
    "mp3": lambda header: header[3] >> 6 != _MP3_MONO,
    "aac": lambda header: (header[2] & 1) << 2 | header[3] >> 6 > 1,
}


def track_blocks(part: Part, number: int, rate_hz: int, channel_count: int) -> Blocks:
    """Blocks of one track, as in `part_blocks`; more than two channels are as many as it has."""
    layout, resampler, form = None, None, None
    for piece in _on_the_clock(part, number):
        if isinstance(piece, float):
            yield from _flushed(resampler)
            resampler = form = None
            yield from _silence(channel_count, round(piece * rate_hz), rate_hz)
            continue
        now = (piece.sample_rate, piece.layout.name, piece.format.name)
        if now != form:
            yield from _flushed(resampler)
            layout = _LAYOUTS.get(channel_count, layout or piece.layout.name)
            # Without a frame size a block would be as short as a packet, at a third more cost.
            resampler = AudioResampler("s16p", layout, rate_hz, frame_size=rate_hz)
            form = now
        assert resampler is not None, "the first piece has made one"
        piece.pts = None  # the clock is kept here; the resampler would stop at a jump
        for frame in resampler.resample(piece):
            yield frame.to_ndarray().astype(np.int16, copy=False)
    yield from _flushed(resampler)


def _flushed(resampler: AudioResampler | None) -> Blocks:
    for frame in resampler.resample(None) if resampler is not None else ():
        yield frame.to_ndarray().astype(np.int16, copy=False)


def _silence(channel_count: int, sample_count: int, rate_hz: int) -> Blocks:
    for done in range(0, sample_count, rate_hz):
        yield np.zeros((channel_count, min(rate_hz, sample_count - done)), dtype=np.int16)


def side_by_side(sides: Sequence[Blocks]) -> Blocks:
    """Two tracks as two channels; the shorter one ends in silence."""
    held: list[NDArray[np.int16]] = [np.zeros((1, 0), np.int16) for _ in sides]
    ended = [False for _ in sides]
    while True:
        for number, side in enumerate(sides):
            while not held[number].size and not ended[number]:
                block = next(side, None)
                ended[number] = block is None
                held[number] = held[number] if block is None else block
        ready = [part.shape[1] for part in held if part.size]
        if not ready:
            return
        count = min(ready)
        block = np.zeros((len(sides), count), dtype=np.int16)
        for number, part in enumerate(held):
            if part.size:
                block[number] = part[0, :count]
                held[number] = part[:, count:]
        yield block


def _on_the_clock(part: Part, number: int) -> Iterator[AudioFrame | float]:
    """A track's frames, and the seconds of silence between them that their time stamps leave."""
    with ExitStack() as stack:
        container = stack.enter_context(opened(part))
        tracks = container.streams.audio
        is_stamped = container.format.name not in _UNSTAMPED
        due_s = _first_s(container.streams) if len(container.streams) > 1 else None
        for frame in _frames(container, tracks[number]):
            check_rate(frame.sample_rate)
            at_s = frame.time if is_stamped else None
            if at_s is not None:
                gap_s = at_s - due_s if due_s is not None else 0.0
                if LEAST_GAP_S <= gap_s <= MOST_GAP_S:
                    yield float(gap_s)
                if due_s is None or abs(gap_s) >= LEAST_GAP_S:
                    due_s = at_s  # also where stamps begin anew, as in files that were joined
            yield frame
            if due_s is not None:
                due_s += frame.samples / frame.sample_rate


def _first_s(streams: Iterable[Stream]) -> float | None:
    """When the first of several tracks begins, pictures included."""
    starts = [
        float(stream.start_time * stream.time_base)
        for stream in streams
        if stream.start_time is not None and stream.time_base is not None
    ]
    return min(starts, default=None)


def _frames(container: InputContainer, track: AudioStream) -> Iterator[AudioFrame]:
    """Decode packet by packet, so that a damaged packet costs only itself."""
    packets = container.demux(track)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        try:
            yield from track.decode(packet)
        except av.FFmpegError:
            continue
