"""`callqa status` and `callqa runs`: what the nights did, and what needs attention."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.options import AsJson, Home
from flows.cli.terminal import table_console
from flows.operation.journal import EXIT_STATUS, Ending
from flows.settings.centre import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.operation.journal import Attempt
    from flows.operation.status import Status
    from warehouse.lake.records import RunRecord

_SOURCES_SHOWN = 7
_COUNTS = ("seen", "evaluated", "unchanged", "quarantined", "pending")
_ENDING_STYLES = {"done": "green", "attention": "yellow", "running": "cyan"}


def status(
    home: Home = None,
    max_age: Annotated[
        float, typer.Option(min=0, metavar="HOURS", help="Oldest publication that is in order.")
    ] = 26,
    *,
    as_json: AsJson = False,
) -> None:
    """Say what the last runs did, what waits, and whether a run is in progress.

    Made for the morning and for monitoring; it changes nothing and may be called at any time. Exit
    status: 0 all is well; 1 the last run failed, was killed, or is older than --max-age; 3
    published, but something is pending, not sent or suspicious. Each cause is one line.

    - `callqa status`

    - `callqa status --max-age 80`: for a centre that is closed at weekends

    - `callqa status --json | jq .failures`: for scripts
    """
    from flows.operation.status import read_status  # noqa: PLC0415  keeps --help fast

    found = read_status(Settings.with_overrides(home=home))
    failures = found.failures(timedelta(hours=max_age))
    ending = Ending.FAILED if failures else Ending.ATTENTION if found.concerns else Ending.DONE
    exit_status = EXIT_STATUS.get(ending, 1)
    if as_json:
        fields = _status_fields(found) | {
            "failures": failures,
            "concerns": found.concerns,
            "exit_status": exit_status,
        }
        print(json.dumps(fields, default=_as_json, indent=2))  # noqa: T201  for other programs
    else:
        _show_status(found, failures, table_console())
    raise typer.Exit(exit_status)


def runs(
    home: Home = None,
    last: Annotated[int, typer.Option(min=1, help="Number of runs.")] = 20,
    *,
    as_json: AsJson = False,
) -> None:
    """List the last runs, also those that failed or were killed: begin, length, counts, ending.

    - `callqa runs --last 60`

    - `callqa runs --json | jq '.[] | select(.ending != "done")'`
    """
    from flows.operation.status import read_status  # noqa: PLC0415  keeps --help fast

    found = read_status(Settings.with_overrides(home=home))
    rows = [_run_fields(attempt, found) for attempt in found.attempts[-last:]]
    if as_json:
        print(json.dumps(rows, default=_as_json, indent=2))  # noqa: T201  for other programs
        return
    if not rows:
        Console().print("No run has begun yet: callqa run, or callqa doctor first.")
        return
    names = ("began (UTC)", "run", "length", "seen", "new", "quarantined", "pending", "ended")
    table = Table(*names, box=None, padding=(0, 2, 0, 0))
    for row in rows:
        table.add_row(*_cells(row))
    table_console().print(table)


def _as_json(value: object) -> str:
    """Times as ISO 8601; there is nothing else that JSON does not know."""
    assert isinstance(value, datetime)
    return value.isoformat(timespec="seconds")


def _cells(row: dict[str, Any]) -> list[Text]:
    from flows.operation.progress import length  # noqa: PLC0415

    ending = f"{row['ending']}: {', '.join(row['causes'])}" if row["causes"] else row["ending"]
    counts = (row[name] for name in ("seen", "evaluated", "quarantined", "pending"))
    return [
        Text(f"{row['began_at']:%Y-%m-%d %H:%M}"),
        Text(row["kind"]),
        Text("" if row["duration_s"] is None else length(row["duration_s"])),
        *(Text("" if count is None else str(count), justify="right") for count in counts),
        Text(ending, _ENDING_STYLES.get(row["ending"], "bold red")),
    ]


def _run_fields(attempt: "Attempt", found: "Status") -> dict[str, Any]:
    run = found.runs_by_id.get(attempt.run_id or "")
    end = found.now if attempt.ending == "running" else attempt.ended_at
    return {
        **asdict(attempt),
        "duration_s": (end - attempt.began_at).total_seconds() if end else None,
        "source": run.source if run else None,
        **(_counts(run) if run else dict.fromkeys(_COUNTS)),
    }


def _counts(run: "RunRecord") -> dict[str, int]:
    counts = (run.seen_count, run.evaluated_count, run.unchanged_count)
    return dict(zip(_COUNTS, (*counts, len(run.quarantined), run.pending_count), strict=True))


def _status_fields(found: "Status") -> dict[str, Any]:
    return {
        "now": found.now,
        "last_run": asdict(found.last) if found.last else None,
        "last_success_at": found.last_success_at,
        "running": asdict(found.running) if found.running else None,
        "sources": [
            {
                "source": run.source,
                "run_id": run.run_id,
                "finished_at": run.finished_at,
                **_counts(run),
            }
            for run in found.sources
        ],
        "pending": found.pending_count,
        "outdated": found.outdated_count,
        "quarantined": found.quarantined,
        "owed_lists": found.owed,
        "free_bytes": found.free_bytes,
        "snapshot": found.snapshot,
        "snapshot_age_s": found.snapshot_age_s,
    }


def _show_status(found: "Status", failures: list[str], console: Console) -> None:
    from flows.operation.progress import length  # noqa: PLC0415

    if found.sources:
        console.print(_sources(found.sources[-_SOURCES_SHOWN:]))
        if len(found.sources) > _SOURCES_SHOWN:
            console.print(f"and {len(found.sources) - _SOURCES_SHOWN} earlier sources")
        console.print()
    reasons = ", ".join(f"{count} {reason}" for reason, count in found.quarantined.most_common())
    owed = ", ".join(f"{count} by {channel}" for channel, count in found.owed.items())
    age = "" if found.snapshot_age_s is None else f", {length(found.snapshot_age_s)} old"
    lines = {
        "in progress": _progress(found),
        "pending": str(found.pending_count),
        "quarantined": reasons or "0",
        "outdated": f"{found.outdated_count} calls heard by another model or masked by other rules",
        "lists to send": owed or "no channel is configured",
        "warehouse": f"{found.snapshot or 'not published yet'}{age}",
        "disk": f"{found.free_bytes / 1e9:.0f} GB free",
    }
    for name, text in lines.items():
        console.print(Text(f"{name:>13}: {text}"), soft_wrap=True)
    for kind, style, texts in (
        ("error", "bold red", failures),
        ("attention", "bold yellow", found.concerns),
    ):
        for text in texts:
            console.print(Text.assemble((f"{kind}: ", style), text), soft_wrap=True)


def _sources(runs_of_sources: "Sequence[RunRecord]") -> Table:
    names = ("source", "last run ended (UTC)", "seen", "evaluated", "quarantined", "pending")
    table = Table(*names, box=None, padding=(0, 2, 0, 0))
    for run in runs_of_sources:
        counts = (
            run.seen_count,
            run.evaluated_count + run.unchanged_count,
            len(run.quarantined),
            run.pending_count,
        )
        ended = f"{run.finished_at.astimezone(UTC):%Y-%m-%d %H:%M}"
        table.add_row(Text(run.source), ended, *map(str, counts))
    return table


def _progress(found: "Status") -> str:
    from flows.operation.progress import length  # noqa: PLC0415

    running = found.running
    if running is None:
        return "no run"
    told = [running.holder]
    if running.age_s is not None:
        told.append(f"for {length(running.age_s)}")
    if step := running.progress:
        written_at = datetime.fromisoformat(step["at"])
        ago = length((found.now - written_at).total_seconds())
        told.append(f"{step['step']} {step['done']} of {step['total']} calls, as of {ago} ago")
    return ", ".join(told)
