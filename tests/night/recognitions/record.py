"""Listen to the night under several instruction sets and keep what each heard.

    .venv/bin/python -m tests.night.recognitions.record [generic] [avx2] [avx512]

Each rendering is made in a process of its own, since CTranslate2 chooses its instructions once. To
be run again when the night's audio, the speech model or the way of listening changes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from flows.cli.app import DEMO_HOTWORDS
from flows.settings import Settings
from flows.sources.folder import take_in
from flows.workers.listener import listener_of
from models.transcript import Transcript
from tests.night.recognitions.recorded import FOLDER, RENDERINGS, Recognition, line_of

CALLS = Path(__file__).parents[1] / "calls"
ISA = "CT2_FORCE_CPU_ISA"


def record(rendering: str) -> None:
    """Listen to all calls with the listener of `callqa demo`, in this process."""
    pairs = take_in(CALLS, {}).ready
    settings = Settings.with_overrides(hotwords=DEMO_HOTWORDS)
    lines = []
    listener = listener_of(settings)()
    for (_, recording), heard in zip(pairs, listener.listen_many(pairs), strict=True):
        assert isinstance(heard, Transcript), heard
        lines.append(line_of(Recognition(recording.audio_sha256, heard)))
    (FOLDER / f"{rendering}.jsonl").write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")


def main(renderings: list[str]) -> int:
    """Make these renderings; the number of those that this processor cannot make."""
    failed = 0
    for rendering in renderings:
        done = subprocess.run(  # noqa: S603  our own module
            [sys.executable, "-m", "tests.night.recognitions.record", "--here", rendering],
            env={**os.environ, ISA: rendering.upper()},
            check=False,
        )
        failed += done.returncode != 0
        print(f"{rendering}: {'failed' if done.returncode else 'recorded'}")
    return failed


if __name__ == "__main__":
    chosen = sys.argv[1:]
    if chosen[:1] == ["--here"]:
        record(chosen[1])
    else:
        sys.exit(main(chosen or list(RENDERINGS)))
