"""The log of runs: `log/run.log` of the home folder, without names, numbers or words of calls.

One line per step and per kind of problem, as `time level run=ID key=value ...`. A line is put
together from names of steps, counts, durations, codes and names of error classes; messages of
errors, which name files, go to the terminal only.
"""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from functools import wraps
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_P = ParamSpec("_P")
_T = TypeVar("_T")

LOG = logging.getLogger("callqa.run")
_BYTES_PER_FILE = 1_000_000
_OLD_FILES = 5
_FORMAT = "%(asctime)s %(levelname)s run=%(run_id)s %(message)s"


class _Run(Protocol):
    @property
    def run_id(self) -> str: ...


_R = TypeVar("_R", bound=_Run)


@contextmanager
def run_log(home: Path) -> Iterator[None]:
    """Write what is logged in the meantime to the log file of a home folder."""
    path = home / "log" / "run.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        path, maxBytes=_BYTES_PER_FILE, backupCount=_OLD_FILES, encoding="utf-8"
    )
    formatter = logging.Formatter(_FORMAT, datefmt="%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(_RunIds())
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False  # the terminal shows the summary
    try:
        yield
    finally:
        LOG.removeHandler(handler)
        handler.close()


class _RunIds(logging.Filter):
    """Puts the id of the run into each line, `-` until one has it."""

    def __init__(self) -> None:
        super().__init__()
        self._run_id = "-"

    def filter(self, record: logging.LogRecord) -> bool:
        self._run_id = record.__dict__.setdefault("run_id", self._run_id)
        return True


def logged_step(
    name: str,
) -> Callable[[Callable[Concatenate[_R, _P], _T]], Callable[Concatenate[_R, _P], _T]]:
    """Log the duration of a method of a run, and the class and place of an error that ends it."""

    def logged(step: Callable[Concatenate[_R, _P], _T]) -> Callable[Concatenate[_R, _P], _T]:
        @wraps(step)
        def run_step(run: _R, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
            began_s = time.monotonic()
            try:
                result = step(run, *args, **kwargs)
            except BaseException as error:
                LOG.error(  # noqa: TRY400  a traceback may show names of files
                    'step="%s" failed=%s', name, where_failed(error), extra={"run_id": run.run_id}
                )
                raise
            took_s = time.monotonic() - began_s
            LOG.info('step="%s" seconds=%.1f', name, took_s, extra={"run_id": run.run_id})
            return result

        return run_step

    return logged


def where_failed(error: BaseException) -> str:
    """The class of an error, and the place in the code; nothing of its message."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    module = trace.tb_frame.f_globals.get("__name__", "?")
    return f"{type(error).__name__} at={module}:{trace.tb_lineno}"
