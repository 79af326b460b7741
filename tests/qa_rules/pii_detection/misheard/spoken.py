"""Speaks the dialogues of the misheard corpus: recordings, and when each word was said.

    python -m tests.qa_rules.pii_detection.misheard.spoken FOLDER --models /tmp/night-models

reads FOLDER/dialogues.jsonl and writes a recording and a JSON file for each; what is there already
is left. Runs in the renderer's own environment (`tests/night/requirements-render.txt`), so it
imports nothing of the project but the night's renderer.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.night.codec import write_audio
from tests.night.line import RATE_HZ, levelled, to_channels, to_telephone
from tests.night.voices import RATE_HZ as VOICE_HZ
from tests.night.voices import Speaker, Voice, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.night.voices import Samples

LEAD_S, PAUSE_S, TAIL_S = 0.4, 0.5, 0.6
LINE = {"layout": "stereo", "snr_db": 34}
"""Hiss of a good line; `tests.bench.robust.renderings` makes it worse."""


def speak(dialogue: dict[str, Any], speaker: Speaker) -> tuple[Samples, dict[str, Any]]:
    """One dialogue at 8 kHz, the agent on the left.

    Returns:
        Samples of shape (2, samples) and the truth: `words`, a (text, is value, start_s, end_s)
        for each of the customer.
    """
    agent = speaker.say(dialogue["question"], Voice(**dialogue["agent"]))
    parts = [dialogue[name] for name in ("before", "value", "after")]
    answer = " ".join(part for part in parts if part)
    said = speaker.say(answer, Voice(**dialogue["speaker"]))
    question_s = len(agent.audio) / VOICE_HZ
    starts_s = LEAD_S + question_s + PAUSE_S
    length = int((starts_s + len(said.audio) / VOICE_HZ + TAIL_S) * RATE_HZ)
    sides = {
        "agent": _placed(agent.audio, LEAD_S, length),
        "customer": _placed(said.audio, starts_s, length),
    }
    noise = np.random.default_rng(list(dialogue["dialogue_id"].encode()))
    first = len(words_of(parts[0]))
    last = first + len(words_of(parts[1]))
    words = [
        (text, first <= at < last, round(starts_s + start_s, 3), round(starts_s + end_s, 3))
        for at, (text, (start_s, end_s)) in enumerate(
            zip(words_of(answer), said.bounds, strict=True)
        )
    ]
    return to_channels(sides, LINE, noise), {"words": words}


def _placed(audio: Samples, start_s: float, length: int) -> Samples:
    line = levelled(to_telephone(audio, VOICE_HZ))
    at = int(start_s * RATE_HZ)
    side = np.zeros(length, dtype=np.float32)
    side[at : at + len(line)] = line[: length - at]
    return side


def speak_all(folder: Path, models: Path) -> Iterator[str]:
    """Speak what is missing; the ids, as they are finished."""
    speaker = Speaker(models, folder / "phrases")
    for line in (folder / "dialogues.jsonl").read_text(encoding="utf-8").splitlines():
        dialogue = json.loads(line)
        done = folder / f"{dialogue['dialogue_id']}.json"
        if not done.exists():
            channels, truth = speak(dialogue, speaker)
            write_audio(done.with_suffix(".flac"), channels, "flac")
            done.write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")
        yield dialogue["dialogue_id"]


def main() -> int:
    """Speak the dialogues of a folder, a line of progress each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", type=Path, required=True)
    options = parser.parse_args()
    for number, dialogue_id in enumerate(speak_all(options.folder, options.models), start=1):
        print(f"spoken {number}: {dialogue_id}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
