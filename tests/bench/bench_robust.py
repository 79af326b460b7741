"""Robustness benchmark: recognition and redaction of the same calls on other lines and processors.

`make bench-robust [CALLS=DIR] [OUT=FILE.json] [SEED=n] [LIMIT=n] [TRANSFORMS="plain,echo 25 dB"]`
prints a table and writes it with every number that was missed. `ROBUST.md` says how to read it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from models.audio.decoding import probe
from models.audio.redacted_copy import write_redacted
from models.call import Call, Recording, Role
from models.catalog import resolve
from models.errors import ListeningError
from models.speech.listener import WhisperListener
from qa_rules.authoring.example_calls import invented_call
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.muting import mute_spans
from qa_rules.rule_files.rulebook import load_rulebook
from tests.bench.robust.renderings import RENDERINGS, Rendering, render
from tests.bench.robust.scores import Sums, Truth
from tests.bench.speech.calls import BenchCall, calls_in
from tests.bench.speech.references import Reference, ReferencesError, references

ROOT = Path(__file__).parents[2]
NIGHT = ROOT / "tests" / "night" / "calls"
_DAY = dt.date(2026, 3, 10)


def main() -> None:
    """Transcribe the calls under each condition, in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=Path, default=NIGHT)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, help="number of calls, drawn with the seed")
    parser.add_argument("--transforms", help=f"some of: {', '.join(RENDERINGS)}")
    parser.add_argument("--one", choices=[*RENDERINGS], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        json.dump(_measure(options.one, options.calls, options.seed, options.limit), sys.stdout)
        return
    names = options.transforms.split(",") if options.transforms else [*RENDERINGS]
    if unknown := sorted(set(names) - set(RENDERINGS)):
        parser.error(f"unknown: {', '.join(unknown)}; expected some of {', '.join(RENDERINGS)}")
    rows = []
    for number, name in enumerate(names, start=1):
        print(f"{number} of {len(names)}: {name}", file=sys.stderr, flush=True)
        rows.append(_run(name, options))
        _print_table(rows[-1:] if number > 1 else [_headings(rows[0]), *rows])
    if options.out:
        told = {"calls": str(options.calls), "seed": options.seed, "rows": rows}
        options.out.write_text(json.dumps(told, indent=2) + "\n")


def _run(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """The row of one condition, measured in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.bench_robust", "--one", name]
    command += ["--calls", str(options.calls), "--seed", str(options.seed)]
    if options.limit:
        command += ["--limit", str(options.limit)]
    wanted = RENDERINGS[name].instruction_set
    environment = {**os.environ, **({"CT2_FORCE_CPU_ISA": wanted} if wanted else {})}
    done = subprocess.run(  # noqa: S603  # our own module
        command, env=environment, stdout=subprocess.PIPE, text=True, check=False, cwd=ROOT
    )
    if done.returncode:
        sys.exit(f"{name}: the process ended with {done.returncode}; the lines above say why")
    row: dict[str, Any] = json.loads(done.stdout)
    return row


def _measure(name: str, folder: Path, seed: int, limit: int | None) -> dict[str, Any]:
    """Transcribe the calls of a folder under one condition."""
    rendering = RENDERINGS[name]
    pii = load_rulebook(ROOT / "qa_rules").pii  # as a night has it: with the centre's own names
    sums = Sums()
    calls = [
        (call, reference)
        for call, reference in _drawn(folder, seed, limit)
        if len(call.channels) > 1 or not rendering.needs_two_channels
    ]
    with tempfile.TemporaryDirectory() as place:
        rendered = [_rendered(call, name, seed, Path(place)) for call, _ in calls]
        transcripts = WhisperListener(resolve()).listen_many(rendered)
        for at, heard in enumerate(transcripts):
            if isinstance(heard, ListeningError):
                sys.exit(f"{heard}")
            print(f"  {name}: call {at + 1} of {len(calls)}\r", end="", file=sys.stderr, flush=True)
            recording, copy = rendered[at][1], Path(place) / "copy.opus"
            muted = mute_spans(heard, find_pii(heard, pii), pii)
            write_redacted(
                recording, [stretch.bounds_s for stretch in muted], copy, heard.not_listened
            )
            sums.add(_truth(calls[at][1], rendering, recording.duration_s), heard, muted, copy)
    return {"transform": name, **sums.row(), "missed numbers": sums.missed}


def _rendered(call: BenchCall, name: str, seed: int, place: Path) -> tuple[Call, Recording]:
    """A call under a condition, in a folder of its own."""
    source = Path(call.path)
    draw = np.random.default_rng([seed, crc32(f"{name}/{source.name}".encode())])
    folder = place / source.stem
    folder.mkdir()
    render(RENDERINGS[name], source, folder / "call.wav", draw)
    known = replace(
        invented_call(_DAY),
        call_id=source.stem,
        language=call.language,
        channel_roles=_roles(call),
    )
    return known, probe(folder / "call.wav")


def _drawn(folder: Path, seed: int, limit: int | None) -> list[tuple[BenchCall, Reference]]:
    """The calls of a folder that have ground truth, or a sample of them."""
    found = calls_in(folder)
    try:
        known = references(found)
    except ReferencesError as error:
        sys.exit(str(error))
    calls = [
        (call, reference)
        for call, reference in zip(found, known, strict=True)
        if reference is not None
    ]
    if not calls:
        sys.exit(
            f"{folder}: no call with truth; expected truth/<call>.json beside it, or <call>.srt"
        )
    if limit is None or limit >= len(calls):
        return calls
    chosen = np.random.default_rng(seed).choice(len(calls), limit, replace=False)
    return [calls[at] for at in sorted(chosen)]


def _roles(call: BenchCall) -> tuple[Role, ...] | None:
    return tuple(map(Role, call.channels)) if len(call.channels) > 1 else None


def _truth(reference: Reference, rendering: Rendering, duration_s: float) -> Truth:
    """The ground truth, at the times of the rendering."""
    return Truth(
        words=[
            replace(one, start_s=rendering.time_s(one.start_s), end_s=rendering.time_s(one.end_s))
            for one in reference.said
        ],
        pii=[
            {
                **one,
                "start_s": rendering.time_s(one["start_s"]),
                "end_s": rendering.time_s(one["end_s"]),
            }
            for one in reference.pii
        ],
        duration_s=duration_s,
        language=reference.language,
    )


def _headings(row: dict[str, Any]) -> dict[str, Any]:
    return {column: column for column in row}


def _print_table(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        cells = [f"{row['transform']:<12}"]
        cells += [
            f"{'-' if row[column] is None else row[column]!s:>{max(7, len(column))}}"
            for column in row
            if column not in ("transform", "missed numbers")
        ]
        print("  ".join(cells), flush=True)
        if isinstance(row["missed numbers"], list):
            for missed in row["missed numbers"]:
                print(f"    missed whole: {missed}", flush=True)


if __name__ == "__main__":
    main()
