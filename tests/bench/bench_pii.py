"""PII benchmark: callqa beside Presidio, and Presidio behind a number converter, on one core.

`make bench-pii [DATA=DIR] [OUT=FILE.json] [AUDIO=1] [EVERY=n]` prints tables and writes JSON.
`DATA` holds `spoken_pii/<language>.jsonl` and `presidio_cases*.json`; the invented night is always
read. With `AUDIO=1` the night is also transcribed, its redacted copies are transcribed again, and
what is still recognised in them is counted.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.pii.engines import engines
from tests.bench.pii.leaks import leak_verdicts
from tests.bench.pii.scores import measure
from tests.bench.pii.sets import read_sets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CHECKOUT = Path(__file__).parents[2]
NIGHT = CHECKOUT / "tests" / "night"
RULES = CHECKOUT / "qa_rules"
HEAD = ("engine", "set", "language", "type", "gold", "recall", "covered", "precision")
TOTALS = (
    "engine",
    "set",
    "language",
    "words",
    "false_words_per_1000",
    "masked_harmless_ratio",
    "right_act_ratio",
    "words_per_cpu_s",
)


def main() -> None:
    """Measure every engine on every set; print and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of labelled sets")
    parser.add_argument("--night", type=Path, default=NIGHT, help="folder of calls and truth")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    parser.add_argument("--audio", action="store_true", help="transcribe the night as well")
    parser.add_argument("--every", type=int, default=1, help="measure only every n-th text")
    options = parser.parse_args()
    result = text_result(read_sets(options.data, options.night)[:: options.every])
    result["leaks"] = leak_verdicts(options.night, RULES)
    print_text(result)
    if options.audio:
        from tests.bench.pii.audio import measure_audio  # noqa: PLC0415  loads the speech model

        result["audio"] = measure_audio(
            options.night / "calls", options.night / "truth", RULES / "pii"
        )
        print_rows([result["audio"]], tuple(result["audio"]))
    if options.out:
        options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def text_result(items: Sequence[Any]) -> dict[str, Any]:
    """All engines on all texts, on the same core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        rows = [row for engine in engines(RULES / "pii") for row in measure(engine, items)]
    finally:
        os.sched_setaffinity(0, cores)
    return {"texts": rows, "speed": speeds(rows)}


def speeds(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Words per second of processor time over all texts of a language, compared with Presidio."""
    words: dict[tuple[str, str], float] = defaultdict(float)
    seconds: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows:
        for language in (row["language"], "all"):
            words[row["engine"], language] += row["words"]
            seconds[row["engine"], language] += row["words"] / row["words_per_cpu_s"]
    speed = {key: count / seconds[key] for key, count in words.items()}
    return [
        {
            "engine": engine,
            "language": language,
            "words_per_cpu_s": round(own),
            "times_presidio": round(own / speed[peer], 1) if peer in speed else None,
        }
        for (engine, language), own in speed.items()
        for peer in [("presidio", language)]
    ]


def print_text(result: dict[str, Any]) -> None:
    """The tables of all measurements on texts."""
    by_type = [
        row | {"type": type_} | scores
        for row in result["texts"]
        for type_, scores in row["types"].items()
    ]
    print_rows(sorted(by_type, key=lambda row: (row["set"], row["language"], row["type"])), HEAD)
    print_rows(sorted(result["texts"], key=lambda row: (row["set"], row["language"])), TOTALS)
    print_rows(result["speed"], ("engine", "language", "words_per_cpu_s", "times_presidio"))
    print_rows([result["leaks"]], tuple(result["leaks"]))


def print_rows(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    """An aligned table and an empty line."""
    table = [list(columns), *([_cell(row.get(column)) for column in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))
    print()


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
