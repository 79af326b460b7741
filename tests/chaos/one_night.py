"""One run of the nightly steps with recorded recognitions, in a process that faults may strike.

    python -m tests.chaos.one_night SOURCE HOME TOLD

The steps and the exit status are those of the flow; Prefect and recognition are left out, since
what is tried here is what a run keeps. Lists are handed to a file, a line each.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from flows.deliver.delivering import Deliverer
from flows.errors import FlowsError
from flows.night import night as night_module
from flows.night.night import Night
from flows.operation.interruption import end_on_sigterm
from flows.operation.watch import watched_run
from flows.settings.centre import Settings
from flows.workers import pool
from models.errors import ModelsError
from qa_rules.errors import RulesError
from tests.night.recognitions.recorded import RecordedFactory, RecordedListener
from warehouse.errors import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

    from flows.deliver.parcel import Parcel
    from models.call import Call, Recording
    from models.speech.listener import Heard

RENDERING = "avx2"
STRUCK = "CHAOS_STRUCK"
"""Environment variable: the call that is struck, and how, as `call:fault`."""
DOWN = "CHAOS_DOWN"
"""Environment variable: delivery does not work."""
CLOCK = "CHAOS_CLOCK"
"""Environment variable: seconds by which the clock is wrong."""
ONCE = "CHAOS_ONCE"
"""Environment variable: a file that the fault leaves, so that it strikes once."""
_WATCHDOG_S = 15


class WrongClock(datetime):
    """A clock that is some seconds off."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> WrongClock:
        """The time that it shows."""
        return super().now(tz) + timedelta(seconds=float(os.environ.get(CLOCK, "0")))


class StruckListener(RecordedListener):
    """Says what was recorded, but for one call that hangs, crashes or takes all memory."""

    def listen_many(self, calls: Iterable[tuple[Call, Recording]]) -> Iterator[Heard]:
        """One transcript or one error per call."""
        struck, _, fault = os.environ.get(STRUCK, ":").partition(":")
        for call, recording in calls:
            if call.call_id == struck and _may_strike():
                _strike(fault)
            yield from super().listen_many([(call, recording)])


def _may_strike() -> bool:
    once = os.environ.get(ONCE)
    if once is None:
        return True
    is_first = not Path(once).exists()
    Path(once).touch()
    return is_first


def _strike(fault: str) -> None:
    if fault == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if fault == "hang":
        time.sleep(3600)
    elif fault == "crash":
        os.abort()
    elif fault == "memory":
        raise MemoryError


@dataclass(frozen=True, slots=True)
class StruckFactory(RecordedFactory):
    """Makes such a listener, with a watchdog of seconds instead of minutes."""

    def __call__(self) -> StruckListener:
        """Read the recorded recognitions."""
        pool.START_LIMIT_S, pool.LIMIT_RATIO = _WATCHDOG_S, 0
        return StruckListener(self.rendering)


@dataclass(frozen=True, slots=True)
class FileChannel:
    """Tells people by a line in a file, which is safe on disk before the next."""

    told: Path
    name: str = "mail"

    def target(self, parcel: Parcel) -> str:
        """Everybody can be reached."""
        return parcel.supervisor_id

    def open(self) -> AbstractContextManager[None]:
        """Connect, unless the server is down."""
        if os.environ.get(DOWN):
            raise FlowsError("the mail server does not answer")
        return nullcontext()

    def send(self, parcel: Parcel) -> None:
        """Hand over a list."""
        flags = json.loads(parcel.json.read_bytes())["flags"]
        line = {
            "run_id": parcel.run_id,
            "supervisor_id": parcel.supervisor_id,
            "flags": sorted(flag["flag_id"] for flag in flags),
        }
        with self.told.open("a") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())


def evaluate(night: Night) -> None:
    """Do the steps of a run up to its publication, with worker processes."""
    night.take_in()
    if night.todo:
        with night.workers() as workers:
            for batch in night.batches():
                night.evaluate(batch, workers, lambda: None)
    night.judge_again(lambda: None)


def main(source: Path, home: Path, told: Path) -> int:
    """Run the steps; returns the exit status."""
    vars(night_module)["datetime"] = WrongClock
    end_on_sigterm()
    settings = Settings.with_overrides(source=source, home=home, workers=1, batch_size=2)
    with watched_run(settings, "nightly") as watch:
        deliverer = Deliverer([FileChannel(told)], settings.deliveries)
        deliverer.begin(settings.site.lists)
        night = Night(settings, listener=StruckFactory(RENDERING))
        evaluate(night)
        summary = night.publish()
        deliveries = tuple(deliverer.deliver_owed(summary.lists))
        summary = watch.ended(replace(summary, deliveries=deliveries))
    print(summary.counts, *summary.concerns, sep="\n")
    return 3 if summary.concerns else 0


if __name__ == "__main__":
    try:
        sys.exit(main(*map(Path, sys.argv[1:4])))
    except KeyboardInterrupt:
        sys.exit(130)
    except (FlowsError, ModelsError, RulesError, WarehouseError, OSError) as error:
        print(f"error: {error}")
        sys.exit(1)
