"""A whole run over the night of calls in this process, with what one processor heard of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows.night import Night
from flows.settings import Settings
from tests.night.recognitions.recorded import RecordedFactory

if TYPE_CHECKING:
    from flows.summary import RunSummary

CALLS = Path(__file__).parents[1] / "calls"


def run_night(home: Path, rendering: str, source: Path = CALLS) -> RunSummary:
    """Take in, evaluate in a worker process and publish: a run without Prefect and listening."""
    return evaluate_night(home, rendering, source).publish()


def evaluate_night(home: Path, rendering: str, source: Path = CALLS) -> Night:
    """Take in and evaluate in a worker process: such a run up to its results in the lake."""
    settings = Settings.with_overrides(source=source, home=home, workers=1)
    night = Night(settings, listener=RecordedFactory(rendering))
    night.take_in()
    with night.workers() as workers:
        for batch in night.batches():
            night.evaluate(batch, workers, lambda: None)
    return night


if __name__ == "__main__":
    run_night(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
