"""Ctrl-C and SIGTERM end a run in whatever it does, and it says what is kept."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.operation.journal import Ending, Journal
from tests.chaos.one_night import STRUCK
from tests.night.recognitions.recorded_night import CALLS

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).parents[3]
_LIMIT_S = 300
_STATUS = 130
_MUCH_LESS_THAN_A_STEP_S = 60

CALLQA = """
import sys, time
from pathlib import Path
import flows.night.night, warehouse.reports.sites
from tests.chaos.one_night import RENDERING, StruckFactory

flows.night.night.listener_of = lambda settings: StruckFactory(RENDERING)
if marker := sys.argv.pop(1):
    def publish(*_, **__):
        Path(marker).touch()
        time.sleep(600)
    assert hasattr(warehouse.reports.sites, "publish")
    warehouse.reports.sites.publish = publish

from flows.cli.app import main
if __name__ == "__main__":
    main()
"""
"""`callqa` with recorded recognitions; with a marker, publishing creates it and takes long."""


@pytest.fixture
def silent_receiver() -> Iterator[socket.socket]:
    """A webhook that takes requests and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.mark.parametrize(
    ("step", "number", "said"),
    [
        ("evaluating", signal.SIGTERM, "not published yet: 1 calls"),
        ("publishing", signal.SIGTERM, "not published yet: 2 calls"),
        ("delivering", signal.SIGINT, "everything that is stored is published"),
    ],
)
def test_a_run_ends_at_once_and_says_what_is_kept(
    tmp_path: Path,
    silent_receiver: socket.socket,
    step: str,
    number: signal.Signals,
    said: str,
) -> None:
    """One line says what is stored and what to do; the journal notes it, and no child is left."""
    home, deadline_s = tmp_path / "home", time.monotonic() + _LIMIT_S
    with _started(step, tmp_path, silent_receiver) as run:
        while not _is_reached(step, tmp_path, silent_receiver):
            assert run.poll() is None, run.communicate()[0]
            assert time.monotonic() < deadline_s
            time.sleep(0.1)
        children = _descendants(run.pid)
        run.send_signal(number)
        printed, _ = run.communicate(timeout=_MUCH_LESS_THAN_A_STEP_S)
    assert run.returncode == _STATUS
    assert said in printed
    assert "Run it again" in printed
    assert "Traceback" not in printed
    assert Journal(home).attempts(is_running=False)[-1].ending is Ending.INTERRUPTED
    assert len(children) > 1
    while any(Path(f"/proc/{child}/exe").exists() for child in children):
        assert time.monotonic() < deadline_s + _LIMIT_S
        time.sleep(0.1)


def _started(step: str, folder: Path, receiver: socket.socket) -> subprocess.Popen[str]:
    """A run over two calls that will stay in a step."""
    source, script = folder / "calls", folder / "callqa.py"
    source.mkdir()
    for path in (*CALLS.glob("lt-0001.*"), *CALLS.glob("lt-0004.*")):
        shutil.copy(path, source)
    script.write_text(CALLQA)
    marker = str(folder / "publishing") if step == "publishing" else ""
    environment = {
        "PYTHONPATH": str(CHECKOUT),
        "CALLQA_HOME": str(folder / "home"),
        "CALLQA_WORKERS": "1",
        "CALLQA_BATCH_SIZE": "1",
        "CALLQA_WEBHOOK_URL": f"http://127.0.0.1:{receiver.getsockname()[1]}/lists",
        "CALLQA_WEBHOOK_SECRET": "x" * 32,
        STRUCK: "lt-0004:hang" if step == "evaluating" else ":",
    }
    return subprocess.Popen(  # noqa: S603  our own code
        [sys.executable, str(script), marker, "run", str(source)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _is_reached(step: str, folder: Path, receiver: socket.socket) -> bool:
    """Whether a run has come to a step."""
    if step == "evaluating":
        return any((folder / "home" / "lake" / "manifest").glob("*"))
    if step == "publishing":
        return (folder / "publishing").exists()
    receiver.settimeout(0.1)
    try:
        receiver.accept()[0].detach()  # stays open, so that the run waits for an answer
    except TimeoutError:
        return False
    return True


def _descendants(process: int) -> list[int]:
    """The ids of the children of a process, of theirs, and so on."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    return children + [one for child in children for one in _descendants(child)]
