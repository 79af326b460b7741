"""Feed malformed and hostile inputs to a run, and check what becomes of each.

    make fuzz [SEED=n] [COUNT=300]

Nothing may crash the run, hang, be written outside the home, or end without a reason; memory is
bounded, pages hold no markup of an input and spreadsheets no formula. Exits with 1 on a fault.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from tests import kept
from tests.chaos.hostile import KINDS, Hostile, draw

ROOT = Path(__file__).parents[2]
MOST_MEMORY_BYTES = 3 << 30
_START_S, _EACH_S = 120, 6
_MARKUP = ("<script>alert(1)", "<img src=x onerror")
_NUMBERS = ("4111111111111111", "34911230001")
_FORMULAS = ("=", "+", "-", "@", "|", "%", "\t", "\r")
_CRASHED = "crashed or"


@dataclass
class Outcome:
    """What became of all inputs.

    Attributes:
        reasons: Kind of input and what became of it, with the number of inputs.
        faults: What must not be, a sentence each.
        memory_bytes: The most that one process held.
    """

    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    memory_bytes: int = 0


def fuzz(folder: Path, seed: int, count: int) -> Outcome:
    """Draw inputs, run a night over them, and look at what it left.

    Args:
        folder: An empty folder.
        seed: What is drawn depends on it alone.
        count: Number of inputs.
    """
    rng = random.Random(seed)  # noqa: S311  no secret
    source, home = folder / "source", folder / "home"
    inputs = [draw(rng, source / f"n-{number:04}") for number in range(count)]
    for name in ("user", "tmp", "work"):
        (folder / name).mkdir()
    before = _files(source)
    outcome = Outcome()
    told = _run(folder, count, outcome)
    if _files(source) != before:
        outcome.faults.append("the source was written to")
    known = {"source", "home", "user", "tmp", "work", "unpacked"}
    outside = [*(folder / "user").rglob("*"), *(folder / "tmp").rglob("*")]
    outside += [
        *(folder / "work").rglob("*"),
        *(p for p in folder.iterdir() if p.name not in known),
    ]
    outside += [p for p in (folder / "unpacked").glob("*") if p.name not in _names(inputs)]
    outside += list(Path(tempfile.gettempdir()).glob("outside*"))
    outcome.faults += [f"written outside the home: {path}" for path in outside]
    if (home / "warehouse" / "current.duckdb").exists():
        _account(inputs, home, told, outcome)
        outcome.faults += _shown(home)
    else:
        outcome.faults.append("nothing was published")
    return outcome


def _run(folder: Path, count: int, outcome: Outcome) -> dict[str, list[str]]:
    """Run the night; returns what it printed of each input."""
    module = "tests.chaos.fuzz_night"
    given = {"HOME": str(folder / "user"), "TMPDIR": str(folder / "tmp"), "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen(  # noqa: S603  our own module
        [sys.executable, "-m", module, str(folder / "source"), str(folder / "home")],
        cwd=folder / "work",
        env={**os.environ, **given, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed, _ = running.communicate(timeout=_START_S + _EACH_S * count)
    except subprocess.TimeoutExpired:
        running.kill()
        printed, _ = running.communicate()
        outcome.faults.append("the run hung")
    if running.returncode:
        outcome.faults.append(f"the run ended with {running.returncode}: {printed[-1500:]}")
    outcome.memory_bytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    if outcome.memory_bytes > MOST_MEMORY_BYTES:
        outcome.faults.append(f"a process held {outcome.memory_bytes / 1e9:.1f} GB")
    told = defaultdict(list)
    for line in printed.splitlines():
        name, _, text = line.partition("\t")
        told[name].append(text)
    return told


def _account(
    inputs: list[Hostile], home: Path, told: dict[str, list[str]], outcome: Outcome
) -> None:
    """Find what became of each input, in the warehouse or in what was printed."""
    with duckdb.connect(home / "warehouse" / "current.duckdb", read_only=True) as connection:
        items = connection.execute("select item, reason, detail from core.quarantine").fetchall()
        calls = connection.execute("select recording_path from core.call").fetchall()
    found = defaultdict(list)
    for item, reason, detail in items:
        found[_number(item)].append(str(reason))
        if "internal error" in detail or not detail:
            outcome.faults.append(f"{_number(item)}: {reason}: {detail}")
        if _CRASHED in detail:
            outcome.reasons["all", "killed its process"] += 1
    for (path,) in calls:
        found[_number(path)].append("evaluated")
    for one in inputs:
        name = one.path.name
        found[name] += [text.partition(":")[0] for text in told.get(name, ())]
        outcome.faults += [f"{name}: {text}" for text in told.get(name, ()) if "internal" in text]
        if not found[name]:
            outcome.faults.append(f"{name} ({one.kind}) ended without a reason")
        for reason in set(found[name]):
            outcome.reasons[one.kind, reason] += 1


def _shown(home: Path) -> list[str]:
    """Markup of inputs in pages, formulas in spreadsheets, numbers anywhere."""
    faults = []
    for path, text in kept.texts(home):
        if path.suffix == ".html":
            faults += [f"markup in {path}" for markup in _MARKUP if markup in text]
        faults += [f"{number} in {path}" for number in _NUMBERS if number in text]
    for path in home.rglob("*.csv"):
        with path.open(newline="", encoding="utf-8-sig") as file:
            cells = (cell for row in csv.reader(file) for cell in row)
            faults += [f"{cell[:20]!r} in {path}" for cell in cells if cell.startswith(_FORMULAS)]
    return faults


def _number(path: str) -> str:
    return next((part for part in Path(path).parts if part.startswith("n-")), path)


def _names(inputs: list[Hostile]) -> set[str]:
    return {one.path.name for one in inputs}


def _files(folder: Path) -> set[tuple[bytes, int, int]]:
    found = set()
    for parent, _, names in os.walk(os.fsencode(folder)):
        for name in names:
            state = os.lstat(os.path.join(parent, name))  # noqa: PTH118  names of bytes
            found.add((os.path.join(parent, name), state.st_size, state.st_mtime_ns))  # noqa: PTH118
    return found


def main() -> int:
    """Show what became of the inputs; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--keep", type=Path, help="an empty folder to keep everything in")
    options = parser.parse_args()
    console = Console(width=160)
    console.print(f"seed {options.seed}, {options.count} inputs", highlight=False)
    with tempfile.TemporaryDirectory() as folder:
        outcome = fuzz(options.keep or Path(folder), options.seed, options.count)
        subprocess.run(["rm", "-rf", "--", folder], check=True)  # noqa: S603, S607  paths of any length
        Path(folder).mkdir()
    table = Table("kind", "what became of it", "inputs", box=None, padding=(0, 2, 0, 0))
    for (kind, reason), number in sorted(outcome.reasons.items()):
        table.add_row(kind, reason, str(number))
    console.print(table)
    console.print(f"most memory of a process: {outcome.memory_bytes / 1e6:.0f} MB")
    for fault in outcome.faults:
        console.print(fault, markup=False, highlight=False, soft_wrap=True)
    console.print(f"{len(outcome.faults)} faults in {len(KINDS)} kinds of input")
    return int(bool(outcome.faults))


if __name__ == "__main__":
    sys.exit(main())
