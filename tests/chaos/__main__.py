"""Strike a night with every fault that operators met, and show how it ends and what the next does.

    make chaos [SEED=n] [KILLS=n]

Each fault strikes a home of its own. Whatever happened, running again must give the rows of an
undisturbed run, and tell each supervisor of each flag once. Exits with 1 if one end is another
than expected.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from tests import kept
from tests.chaos.one_night import CLOCK, DOWN, ONCE, STRUCK
from tests.night.recognitions.recorded_night import CALLS as RECORDINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
CALLS = ("lt-0001", "lt-0004", "lt-0009", "lt-0011", "lt-0015", "lt-0018", "lt-0021", "lt-0023")
STRUCK_CALL = "lt-0004"
_LIMIT_S = 300
_OF_A_RUN = {
    "commit_no",
    "run_id",
    "listed_run_id",
    "listed_on",
    "open_days",
    "recording_path",
    "source",
    "item",
}
"""Columns that say which run made a row, or in which folder its recording was."""
_OF_RUNS = ("meta.", "core.listed_flag", "core.quarantine", "mart.data_quality")
"""Relations about runs, which differ with every run."""


def _comparable(value: object) -> object:
    """The last digits of a mean depend on the order in which threads add up."""
    return round(value, 9) if isinstance(value, float) else value


@dataclass
class Place:
    """A source, a home, and what people were told."""

    folder: Path

    @property
    def source(self) -> Path:
        """The folder of recordings."""
        return self.folder / "calls"

    @property
    def home(self) -> Path:
        """Everything that is stored."""
        return self.folder / "home"

    @property
    def told(self) -> Path:
        """The lists that were handed over, a line each."""
        return self.folder / "told.jsonl"

    def start(self, **environment: str) -> subprocess.Popen[str]:
        """Start a run."""
        module = "tests.chaos.one_night"
        return subprocess.Popen(  # noqa: S603  our own module
            [sys.executable, "-m", module, str(self.source), str(self.home), str(self.told)],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, **environment: str) -> End:
        """A whole run; one that hangs is killed, and that is its end."""
        running = self.start(**environment)
        try:
            printed, _ = running.communicate(timeout=_LIMIT_S)
        except subprocess.TimeoutExpired:
            running.kill()
            printed, _ = running.communicate()
            printed += f"\nkilled, since it did not end within {_LIMIT_S} s"
        return End(running.returncode, printed.strip().splitlines())

    def rows(self) -> dict[str, list[str]]:
        """What analysts see, but for what says which run it was."""
        tables = kept.rows_by_column(self.home / "warehouse" / "current.duckdb")
        return {
            name: sorted(
                repr([_comparable(row[column]) for column in row if column not in _OF_A_RUN])
                for row in rows
            )
            for name, rows in tables.items()
            if not name.startswith(_OF_RUNS)
        }

    def told_flags(self) -> Counter[tuple[str, str]]:
        """How often each supervisor was told of each flag."""
        lines = self.told.read_text().splitlines() if self.told.exists() else []
        lists = map(json.loads, lines)
        return Counter((one["supervisor_id"], flag) for one in lists for flag in one["flags"])


@dataclass(frozen=True)
class End:
    """How a run ended."""

    status: int
    printed: list[str]

    def __str__(self) -> str:
        """Exit status and the last line."""
        return f"{self.status}: {self.printed[-1] if self.printed else ''}"


@dataclass(frozen=True)
class Fault:
    """A fault, the exit status of the struck run, and how to strike.

    Attributes:
        name: For the table.
        status: Expected exit status of the struck run; None if it is killed.
        says: What its output must contain.
        strike: Strikes a run at a place.
    """

    name: str
    status: int | None
    says: str
    strike: Callable[[Place], End]


def _listener(fault: str) -> Callable[[Place], End]:
    return lambda place: place.run(**{STRUCK: f"{STRUCK_CALL}:{fault}"})


def _worker_killed(place: Place) -> End:
    """From outside, once: no call is to blame."""
    return place.run(**{STRUCK: f"{STRUCK_CALL}:kill", ONCE: str(place.folder / "struck")})


def _told_to_stop(number: signal.Signals) -> Callable[[Place], End]:
    def strike(place: Place) -> End:
        running = place.start(**{STRUCK: f"{CALLS[-1]}:hang"})
        while not list((place.home / "lake").glob("manifest/*")):
            time.sleep(0.05)
        running.send_signal(number)
        printed, _ = running.communicate(timeout=_LIMIT_S)
        return End(running.returncode, printed.strip().splitlines())

    return strike


def _other_call_with_a_known_id(place: Place) -> End:
    """Another recording with the metadata of an agent under an id that is stored already."""
    place.run()
    known, other = (next(place.source.glob(f"{stem}.json")) for stem in CALLS[:2])
    sidecar = json.loads(other.read_text())
    added = place.source / "again.json"
    added.write_text(json.dumps({**sidecar, "call_id": json.loads(known.read_text())["call_id"]}))
    audio = next(path for path in place.source.glob(f"{CALLS[1]}.*") if path.suffix != ".json")
    # Bytes behind the sound make it another recording.
    (place.source / f"again{audio.suffix}").write_bytes(audio.read_bytes() + b"\0")
    end = place.run()
    for path in place.source.glob("again.*"):
        path.unlink()
    return end


def _bombs(place: Place) -> End:
    """A recording that claims one hertz, and a sidecar of 60 MB."""
    header = b"RIFF\xff\xff\xff\x7fWAVEfmt \x10\0\0\0\1\0\1\0\1\0\0\0\1\0\0\0\1\0\x08\0data"
    (place.source / "slow.wav").write_bytes(header + b"\xff\xff\xff\x7e" + bytes(1000))
    (place.source / "slow.json").write_text("{}")
    (place.source / "long.json").write_text('"' + "a" * 60_000_000 + '"')
    end = place.run()
    for name in ("slow.wav", "slow.json", "long.json"):
        (place.source / name).unlink()
    return end


def _damaged_part(place: Place) -> End:
    """A byte of a stored part is another one, and what was published of it is gone."""
    place.run()
    part = min((place.home / "lake" / "finding").rglob("*.parquet"))
    whole = part.read_bytes()
    part.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    shutil.rmtree(place.home / "warehouse")
    end = place.run()
    part.write_bytes(whole)
    return end


def _source_vanishes(place: Place) -> End:
    running = place.start()
    away = place.folder / "unmounted"
    while not list((place.home / "lake").glob("manifest/*")):
        time.sleep(0.05)
    place.source.rename(away)
    place.source.mkdir()
    printed, _ = running.communicate(timeout=_LIMIT_S)
    place.source.rmdir()
    away.rename(place.source)
    return End(running.returncode, printed.strip().splitlines())


def _empty_mount(place: Place) -> End:
    place.run()
    away = place.source.rename(place.folder / "unmounted")
    place.source.mkdir()
    end = place.run()
    place.source.rmdir()
    away.rename(place.source)
    return end


def _two_operators(place: Place) -> End:
    first = place.start()
    while not (place.home / "run.lock").exists() or not (place.home / "run.lock").read_text():
        time.sleep(0.05)
    second = place.run()
    first.communicate(timeout=_LIMIT_S)
    return second


def _clock(first: str, second: str) -> Callable[[Place], End]:
    def strike(place: Place) -> End:
        half = place.folder / "later"
        half.mkdir()
        for path in list(place.source.iterdir())[: len(CALLS)]:
            path.rename(half / path.name)
        place.run(**{CLOCK: first})
        for path in half.iterdir():
            path.rename(place.source / path.name)
        return place.run(**{CLOCK: second})

    return strike


def _mounted(options: str) -> Callable[[Place], End]:
    """A home on a file system of its own; needs the right to mount."""

    def strike(place: Place) -> End:
        place.home.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", place.home], check=True)  # noqa: S603, S607
        subprocess.run(["mount", "-o", f"remount,{options}", place.home], check=True)  # noqa: S603, S607
        end = place.run()
        subprocess.run(["mount", "-o", "remount,rw,size=500m", place.home], check=True)  # noqa: S603, S607
        kept_home = place.folder / "kept"
        shutil.copytree(place.home, kept_home, symlinks=True)
        subprocess.run(["umount", place.home], check=True)  # noqa: S603, S607
        place.home.rmdir()
        kept_home.rename(place.home)
        return end

    return strike


def _odd_files(place: Place) -> End:
    (place.source / "broken.wav").write_bytes(b"RIFF\0\0\0\0WAVEfmt ")
    (place.source / "deep.json").write_text("[" * 100_000)
    Path(os.fsdecode(os.fsencode(place.source) + b"/Mu\xf1oz.wav")).write_bytes(b"RIFF")
    os.mkfifo(place.source / "pipe.wav")
    end = place.run()
    for name in ("broken.wav", "deep.json", "pipe.wav"):
        (place.source / name).unlink()
    Path(os.fsdecode(os.fsencode(place.source) + b"/Mu\xf1oz.wav")).unlink()
    return end


FAULTS = (
    Fault("a decoder crashes", 0, "1 quarantined", _listener("crash")),
    Fault("a worker is killed", 0, "0 quarantined", _worker_killed),
    Fault("SIGTERM", 130, "stopped; stored by this run", _told_to_stop(signal.SIGTERM)),
    Fault("Ctrl-C", 130, "stopped; stored by this run", _told_to_stop(signal.SIGINT)),
    Fault("another call with a known id", 0, "1 quarantined", _other_call_with_a_known_id),
    Fault("absurd files", 0, "2 quarantined", _bombs),
    Fault("a stored part is damaged", 1, "callqa repair", _damaged_part),
    Fault("a decoder hangs", 0, "1 quarantined", _listener("hang")),
    Fault("out of memory in one call", 0, "1 quarantined", _listener("memory")),
    Fault("odd files", 0, "4 quarantined", _odd_files),
    Fault("the source vanishes in the middle", 3, "", _source_vanishes),
    Fault("an empty mount", 3, "is empty", _empty_mount),
    Fault("mail is down", 3, "could not be sent", lambda place: place.run(**{DOWN: "1"})),
    Fault("two operators", 1, "another run uses", _two_operators),
    Fault("the clock goes back a day", 0, "0 pending", _clock("0", "-86400")),
    Fault("the clock goes forward a year", 0, "0 pending", _clock("31536000", "0")),
    Fault("the disk is full", 1, "space", _mounted("size=3m")),
    Fault("a read-only home", 1, "", _mounted("ro")),
)


def main() -> int:
    """Strike; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--only", help="only faults with this in their name")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return _strike_all(Path(folder), options)


