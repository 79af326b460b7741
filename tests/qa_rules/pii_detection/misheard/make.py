"""Make the misheard corpus: invented people are spoken, worsened, recognised and kept with gold.

    python -m tests.qa_rules.pii_detection.misheard.make --renderer /tmp/render/bin/python

synthesises `--count` dialogues per language with the voices of the night, transcribes each under
`--renderings` conditions and writes `tests/qa_rules/pii_detection/misheard/*.jsonl`. The renderer
is the Python of an environment with `tests/night/requirements-render.txt`. What is done already is
kept in `--folder`: a run that was stopped goes on where it was, and without a renderer only what is
synthesised there is transcribed. Another `--seed` (with another folder) gives other values,
sentences and conditions.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.audio.decoding import probe
from models.call import Role
from models.catalog import resolve
from models.speech.listener import WhisperListener
from models.transcript import Transcript
from tests.bench.robust.renderings import RENDERINGS, render
from tests.mapped_call import mapped_call
from tests.qa_rules.pii_detection.misheard.alignment import value_words
from tests.qa_rules.pii_detection.misheard.corpus import FOLDER, Misheard, write
from tests.qa_rules.pii_detection.misheard.dialogues import LANGUAGES, QUARTERS, SPLITS, Deal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.bench.robust.renderings import Rendering

PLAIN = "plain"
WORSE = (
    "noise 20 dB",
    "level +15 dB",
    "level -15 dB",
    "speed 0.94",
    "speed 1.06",
    "echo 20 dB",
    "opus 12",
    "a-law twice",
)
"""Conditions that are dealt out beside the plain line."""
SPEAK = "tests.qa_rules.pii_detection.misheard.spoken"
BATCH = 8


@dataclass(frozen=True, slots=True)
class _Take:
    """One dialogue under one condition.

    Attributes:
        dialogue: Its fields.
        condition: Name of the rendering.
        truth: When what was said, see `spoken.speak`.
        sound: The worsened recording.
    """

    dialogue: dict[str, Any]
    condition: str
    truth: dict[str, Any]
    sound: Path


def write_dialogues(folder: Path, seed: int, count: int) -> None:
    """Write what is to be said: languages and files in turn, so that any part is balanced."""
    deals = {
        (language, split): Deal(language, split, seed).dialogues()
        for language in LANGUAGES
        for split in SPLITS
    }
    lines = []
    for number in range(count):
        split = next(name for name, part in SPLITS.items() if number % QUARTERS in part)
        for language in LANGUAGES:
            dialogue = next(deals[language, split])
            lines.append(json.dumps(dialogue.as_dict(), ensure_ascii=False) + "\n")
    (folder / "dialogues.jsonl").write_text("".join(lines), encoding="utf-8")


def takes(folder: Path, dialogue: dict[str, Any], seed: int, each: int) -> list[_Take]:
    """A dialogue that is spoken: on the plain line, and under `each` - 1 drawn conditions."""
    source = folder / f"{dialogue['dialogue_id']}.flac"
    truth = json.loads(source.with_suffix(".json").read_text(encoding="utf-8"))
    draw = random.Random(f"{seed} {source.stem}")  # noqa: S311  the same each time, no secret
    found = []
    for condition in [PLAIN, *draw.sample(WORSE, each - 1)]:
        sound = source.with_name(f"{source.stem} {condition}.wav")
        noise = np.random.default_rng(list(f"{seed} {sound.name}".encode()))
        render(RENDERINGS[condition], source, sound, noise)
        found.append(_Take(dialogue, condition, truth, sound))
    return found


def listen(listener: WhisperListener, batch: Sequence[_Take]) -> Iterator[Misheard]:
    """What is recognised of some takes, with its gold; the worsened recordings are removed.

    Recordings that the listener refuses give no row.
    """
    pairs = [
        (
            mapped_call(Role.AGENT, Role.CUSTOMER, language=take.dialogue["language"]),
            probe(take.sound),
        )
        for take in batch
    ]
    for take, heard in zip(batch, listener.listen_many(pairs), strict=True):
        take.sound.unlink()
        if isinstance(heard, Transcript):
            yield _row(take, replace(heard, call_id=take.dialogue["dialogue_id"]))
        else:
            print(f"refused: {take.sound.stem}: {heard}", flush=True)


def _row(take: _Take, heard: Transcript) -> Misheard:
    rendering: Rendering = RENDERINGS[take.condition]
    said = [
        (text, is_value, rendering.time_s(start_s), rendering.time_s(end_s))
        for text, is_value, start_s, end_s in take.truth["words"]
    ]
    value, unsure = value_words(heard, said)
    return Misheard(
        dialogue_id=take.dialogue["dialogue_id"],
        rendering=take.condition,
        kind=take.dialogue["kind"],
        type=take.dialogue["type"],
        said=take.dialogue["value"],
        transcript=heard,
        value=frozenset(value),
        unsure=frozenset(unsure),
    )


def listen_all(folder: Path, seed: int, each: int) -> None:
    """Transcribe everything that is spoken and not yet transcribed; a file of rows per dialogue."""
    listener = WhisperListener(resolve())
    waiting = [
        dialogue
        for dialogue in _dialogues(folder)
        if _part(folder, dialogue, ".json").exists()
        and not _part(folder, dialogue, ".rows").exists()
    ]
    for at in range(0, len(waiting), BATCH):
        dealt = [takes(folder, one, seed, each) for one in waiting[at : at + BATCH]]
        rows = list(listen(listener, [take for some in dealt for take in some]))
        for dialogue in waiting[at : at + BATCH]:
            own = [row for row in rows if row.dialogue_id == dialogue["dialogue_id"]]
            write(_part(folder, dialogue, ".rows"), own)
        print(f"recognised {at + len(dealt)} of {len(waiting)} dialogues", flush=True)


def gather(folder: Path, out: Path) -> Iterator[tuple[str, int]]:
    """Write the files of the corpus; the name of each and its number of lines."""
    for split in SPLITS:
        parts = [_part(folder, one, ".rows") for one in _dialogues(folder) if one["split"] == split]
        text = "".join(part.read_text(encoding="utf-8") for part in parts if part.exists())
        (out / f"{split}.jsonl").write_text(text, encoding="utf-8")
        yield split, text.count("\n")


def _dialogues(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "dialogues.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _part(folder: Path, dialogue: dict[str, Any], suffix: str) -> Path:
    return folder / f"{dialogue['dialogue_id']}{suffix}"


def main() -> int:
    """Synthesise and transcribe; the number of lines of each file is printed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=50, help="dialogues a language")
    parser.add_argument("--renderings", type=int, default=3, help="conditions a dialogue")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/misheard"))  # noqa: S108
    parser.add_argument("--models", type=Path, default=Path("/tmp/night-models"))  # noqa: S108
    parser.add_argument("--renderer", help="Python of the renderer's environment")
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    write_dialogues(options.folder, options.seed, options.count)
    if options.renderer:
        speak = [options.renderer, "-m", SPEAK, str(options.folder)]
        subprocess.run([*speak, "--models", str(options.models)], check=True)  # noqa: S603  our own
    listen_all(options.folder, options.seed, options.renderings)
    for split, lines in gather(options.folder, options.out):
        print(f"{split}: {lines} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
