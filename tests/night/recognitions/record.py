"""Listen to the night under several instruction sets and keep what each heard.

    .venv/bin/python -m tests.night.recognitions.record [--again] [generic] [avx2] [avx512]

With `--again` only the second recognitions are made, of the turns that are recorded already.
Each rendering is made in a process of its own, since CTranslate2 chooses its instructions once. To
be run again when the night's audio, the speech model or the way of listening changes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from flows.settings.centre import Settings
from flows.sources.folder import take_in
from flows.workers.listener import listener_of
from models.transcript import Transcript
from tests.night.recognitions.recorded import (
    FOLDER,
    RENDERINGS,
    Recognition,
    again_file,
    again_line_of,
    line_of,
    recognitions,
)

if TYPE_CHECKING:
    from models.speech.listener import Listener

CALLS = Path(__file__).parents[1] / "calls"
ISA = "CT2_FORCE_CPU_ISA"


def record(rendering: str) -> None:
    """Listen to all calls with the listener of `callqa demo`, in this process."""
    pairs = take_in(CALLS, {}).ready
    lines = []
    listener = _listener()
    for (_, recording), heard in zip(pairs, listener.listen_many(pairs), strict=True):
        assert isinstance(heard, Transcript), heard
        lines.append(line_of(Recognition(recording.audio_sha256, heard)))
    (FOLDER / f"{rendering}.jsonl").write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")


def record_again(rendering: str) -> None:
    """Listen to every turn of the recorded calls a second time, in this process."""
    lines = []
    listener = _listener()
    for _, recording in take_in(CALLS, {}).ready:
        heard = recognitions(rendering)[recording.path.stem].transcript
        turns = range(len(heard.turns))
        again = listener.listen_again(recording, heard, frozenset(turns))
        lines.append(again_line_of(heard.call_id, [again[turn] for turn in turns]))
    again_file(rendering).write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")


def _listener() -> Listener:
    return listener_of(Settings.with_overrides())()


def main(renderings: list[str], steps: tuple[str, ...]) -> int:
    """Make these renderings; the number of those that this processor cannot make."""
    failed = 0
    for step, rendering in product(steps, renderings):
        done = subprocess.run(  # noqa: S603  our own module
            [sys.executable, "-m", "tests.night.recognitions.record", step, rendering],
            env={**os.environ, ISA: rendering.upper()},
            check=False,
        )
        failed += done.returncode != 0
        print(f"{rendering} {step}: {'failed' if done.returncode else 'recorded'}")
    return failed


if __name__ == "__main__":
    chosen = sys.argv[1:]
    if chosen[:1] == ["--here"]:
        record(chosen[1])
    elif chosen[:1] == ["--again-here"]:
        record_again(chosen[1])
    elif chosen[:1] == ["--again"]:
        sys.exit(main(chosen[1:] or list(RENDERINGS), ("--again-here",)))
    else:
        sys.exit(main(chosen or list(RENDERINGS), ("--here", "--again-here")))