def _strike_all(folder: Path, options: argparse.Namespace) -> int:
    console = Console(width=160)
    console.print(f"seed {options.seed}", highlight=False)
    undisturbed = _place(folder / "undisturbed")
    began_s = time.monotonic()
    print("undisturbed", undisturbed.run(), file=sys.stderr)
    expected = undisturbed.rows(), undisturbed.told_flags()
    duration_s = time.monotonic() - began_s
    table = Table("fault", "expected", "observed", "then", box=None, padding=(0, 2, 0, 0))
    wrong = 0
    for number, fault in enumerate(_faults(options, duration_s)):
        place = _place(folder / f"fault-{number}")
        end = fault.strike(place)
        after = _completed(place, *expected)
        as_expected = (fault.status is None or end.status == fault.status) and (
            any(fault.says in line for line in end.printed) or not fault.says
        )
        wrong += not as_expected or after != "complete"
        wanted = "killed" if fault.status is None else f"{fault.status}: {fault.says}"
        table.add_row(fault.name, wanted, str(end), after)
        print(f"{number + 1}: {fault.name}: {end}; {after}", file=sys.stderr, flush=True)
        shutil.rmtree(place.folder)
    console.print(table)
    console.print(f"{wrong} of {table.row_count} ended otherwise")
    return int(wrong > 0)


