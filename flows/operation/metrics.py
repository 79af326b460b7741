"""OpenMetrics of a home folder, for the textfile collector of Prometheus' node_exporter."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flows.operation.journal import EXIT_STATUS
from flows.operation.run_log import LOG
from flows.operation.status import read_status
from models.call import QuarantineReason
from warehouse.files import replace_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flows.operation.status import Status
    from flows.settings.centre import Settings


class _Metric(NamedTuple):
    """A gauge: its name without `callqa_`, its meaning, and a value by label set."""

    name: str
    help: str
    values: Mapping[str, float]


def write_metrics(settings: Settings) -> None:
    """Write `metrics.prom` into the home folder; a failure is logged and ends no run."""
    try:
        text = metrics_text(read_status(settings))
        replace_atomically(settings.home / "metrics.prom", text.encode())
    except Exception as error:  # noqa: BLE001  figures about a run must not cost the run
        LOG.error("metrics=failed error=%s", type(error).__name__)


def metrics_text(status: Status) -> str:
    """The state as OpenMetrics text; label values are codes, never names."""
    lines = []
    for metric in _metrics(status):
        if not metric.values:
            continue  # unknown is not 0
        name = f"callqa_{metric.name}"
        lines += [f"# HELP {name} {metric.help}", f"# TYPE {name} gauge"]
        lines += [f"{name}{labels} {value:.15g}" for labels, value in metric.values.items()]
    return "\n".join([*lines, "# EOF", ""])


def _metrics(status: Status) -> Iterator[_Metric]:
    last = status.last
    if last is not None:
        exit_status = EXIT_STATUS.get(last.ending, 1)
        yield _one("last_run_exit_status", "Exit status: 0, 1 or 3.", exit_status)
        yield _one("last_run_start_timestamp_seconds", "Begin.", last.began_at.timestamp())
        if last.ended_at:
            took_s = (last.ended_at - last.began_at).total_seconds()
            yield _one("last_run_duration_seconds", "Intake to delivery.", took_s)
    if status.last_success_at:
        yield _one(
            "last_success_timestamp_seconds",
            "End of the last run that published.",
            status.last_success_at.timestamp(),
        )
    if status.sources:
        run = status.sources[-1]
        counts = {
            "seen": run.seen_count,
            "evaluated": run.evaluated_count,
            "unchanged": run.unchanged_count,
            "pending": run.pending_count,
            "quarantined": len(run.quarantined),
            "judged_again": run.judged_again_count,
        }
        values = {f'{{state="{state}"}}': count for state, count in counts.items()}
        yield _Metric("last_run_items", "Items of the last published run.", values)
    yield _one("pending_items", "Items that wait, of all sources.", status.pending_count)
    yield _one("outdated_calls", "Calls heard by another model.", status.outdated_count)
    reasons = status.quarantined
    yield _Metric(
        "quarantined_items",
        "Items in quarantine, of all sources.",
        {f'{{reason="{reason}"}}': reasons[reason] for reason in QuarantineReason},
    )
    owed = {f'{{channel="{channel}"}}': count for channel, count in status.owed.items()}
    yield _Metric("owed_lists", "Lists that were not sent yet.", owed)
    yield _one("free_bytes", "Free space on the disk of the home folder.", status.free_bytes)


def _one(name: str, meaning: str, value: float) -> _Metric:
    return _Metric(name, meaning, {"": value})
