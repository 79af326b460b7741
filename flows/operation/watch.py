"""What goes with every run: the lock, the journal, the log file and the metrics."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flows.governance.access import close
from flows.governance.acts import run_begun, run_ended, run_failed
from flows.operation.interruption import Kept, say_stopped
from flows.operation.journal import Ending, Journal
from flows.operation.metrics import write_metrics
from flows.operation.one_run import one_run
from flows.operation.progress import progress_file
from flows.operation.run_log import LOG, run_log, where_failed
from flows.settings.process import AccessSettings, Kind, begin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.settings.centre import Settings
    from flows.summary import RunSummary


class Watch:
    """Takes the summary of a run, or codes of what needs attention, for the note of its end."""

    def __init__(self) -> None:
        self.summary: RunSummary | None = None
        self.causes: list[str] = []

    def ended(self, summary: RunSummary) -> RunSummary:
        """Take the summary, and return it."""
        self.summary = summary
        return summary


@contextmanager
def watched_run(settings: Settings, kind: str) -> Iterator[Watch]:
    """Hold the lock of the home folder, and note begin and end of the run, however it ends.

    Args:
        settings: Settings of the centre.
        kind: Name of the flow.

    Raises:
        FlowsError: Another run uses the home folder.
    """
    begin(Kind.DEPLOYMENT)  # a command has begun
    watch = Watch()
    with one_run(settings.home), run_log(settings.home):
        close(settings.home, AccessSettings.read().group_id)
        progress_file(settings.home).unlink(missing_ok=True)  # of a run that was killed
        journal, kept = Journal(settings.home), None
        attempt = journal.begin(kind)
        run_begun(settings.home, kind)
        LOG.info("begin=%s number=%d", kind, attempt.number)
        try:
            kept = Kept(settings)
            yield watch
        except BaseException as error:
            is_failure = isinstance(error, Exception)
            ending = Ending.FAILED if is_failure else Ending.INTERRUPTED
            journal.end(attempt, ending, None, [type(error).__name__])
            run_failed(settings.home, kind, error)
            LOG.error("end=%s error=%s", ending, where_failed(error))
            if not is_failure and kept:
                say_stopped(kept.text)
            raise
        else:
            causes = _log_summary(watch.summary) if watch.summary else watch.causes
            ending = Ending.ATTENTION if causes else Ending.DONE
            run = watch.summary.run if watch.summary else None
            journal.end(attempt, ending, run.run_id if run else None, causes)
            run_ended(settings.home, kind, run, causes)
            LOG.info("end=%s", ending)
        finally:
            write_metrics(settings)


def _log_summary(summary: RunSummary) -> list[str]:
    """Log what became of every item; returns the codes of what needs attention."""
    run = summary.run
    LOG.info(
        "seen=%d evaluated=%d unchanged=%d quarantined=%d pending=%d judged_again=%d outdated=%d",
        run.seen_count,
        run.evaluated_count,
        run.unchanged_count,
        len(run.quarantined),
        run.pending_count,
        run.judged_again_count,
        run.outdated_count,
        extra={"run_id": run.run_id},
    )
    for reason, count in sorted(Counter(item.reason for item in run.quarantined).items()):
        LOG.warning("quarantined=%s count=%d", reason, count)
    for (channel, state), count in sorted(
        Counter((one.channel, one.state) for one in summary.deliveries).items()
    ):
        LOG.info('channel=%s lists="%s" count=%d', channel, state, count)
    for concern in summary.concern_records:
        LOG.warning("attention=%s count=%d", concern.code, concern.count)
    return [concern.code for concern in summary.concern_records]
