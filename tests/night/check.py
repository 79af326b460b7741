"""Check the rendered night against its own truth; PyAV and numpy suffice."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.night.codec import RATE_HZ, read_audio

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 12_000_000
MIN_PII = 36
TOLERANCE_S = 0.1
QUIET = 0.02  # full scale; line noise stays below


def check_night(folder: Path) -> list[str]:
    """Return every error found, and print counts of what is protected.

    Args:
        folder: `tests/night`, with `calls` and `truth`.
    """
    calls, truth = folder / "calls", folder / "truth"
    items = json.loads((truth / "night.json").read_text(encoding="utf-8"))
    faults = _check_listing(calls, items)
    counts: Counter[tuple[str, str]] = Counter()
    for item in items:
        if item["status"] == "evaluated":
            call = json.loads((truth / f"{item['item']}.json").read_text(encoding="utf-8"))
            problems = _check_words(call) + _check_pii(call)
            problems += _check_audio(calls, item, call) + _check_sidecar(calls, call)
            faults += [f"{item['item']}: {problem}" for problem in problems]
            counts.update((span["type"], call["language"]) for span in call["pii"])
    if sum(counts.values()) < MIN_PII:
        faults.append(f"only {sum(counts.values())} PII spans; expected {MIN_PII}")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if size > MAX_BYTES:
        faults.append(f"{size} bytes in all; at most {MAX_BYTES}")
    _print_counts(counts, len(items), size)
    return faults


def _check_listing(calls: Path, items: list[dict[str, Any]]) -> list[str]:
    """The list names exactly the files of the drop folder."""
    listed = {name for item in items for name in item["files"]}
    there = {path.name for path in calls.iterdir()}
    faults = [f"night.json lacks {name}" for name in sorted(there - listed)]
    return faults + [f"missing file {name}" for name in sorted(listed - there)]


def _check_words(call: dict[str, Any]) -> list[str]:
    """Words are in time order, inside the call, and not negative in length."""
    faults = []
    before_s = 0.0
    for word in call["words"]:
        if not before_s <= word["start_s"] <= word["end_s"] <= call["duration_s"]:
            faults.append(f"word at {word['start_s']} is out of order or out of the call")
        before_s = word["start_s"]
    return faults


def _check_pii(call: dict[str, Any]) -> list[str]:
    """Each span covers exactly the words that it says it covers."""
    faults = []
    for span in call["pii"]:
        inside = [
            word["word"]
            for word in call["words"]
            if word["role"] == span["role"]
            and span["start_s"] - 0.002 <= word["start_s"]
            and word["end_s"] <= span["end_s"] + 0.002
        ]
        if " ".join(inside) != span["spoken"]:
            faults.append(f"{span['type']} at {span['start_s']} covers other words")
    return faults


def _check_audio(calls: Path, item: dict[str, Any], call: dict[str, Any]) -> list[str]:
    """The recording opens, lasts as long as the truth says, and sounds where words are."""
    name = next(name for name in item["files"] if not name.endswith(".json"))
    samples = read_audio(calls / name)
    faults = []
    if len(samples) != call["channels"]:
        faults.append(f"{len(samples)} channels; expected {call['channels']}")
    length_s = samples.shape[1] / RATE_HZ
    if abs(length_s - call["duration_s"]) > TOLERANCE_S:
        faults.append(f"lasts {length_s:.2f} s; expected {call['duration_s']:.2f} s")
    mixed = np.abs(samples).max(axis=0)
    for span in call["pii"]:
        heard = mixed[int(span["start_s"] * RATE_HZ) : int(span["end_s"] * RATE_HZ)]
        if heard.size == 0 or heard.max() < QUIET:
            faults.append(f"the recording is silent at {span['start_s']}")
    return faults


def _check_sidecar(calls: Path, call: dict[str, Any]) -> list[str]:
    """Sidecar and truth agree on id, language and number of channels."""
    meta = json.loads((calls / f"{call['call_id']}.json").read_text(encoding="utf-8"))
    faults = []
    if meta["call_id"] != call["call_id"]:
        faults.append("sidecar has another call_id")
    if meta.get("language") not in {None, call["language"]}:
        faults.append("sidecar has another language")
    if len(meta["channel_map"]) != call["channels"]:
        faults.append("channel_map has another number of channels")
    return faults


def _print_counts(counts: Counter[tuple[str, str]], items: int, size: int) -> None:
    """Print a table of PII spans by type and language."""
    languages = sorted({language for _, language in counts})
    print(f"{items} items, {size / 1e6:.1f} MB, {sum(counts.values())} PII spans")
    print(f"{'type':20}" + "".join(f"{language:>6}" for language in languages))
    for kind in sorted({kind for kind, _ in counts}):
        cells = "".join(f"{counts[kind, language]:6}" for language in languages)
        print(f"{kind:20}{cells}")
