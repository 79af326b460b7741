"""Time the night's calls once, twice and four times on two Dask workers: `make bench-scale`.

Every call is heard, judged, muted and published, as by `callqa run` from and into folders.
Processor time is that of the workers and their children, which depends less on other work of the
machine than the clock, and that of the run itself, which takes in, commits and publishes.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import statistics
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from distributed import Client

from tests.night.recognitions.recorded_night import CALLS
from tests.scale.nights.dask_cluster import dask_cluster
from tests.scale.nights.ran_night import begin_night

if TYPE_CHECKING:
    from tests.scale.nights.dask_cluster import Cluster

_TIMES = (1, 2, 4)


def main() -> None:
    """Run every size several times in turn, and write medians per call."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    measured: dict[int, list[dict[str, float]]] = {times: [] for times in _TIMES}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = {times: _source(folder / f"source-{times}", times) for times in _TIMES}
        with dask_cluster(folder) as cluster:
            _measured(folder / "first", cluster, sources[1])  # workers load rules once
            for number in range(given.runs):
                for times, source in sources.items():
                    home = folder / f"home-{number}-{times}"
                    one = _measured(home, cluster, source)
                    measured[times].append(one)
                    print(times, json.dumps(one), flush=True)
    result = {
        "machine": platform.processor() or platform.machine(),
        "cores": psutil.cpu_count(),
        "python": sys.version.split()[0],
        **{package: version(package) for package in ("distributed", "prefect", "prefect-dask")},
        "runs": given.runs,
        "medians": {times: _medians(runs) for times, runs in measured.items()},
    }
    given.out.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


def _source(folder: Path, times: int) -> Path:
    """The night several times, each time under other ids and with other bytes at the end."""
    for number in range(times):
        copy = folder / str(number)
        shutil.copytree(CALLS, copy)
        for path in copy.rglob("*.*"):
            if path.suffix != ".json":
                with path.open("ab") as recording:
                    recording.write(b"\0" * number)
                continue
            fields = json.loads(path.read_bytes())
            if isinstance(fields, dict) and "call_id" in fields:
                path.write_text(json.dumps({**fields, "call_id": f"{fields['call_id']}-{number}"}))
    return folder


def _measured(home: Path, cluster: Cluster, source: Path) -> dict[str, float]:
    before_s = _worker_s(cluster)
    process = begin_night(home, cluster, source, "--recognise")
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    told: dict[str, Any] = json.loads(output.splitlines()[-1])
    calls = told["evaluated"]
    return {
        "calls": calls,
        "worker_cpu_s": (_worker_s(cluster) - before_s) / calls,
        "run_cpu_s": told["cpu_s"] / calls,
        "wall_s": told["evaluated_s"] / calls,
    }


def _worker_s(cluster: Cluster) -> float:
    with Client(cluster.address) as client:
        return float(sum(client.run(_processor_s).values()))


def _processor_s() -> float:
    """Processor time of a worker and of its children, also of those that have ended."""
    own = psutil.Process()
    return float(sum(sum(one.cpu_times()[:4]) for one in (own, *own.children(recursive=True))))


def _medians(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}


if __name__ == "__main__":
    main()
