"""A whole run over the night of calls in this process, with what one processor heard of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flows.night.night import Night
from flows.settings.centre import Settings
from flows.workers import pool
from qa_rules.rule_files.rulebook import load_rulebook
from tests.night.recognitions.recorded import RecordedFactory, RecordedListener

if TYPE_CHECKING:
    from flows.summary import RunSummary
    from flows.workers.pool import Workers

CALLS = Path(__file__).parents[1] / "calls"


def run_night(home: Path, rendering: str, source: Path = CALLS) -> RunSummary:
    """Take in, evaluate and publish: a run without Prefect, listening and worker processes."""
    return evaluate_night(home, rendering, source).publish()


def evaluate_night(home: Path, rendering: str, source: Path = CALLS) -> Night:
    """Take in and evaluate: such a run up to its results in the lake."""
    settings = Settings.with_overrides(source=source, home=home, workers=1)
    night = Night(settings, listener=RecordedFactory(rendering))
    night.take_in()
    workers = workers_here(settings, rendering)
    for batch in night.batches():
        night.evaluate(batch, workers, lambda: None)
    return night


def workers_here(settings: Settings, rendering: str) -> Workers:
    """What a worker process does, in this one, where models and rules are loaded once for all."""
    rulebook, listener = load_rulebook(settings.rules), RecordedListener(rendering)
    return cast("Workers", pool._Worker(listener, rulebook, settings.audio, settings.prove))


if __name__ == "__main__":
    run_night(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
