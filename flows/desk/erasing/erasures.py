"""Erasures under way: one at a time, each in a process of its own and within a limit of time."""

from __future__ import annotations

from multiprocessing import get_context
from threading import Lock, Thread
from typing import TYPE_CHECKING

from flows.desk.erasing.alone import BusyError
from flows.desk.erasing.job import Ended, work
from flows.desk.records.erasures import State, begin, end

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from flows.desk.records.database import Database
    from flows.desk.records.erasures import Asked
    from flows.governance.erasure.subject import Subject
    from flows.settings.centre import Settings

LONGEST_S = 4 * 3600.0
"""A large home is rewritten in minutes; what takes longer hangs, and is ended and told."""


class Erasures:
    """The erasures of a desk.

    Args:
        settings: Settings of the centre.
        database: The records of the desk.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings, self._database = settings, database
        self._lock = Lock()
        self._running: int | None = None
        self._thread: Thread | None = None

    def begin(self, asked: Asked, subject: Subject) -> int:
        """Begin an erasure; returns the id of its request.

        Raises:
            BusyError: Another one is under way.
        """
        with self._lock:
            if self._running is not None:
                raise BusyError
            context = get_context("spawn")
            ours, theirs = context.Pipe(duplex=False)
            request_id = begin(self._database, asked)
            process = context.Process(target=work, args=(self._settings, subject, theirs))
            process.start()
            theirs.close()
            self._running = request_id
            self._thread = Thread(target=self._watch, args=(request_id, process, ours))
            self._thread.start()
        return request_id

    def is_running(self, request_id: int) -> bool:
        """Whether an erasure is under way."""
        return self._running == request_id

    def close(self) -> None:
        """Wait for the erasure that is under way."""
        if self._thread:
            self._thread.join()

    def _watch(self, request_id: int, process: SpawnProcess, answer: Connection) -> None:
        try:
            ended = _ending(process, answer)
            end(self._database, request_id, ended.state, ended.receipt, ended.fault)
        finally:
            with self._lock:
                self._running = None


def _ending(process: SpawnProcess, answer: Connection) -> Ended:
    try:
        if answer.poll(LONGEST_S):
            ended: Ended = answer.recv()
        else:
            process.kill()
            ended = Ended(State.FAILED, fault="TimeoutError")
    except EOFError:
        ended = Ended(State.FAILED, fault="ProcessKilled")
    process.join()
    return ended
