"""Worker processes: no call is lost, whatever happens to a file or to a process."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from flows.settings.centre import CHECKOUT
from flows.sources.folder import take_in
from flows.workers.pool import Workers
from models.call import Quarantined, QuarantineReason
from qa_rules.results import CallResult
from tests.night.recognitions.recorded import RecordedFactory
from warehouse.audio_folder import AudioFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CALLS = CHECKOUT / "tests" / "night" / "calls"
SHORT = ("lt-0010", "lt-0016", "lt-0023")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with the night's three shortest calls."""
    for stem in SHORT:
        for path in CALLS.glob(f"{stem}.*"):
            shutil.copy(path, tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """One process with the real rules, and words that were recorded."""
    audio = AudioFolder(tmp_path_factory.mktemp("audio"), "Europe/Rome")
    with Workers(RecordedFactory("generic"), CHECKOUT / "qa_rules", audio, 1) as started:
        yield started


def test_a_recording_that_vanishes_is_quarantined(source: Path, workers: Workers) -> None:
    """A file that cannot be read any more is set aside; the calls beside it are evaluated."""
    pairs = take_in(source, {}).ready
    pairs[0][1].path.unlink()
    outcomes = list(workers.evaluate(pairs))
    (lost,) = [outcome for outcome in outcomes if isinstance(outcome, Quarantined)]
    assert lost.call_id == pairs[0][0].call_id
    assert lost.reason is QuarantineReason.RECOGNITION_FAILED
    assert sum(isinstance(outcome, CallResult) for outcome in outcomes) == len(SHORT) - 1


def test_a_killed_process_loses_no_call(source: Path, workers: Workers) -> None:
    """Calls that shared a process with one that died are evaluated again."""
    pairs = take_in(source, {}).ready
    killer = threading.Thread(target=_kill_first_process, args=(workers,))
    killer.start()
    outcomes = list(workers.evaluate(pairs))
    killer.join()
    results = [outcome for outcome in outcomes if isinstance(outcome, CallResult)]
    assert sorted(result.call.call_id for result in results) == list(SHORT), outcomes


def test_processes_multiply_matrices_with_one_thread(workers: Workers) -> None:
    """Where a process runs on every core, more threads only wait for each other."""
    assert workers._pool.submit(os.getenv, "OPENBLAS_NUM_THREADS").result() == "1"


def _kill_first_process(workers: Workers) -> None:
    while not workers._pool._processes:
        time.sleep(0.01)
    os.kill(next(iter(workers._pool._processes)), signal.SIGKILL)
