"""The folder of a process: private, and gone with the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows.settings.centre import CHECKOUT
from flows.stores.own_folder import own_folder

if TYPE_CHECKING:
    import pytest

_HOLDER = """
import time
from flows.stores.own_folder import own_folder
with own_folder() as folder:
    (folder / "call.wav").write_bytes(b"RIFF")
    print(folder, flush=True)
    time.sleep(60)
"""


def test_the_folder_of_a_killed_process_is_removed_and_that_of_another_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever needs a folder next looks."""
    monkeypatch.setenv("CALLQA_CACHE", str(tmp_path))
    line = [sys.executable, "-c", _HOLDER]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen(line, stdout=subprocess.PIPE, env=environment, text=True) as holder:  # noqa: S603
        assert holder.stdout is not None
        theirs = Path(holder.stdout.readline().strip())
        with own_folder() as ours:
            assert ours.stat().st_mode & 0o077 == 0
            assert (theirs / "call.wav").exists()
        assert not ours.exists()
        holder.send_signal(signal.SIGKILL)
    assert (theirs / "call.wav").exists()
    with own_folder():
        assert not theirs.exists()
