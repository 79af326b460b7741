"""A night under Prefect in a process of its own, with what one processor heard of its calls.

    python -m tests.scale.nights.dask_night HOME SOURCE [FATAL_CALL | --recognise]

Home and source are folders or URLs.

Settings are those of the environment: with CALLQA_DASK its workers evaluate, without it processes
of this machine. Prints a line after each call, and at last what the night came to.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from flows.deployments.embedded_server import prepare_prefect
from flows.night.night import Night
from flows.operation.one_run import one_run
from flows.settings.centre import Settings
from tests.night.recognitions.recorded import RecordedFactory
from tests.scale.nights.fatal import FatalFactory

_RECOGNISE = "--recognise"


def main(home: Path, source: Path, option: str | None) -> None:
    """Run a night, and print what it did.

    Args:
        home: Home folder.
        source: The recordings.
        option: The call on which its worker dies, or `--recognise` to hear the calls anew; without
            it, what one processor heard of them.
    """
    settings = Settings.with_overrides(home=home, source=source)
    prepare_prefect(settings.home)
    from prefect import flow  # noqa: PLC0415  reads its settings on import

    from flows.deployments.tasks import evaluate  # noqa: PLC0415  imports Prefect

    listener = None
    if option != _RECOGNISE:
        listener = FatalFactory("generic", option) if option else RecordedFactory("generic")

    @flow
    def recorded_night() -> dict[str, float]:
        night = Night(settings, listener=listener)
        night.take_in()
        began_s = time.monotonic()
        evaluate(settings, night, lambda: print("done", flush=True))
        evaluated_s = time.monotonic() - began_s
        run = night.publish().run
        return {
            "evaluated_s": evaluated_s,
            "cpu_s": time.process_time(),
            "evaluated": run.evaluated_count,
            "quarantined": len(run.quarantined),
        }

    with one_run(settings.home):
        done = recorded_night()
    print(json.dumps(done))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if sys.argv[3:] else None)
