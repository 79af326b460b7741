"""Progress of a step: a bar on a terminal, a line now and then in a pipe, and a file for others."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from warehouse.files import replace_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import TextIO

_MINUTE_S = 60.0
_LINE_EVERY_S = 60.0
_LEAST_BETWEEN_LINES_S = 10.0
_FILE_EVERY_S = 5.0


def progress_file(home: Path) -> Path:
    """The file that says how far the run of a home folder is."""
    return home / "log" / "progress.json"


def read_progress(home: Path) -> dict[str, Any]:
    """The step, its `done` and `total` calls, and when that was written; empty if unknown."""
    try:
        return dict(json.loads(progress_file(home).read_text()))
    except (OSError, ValueError):
        return {}


@contextmanager
def call_progress(home: Path, step: str, total: int) -> Iterator[Callable[[], None]]:
    """Show the progress of a step on standard error, and keep it in a file under `home`.

    Yields:
        A function to call after each call of the step.
    """
    told = _Told(home, step, total)
    told.write()
    try:
        with shown_progress(step, total) as show:
            yield _each(told.advance, show)
    finally:
        progress_file(home).unlink(missing_ok=True)


@contextmanager
def shown_progress(step: str, total: int) -> Iterator[Callable[[], None]]:
    """Show the progress of a step on standard error, and write no file.

    Yields:
        A function to call after each call of the step.
    """
    if sys.stderr.isatty():
        with _bar() as bar:
            task = bar.add_task(step, total=total)
            yield lambda: bar.advance(task)
    else:
        yield _Lines(step, total, sys.stderr).advance


def length(seconds: float) -> str:
    """A length of time in words: 45 s, 12 min, 2 h 10 min."""
    if seconds < _MINUTE_S:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / _MINUTE_S), 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def _each(*functions: Callable[[], None]) -> Callable[[], None]:
    def call_all() -> None:
        for function in functions:
            function()

    return call_all


def _bar() -> Bar:
    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("calls"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


class _Told:
    """The progress as a file, written every few seconds."""

    def __init__(self, home: Path, step: str, total: int) -> None:
        self._path = progress_file(home)
        self._step, self._total, self._done = step, total, 0
        self._written_s = float("-inf")

    def advance(self) -> None:
        self._done += 1
        if time.monotonic() - self._written_s >= _FILE_EVERY_S:
            self.write()

    def write(self) -> None:
        self._written_s = time.monotonic()
        fields = {
            "step": self._step,
            "done": self._done,
            "total": self._total,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        replace_atomically(self._path, json.dumps(fields).encode())


class _Lines:
    """The progress as lines: every tenth of the calls, at least every minute, none in a rush."""

    def __init__(self, step: str, total: int, stream: TextIO) -> None:
        self._step, self._total, self._stream = step, total, stream
        self._done = self._told_tenths = 0
        self._began_s = self._told_s = time.monotonic()

    def advance(self) -> None:
        self._done += 1
        now_s = time.monotonic()
        tenths = 10 * self._done // self._total
        waited_s = now_s - self._told_s
        is_next_tenth = tenths > self._told_tenths and waited_s >= _LEAST_BETWEEN_LINES_S
        if not (is_next_tenth or waited_s >= _LINE_EVERY_S or self._done == self._total):
            return
        self._told_s, self._told_tenths = now_s, tenths
        took_s = now_s - self._began_s
        left_s = took_s / self._done * (self._total - self._done)
        left = f", about {length(left_s)} left" if self._done < self._total else ""
        self._stream.write(
            f"{self._step}: {self._done} of {self._total} calls"
            f" ({self._done / self._total:.0%}) in {length(took_s)}{left}\n"
        )
        self._stream.flush()