def _faults(options: argparse.Namespace, duration_s: float) -> Iterator[Fault]:
    for fault in FAULTS:
        if not options.only or options.only in fault.name:
            yield fault
    draw = random.Random(options.seed)  # noqa: S311  no secret
    for _ in range(options.kills):
        after_s = draw.uniform(0, 1.1 * duration_s)
        yield Fault(f"killed after {after_s:.2f} s", None, "", partial(_killed, after_s))


def _killed(after_s: float, place: Place) -> End:
    running = place.start()
    try:
        printed, _ = running.communicate(timeout=after_s)
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGKILL)
        printed, _ = running.communicate()
    return End(running.returncode, printed.strip().splitlines())


def _completed(place: Place, rows: dict[str, list[str]], told: Counter[tuple[str, str]]) -> str:
    """Run again, and compare with an undisturbed run."""
    end = place.run()
    if end.status:
        return f"the next run ended with {end}"
    found = place.rows()
    others = sorted(name for name in rows if rows[name] != found.get(name))
    counts = place.told_flags()
    faults = [f"other rows in {name}" for name in others]
    faults += [f"never told: {flag}" for flag in sorted(told.keys() - counts.keys())]
    faults += [f"told {counts[flag]} times: {flag}" for flag in sorted(counts) if counts[flag] > 1]
    return "; ".join(faults) or "complete"


def _place(folder: Path) -> Place:
    place = Place(folder)
    place.source.mkdir(parents=True)
    for stem in CALLS:
        for path in RECORDINGS.glob(f"{stem}.*"):
            shutil.copy(path, place.source)
    return place


if __name__ == "__main__":
    sys.exit(main())
