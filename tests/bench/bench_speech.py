"""Speech benchmark: callqa and common engines with the same weights, on one machine, in one run.

`make bench-speech CALLS=DIR OUT=FILE.json` prints a table and writes a list of objects. The
engines take turns, so that load on the machine affects all of them alike; times are medians and
include loading the model. References are checked before anything runs. Word error rates have 95 %
bootstrap intervals over channels; `more` is an engine's rate minus callqa's on the same channels.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.speech.calls import BenchCall, Said, calls_in
from tests.bench.speech.engines import ENGINES
from tests.bench.speech.intervals import difference
from tests.bench.speech.references import Reference, ReferencesError, references
from tests.bench.speech.scores import Tally

_SAMPLE_S = 0.1
_OURS = "callqa"


def main() -> None:
    """Run every engine over every call, several times, in turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calls", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--kind", choices=["all", "stereo", "mono"], default="all")
    parser.add_argument("--engine", action="append", choices=[*ENGINES])
    options = parser.parse_args()
    wanted = {"all": {1, 2}, "stereo": {2}, "mono": {1}}[options.kind]
    calls = [call for call in calls_in(options.calls) if len(call.channels) in wanted]
    try:
        spoken = references(calls)
    except ReferencesError as error:
        sys.exit(str(error))
    names = options.engine or [*ENGINES]
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    heard: dict[str, list[list[Said]]] = {}
    for _ in range(options.runs):
        for name in names:
            cost, heard[name] = _run(name, calls)
            runs[name].append(cost)
            print(f"{name}: {cost['wall_s']:.1f} s", file=sys.stderr, flush=True)
    tallies = {name: _tally(calls, spoken, heard[name]) for name in names}
    rows = [_row(name, calls, runs[name], tallies) for name in names]
    options.out.write_text(json.dumps(rows, indent=2) + "\n")
    _print_table(rows)


def _run(name: str, calls: list[BenchCall]) -> tuple[dict[str, Any], list[list[Said]]]:
    """Run one engine in a process of its own; its cost, and the words of each call."""
    with tempfile.TemporaryDirectory() as place:
        calls_file, out_file = Path(place) / "calls.json", Path(place) / "out.json"
        calls_file.write_text(json.dumps([call.as_json() for call in calls]))
        command = [sys.executable, "-m", "tests.bench.speech.engines", name]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        with subprocess.Popen([*command, str(calls_file), str(out_file)]) as process:  # noqa: S603  # our own module
            peak_kb = 0
            while process.poll() is None:
                peak_kb = max(peak_kb, _resident_kb(process.pid))
                time.sleep(_SAMPLE_S)
        wall_s = time.perf_counter() - started
        if process.returncode:
            sys.exit(f"{name} failed with exit code {process.returncode}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        words = json.loads(out_file.read_text())
    cost = {"wall_s": wall_s, "cpu_s": cpu_s, "peak_rss_mb": peak_kb / 1024}
    return cost, [[Said(**word) for word in call] for call in words]


def _resident_kb(pid: int) -> int:
    """Memory of a process and its children, as far as they still exist."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    own = next((line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")), "0")
    return int(own) + sum(_resident_kb(int(child)) for child in children)


def _tally(
    calls: list[BenchCall], spoken: list[Reference | None], heard: list[list[Said]]
) -> Tally:
    tally = Tally()
    for call, reference, words in zip(calls, spoken, heard, strict=True):
        if reference is None:
            continue
        said, language, _ = reference
        if len(call.channels) == 1:
            tally.add_mono(said, words, language, call.duration_s)
        else:
            tally.add_stereo(said, words, language)
    return tally


def _row(
    name: str, calls: list[BenchCall], runs: list[dict[str, Any]], tallies: dict[str, Tally]
) -> dict[str, Any]:
    """Costs and scores of an engine, and how many more word errors it makes than callqa."""
    own, ours = tallies[name], tallies.get(_OURS)
    costs = {key: round(median(run[key] for run in runs), 1) for key in runs[0]}
    audio_s = round(sum(call.duration_s for call in calls), 1)
    scores = own.scores()
    more: tuple[float | None, ...] = (None, None, None)
    if ours is not None and name != _OURS and scores["words"]:
        more = difference(own.channels, ours.channels)
    scores |= dict(zip(("more", "more_low", "more_high"), more, strict=True))
    rounded = {key: value if value is None else round(value, 4) for key, value in scores.items()}
    return {"engine": name, "audio_s": audio_s, **costs, **rounded}


def _print_table(rows: list[dict[str, Any]]) -> None:
    columns = list(rows[0])
    widths = [max(len(str(row[column])) for row in [*rows, {column: column}]) for column in columns]
    for row in [dict(zip(columns, columns, strict=True)), *rows]:
        print("  ".join(str(row[c]).ljust(w) for c, w in zip(columns, widths, strict=True)))


if __name__ == "__main__":
    main()
