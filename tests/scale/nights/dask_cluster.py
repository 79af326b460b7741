"""A Dask scheduler and workers on this machine, started by the lines of README.md."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from distributed import Client

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CHECKOUT = Path(__file__).parents[3]
START_S = 60


@dataclass(frozen=True)
class Cluster:
    """A scheduler with workers.

    Attributes:
        address: Of the scheduler.
    """

    address: str

    def kill_worker(self) -> None:
        """End the process of one worker that evaluates."""
        with Client(self.address) as client:
            pids: dict[str, int] = client.run(os.getpid)
            busy = [worker for worker, keys in client.processing().items() if keys]
        os.kill(pids[(busy or list(pids))[0]], signal.SIGKILL)


@contextmanager
def dask_cluster(
    folder: Path,
    count: int = 2,
    environment: Mapping[str, str] | None = None,
    machines: Sequence[Mapping[str, str]] = ({},),
) -> Iterator[Cluster]:
    """Start a cluster with workers of one thread.

    Args:
        folder: Of its logs.
        count: Number of workers of a machine.
        environment: Further variables of scheduler and workers.
        machines: Further variables of the workers of each machine, which are all this one.
    """
    told = folder / "scheduler.json"
    variables = {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT),
        "DASK_DISTRIBUTED__WORKER__DAEMON": "False",
        **(environment or {}),
    }
    scheduler = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    worker = ["worker", "--nthreads", "1", "--nworkers", str(count), "--no-dashboard"]
    started = [(scheduler, variables), *((worker, {**variables, **own}) for own in machines)]
    processes = []
    try:
        for number, (line, own) in enumerate(started):
            log = folder / f"{line[0]}-{number}.log"
            processes.append(_started([*line, "--scheduler-file", str(told)], log, own))
            _wait_for(told)
        address = json.loads(told.read_bytes())["address"]
        with Client(address, timeout=START_S) as client:
            client.wait_for_workers(count * len(machines), timeout=START_S)
        yield Cluster(address)
    finally:
        for process in reversed(processes):
            process.send_signal(signal.SIGINT)
        for process in reversed(processes):
            process.wait(START_S)


def _started(
    line: list[str], log_file: Path, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    with log_file.open("wb") as log:
        return subprocess.Popen(  # noqa: S603  our own line
            [Path(sys.executable).with_name("dask"), *line],
            cwd=log_file.parent,
            env=environment,
            stdout=log,
            stderr=log,
        )


def _wait_for(path: Path) -> None:
    until_s = time.monotonic() + START_S
    while not path.exists():
        assert time.monotonic() < until_s, f"{path} does not appear"
        time.sleep(0.1)
