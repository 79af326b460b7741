"""Replays of a desk: one at a time, in a process beside the server, with an end in any case."""

from __future__ import annotations

import multiprocessing
import secrets
import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from flows.desk.replay.judging import Changes, Faults, Order, Step, judge_beside

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from multiprocessing.connection import Connection
    from pathlib import Path

LONGEST_S = 1800.0
"""A replay that takes longer is ended: some 100,000 calls fit into it on one core."""

_REMEMBERED = 10
_CHECK_S = 0.5


class State(StrEnum):
    """What became of a replay."""

    RUNNING = "running"
    DONE = "done"
    FAULTY = "faulty"  # the rule files have errors
    FAILED = "failed"
    STOPPED = "stopped"
    TOO_LONG = "too_long"


class BusyError(Exception):
    """Another replay is running."""


@dataclass(slots=True, kw_only=True)
class Replay:
    """A replay that runs or ran. Nothing of it but this is kept, and this only in memory.

    Attributes:
        what: Name of the changed file, or of the folder.
        step: How far it is.
        answer: What came of it, if it came to an end.
    """

    replay_id: str
    by: str
    what: str
    began_at: float
    state: State = State.RUNNING
    step: Step | None = None
    answer: Changes | Faults | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    told: threading.Event = field(default_factory=threading.Event)

    def wait_for_news(self, seconds: float) -> None:
        """Wait until it has begun to judge or ended, at most that long."""
        self.told.wait(seconds)


class Replays:
    """The replays of a desk."""

    def __init__(self, longest_s: float = LONGEST_S) -> None:
        """Nothing runs yet; each is ended after this time."""
        self._longest_s = longest_s
        self._lock = threading.Lock()
        self._known: dict[str, Replay] = {}

    def start(
        self,
        by: str,
        what: str,
        order_of: Callable[[Path], Order],
        rules: AbstractContextManager[Path],
    ) -> Replay:
        """Begin a replay.

        Args:
            by: Name of who began it.
            what: What they try.
            order_of: The order, given the folder of the rules.
            rules: That folder, which is left when the replay has ended.

        Raises:
            BusyError: Another one is running.
        """
        replay = Replay(replay_id=secrets.token_hex(8), by=by, what=what, began_at=time.time())
        with self._lock:
            if any(one.state == State.RUNNING for one in self._known.values()):
                raise BusyError
            self._known[replay.replay_id] = replay
            for old in list(self._known)[:-_REMEMBERED]:
                del self._known[old]
        args = (replay, order_of, rules)
        threading.Thread(target=self._run, args=args, daemon=True).start()
        return replay

    def get(self, replay_id: str) -> Replay | None:
        """A replay, as long as it is remembered."""
        return self._known.get(replay_id)

    def latest(self) -> list[Replay]:
        """All that are remembered, the newest first."""
        return list(reversed(self._known.values()))

    def close(self) -> None:
        """End what runs."""
        for replay in self.latest():
            replay.stopping.set()

    def _run(
        self,
        replay: Replay,
        order_of: Callable[[Path], Order],
        rules: AbstractContextManager[Path],
    ) -> None:
        state = State.FAILED
        try:
            with rules as folder:
                state = self._follow(replay, order_of(folder))
        finally:
            replay.state = state
            replay.told.set()

    def _follow(self, replay: Replay, order: Order) -> State:
        """Take what the process tells until it ends or has to."""
        # Not by fork, which the threads of the server and of DuckDB do not survive.
        context = multiprocessing.get_context("spawn")
        answers, theirs = context.Pipe(duplex=False)
        process = context.Process(target=judge_beside, args=(theirs, order), daemon=True)
        process.start()
        theirs.close()
        try:
            return self._heard(replay, answers, time.monotonic() + self._longest_s)
        finally:
            process.kill()
            process.join()
            answers.close()

    def _heard(self, replay: Replay, answers: Connection, latest: float) -> State:
        while not replay.stopping.is_set():
            if time.monotonic() > latest:
                return State.TOO_LONG
            if not answers.poll(_CHECK_S):
                continue
            try:
                said = answers.recv()
            except EOFError:  # it ended without an answer, such as for want of memory
                return State.FAILED
            if isinstance(said, Step):
                replay.step = said
                replay.told.set()
                continue
            replay.answer = said
            return State.FAULTY if isinstance(said, Faults) else State.DONE
        return State.STOPPED
