"""Open recordings; a file on which a decoder crashes or hangs costs only itself."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from flows.errors import internal_error
from flows.sources.children import at_most, confine, end_with_parent
from models.audio.decoding import probe
from models.call import QuarantineReason, Recording
from models.errors import AudioError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from models.call import Quarantined
    from models.limits import Limits

_PART = 32
"""Files per task of a child process."""
_LIMIT_S, _LEAST_BYTES_PER_S = 60.0, 1_000_000
"""A file that takes longer hangs: the slowest network drives read more in a second."""
_NEEDS_MEMORY = "opening it needs more memory than any call does; export it again"
_MEMORY_BYTES = 2 << 30
"""A recording is opened block by block: what needs more lies about itself."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an item cannot be evaluated.

    Attributes:
        reason: The reason, for counts.
        detail: What is wrong and what to do about it.
    """

    reason: QuarantineReason
    detail: str


Opened: TypeAlias = "Recording | Problem"
_CRASHED = Problem(
    QuarantineReason.CORRUPT_AUDIO,
    "a decoder crashed or hung on it; play it, and export it again if it cannot be played",
)


def open_recording(path: Path, limits: Limits) -> Opened:
    """Read a recording's header and hash, or say why that is impossible.

    Args:
        path: The file.
        limits: What is larger is not opened.
    """
    try:
        if path.stat().st_size == 0:
            return Problem(QuarantineReason.EMPTY_FILE, "the file is empty; export it again")
        return probe(path, limits)
    except Exception as error:  # noqa: BLE001  one recording never costs another
        return problem_of(error)


def problem_of(error: Exception) -> Problem:
    """What an error says about a recording."""
    match error:
        case TooLargeError():
            return Problem(QuarantineReason.TOO_LARGE, f"it is {error}")
        case AudioError():
            return Problem(QuarantineReason.CORRUPT_AUDIO, str(error))
        case OSError():
            detail = f"it cannot be read ({error.strerror}); check the source, then run again"
            return Problem(QuarantineReason.UNREADABLE, detail)
        case MemoryError():
            return Problem(QuarantineReason.TOO_LARGE, _NEEDS_MEMORY)
        case _:
            return Problem(QuarantineReason.CORRUPT_AUDIO, internal_error(error))


def join_sides(first: Opened, second: Opened) -> Opened | None:
    """One recording of two mono files, or why there is none; None if they are no sides of a call.

    Which side is whose is not taken from their names.
    """
    for number, side in enumerate((first, second), start=1):
        if isinstance(side, Problem):
            return Problem(side.reason, f"file {number} of its two files: {side.detail}")
    assert isinstance(first, Recording), "a problem was returned above"
    assert isinstance(second, Recording), "a problem was returned above"
    if (first.channel_count, second.channel_count) != (1, 1):
        return None
    sides = (first, second)
    hashes = "".join(side.audio_sha256 for side in sides)
    return replace(
        first,
        other_side=second.path,
        audio_sha256=hashlib.sha256(hashes.encode()).hexdigest(),
        duration_s=max(side.duration_s for side in sides),
        channel_count=2,
        sample_rate_hz=max(side.sample_rate_hz for side in sides),
        stated_s=max((side.stated_s for side in sides if side.stated_s), default=None),
        is_unfinished=any(side.is_unfinished for side in sides),
    )


def open_here(paths: Sequence[Path], limits: Limits) -> list[Opened]:
    """Open recordings in threads of this process, for a few that somebody waits for."""
    with ThreadPoolExecutor() as threads:
        return list(threads.map(partial(open_recording, limits=limits), paths))


def open_in_children(
    paths: Sequence[Path], limits: Limits, advance: Callable[[], object] = int
) -> list[Opened]:
    """Open recordings in child processes, since native code can crash or hang.

    `advance` is called after each recording.
    """
    return in_children(partial(_opened, limits=limits), paths, advance)


def in_children(
    opened: Callable[[Sequence[Path]], list[Opened]],
    paths: Sequence[Path],
    advance: Callable[[], object] = int,
) -> list[Opened]:
    """Open files in child processes; one whose process dies is a problem of its own.

    Args:
        opened: Opens some files; a function of a module, or a partial of one.
        paths: The files.
        advance: Called after each file, to show progress.

    Returns:
        What was found, in the order of `paths`.
    """
    parts = [paths[first : first + _PART] for first in range(0, len(paths), _PART)]
    found: dict[Path, Opened] = {}
    suspects: list[Path] = []
    if parts:
        with _new_pool(len(parts)) as pool:
            running = {pool.submit(opened, part): part for part in parts}
            for future in as_completed(running):
                try:
                    found.update(zip(running[future], future.result(), strict=True))
                except BrokenProcessPool:
                    suspects += running[future]
                for _ in running[future]:
                    advance()
    for path in suspects:
        # Alone in a process, since the one that died does not say which file was the cause.
        with _new_pool(1) as pool:
            try:
                found[path] = pool.submit(opened, [path]).result()[0]
            except BrokenProcessPool:
                found[path] = _CRASHED
    return [found[path] for path in paths]


def _new_pool(part_count: int) -> ProcessPoolExecutor:
    count = min(os.cpu_count() or 1, part_count)
    return ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), initializer=_start)


def _start() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    end_with_parent()
    confine(_MEMORY_BYTES)


def _opened(paths: Iterable[Path], limits: Limits) -> list[Opened]:
    found = []
    for path in paths:
        with at_most(_LIMIT_S + _size(path) / _LEAST_BYTES_PER_S):
            found.append(open_recording(path, limits))
    return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # `open_recording` says why


_FAILED = frozenset({QuarantineReason.RECOGNITION_FAILED, QuarantineReason.REDACTION_FAILED})


def vanished_count(failed: Iterable[Quarantined]) -> int:
    """How many recordings could be opened when a run began, and are not there any more."""
    return sum(one.reason in _FAILED and not Path(one.item).exists() for one in failed)
