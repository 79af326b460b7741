"""What runs and commands enter in the audit trail about themselves."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

from flows.governance.audit import Act, Outcome, hash_of, newest_with, record
from flows.governance.erasure.handed_out import note_handed_out
from flows.sources.review_inbox import take_in_reviews
from warehouse.files import sha256_of
from warehouse.reports.sites import published_as_restricted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from flows.deliver.delivering import Delivery
    from flows.settings.centre import Settings
    from warehouse.lake.lake import Lake
    from warehouse.lake.records import RunRecord
    from warehouse.lake.upload_store import Recorded, UploadStore


def run_begun(home: Path, flow: str) -> None:
    """A flow begins."""
    record(home, Act.RUN_BEGUN, what=flow)


def run_failed(home: Path, flow: str, error: BaseException) -> None:
    """A flow ended with an error, or was interrupted."""
    why = [type(error).__name__.lower()]
    with suppress(OSError):  # it would hide what has happened
        record(home, Act.RUN_ENDED, what=flow, outcome=Outcome.FAILED, why=why)


def run_ended(home: Path, flow: str, run: RunRecord | None, causes: Sequence[str]) -> None:
    """A flow ended; other rules than those of the run before are an entry of their own.

    Args:
        home: The home folder.
        flow: Name of the flow.
        run: The run in the warehouse; None if nothing was published.
        causes: Codes of what needs attention.
    """
    outcome = Outcome.PARTLY if causes else Outcome.DONE
    if run is None:
        record(home, Act.RUN_ENDED, what=flow, outcome=outcome, why=causes)
        return
    earlier = newest_with(home, Act.RUN_ENDED, "rules")
    if earlier and earlier != run.rules_sha256:
        record(
            home,
            Act.RULES_CHANGED,
            run=run.run_id,
            rules=run.rules_sha256,
            rules_before=earlier,
        )
    counts = {
        "seen": run.seen_count,
        "evaluated": run.evaluated_count,
        "unchanged": run.unchanged_count,
        "judged_again": run.judged_again_count,
        "quarantined": len(run.quarantined),
        "pending": run.pending_count,
    }
    record(
        home,
        Act.RUN_ENDED,
        what=flow,
        outcome=outcome,
        why=causes,
        run=run.run_id,
        rules=run.rules_sha256,
        counts=counts,
    )


def uploaded(home: Path, kind: str, file: Path, kept: Recorded) -> None:
    """Reviews, overrides or other rows of a file were taken in."""
    counts = {"new": kept.new, "changed": kept.changed, "same": kept.same}
    record(home, Act.RECORDED, what=kind, files=[sha256_of(file)], counts=counts)


def reviews_taken_in(settings: Settings, uploads: UploadStore) -> list[str]:
    """Take in the files of the review inboxes, with an entry each; returns the errors in them."""

    def told(kind: str, file: Path, kept: Recorded) -> None:
        uploaded(settings.home, kind, file, kept)

    return take_in_reviews(settings.home, settings.warehouse, uploads, told)


def delivered(home: Path, deliveries: Iterable[Delivery]) -> None:
    """Lists or alerts were sent, or could not be: an entry per channel, kind and outcome."""
    by_outcome: dict[tuple[str, str, str], list[Delivery]] = defaultdict(list)
    for one in deliveries:
        if one.state in {"sent", "failed"}:
            by_outcome[one.channel, one.kind, one.state].append(one)
    for (channel, kind, state), some in sorted(by_outcome.items()):
        record(
            home,
            Act.DELIVERED,
            what=f"{kind}:{channel}",
            outcome=Outcome.DONE if state == "sent" else Outcome.FAILED,
            supervisors=sorted({one.supervisor_id for one in some}),
            places=sorted({hash_of(home, one.target) for one in some}),
            counts={state: len(some)},
        )


def access_changed(settings: Settings, lake: Lake) -> None:
    """Calls become restricted, or open again, with the publication that follows.

    Whoever reads the trail need not be one of those who may know of the calls: it has hashes.
    """
    shown = published_as_restricted(settings.site)
    now = {one.call_id for one in lake.index.restricted()}
    for what, calls in (("restricted", now - shown), ("open", shown - now)):
        if calls:
            hashes = sorted(hash_of(settings.home, call_id) for call_id in calls)
            record(settings.home, Act.RESTRICTED, what=what, places=hashes)


def handed_out(home: Path, act: Act, out: Path, what: str, **facts: object) -> None:
    """A file was written that leaves the home folder; it is removed if that cannot be recorded."""
    place = hash_of(home, str(out.resolve()))
    try:
        note_handed_out(home, act, out)
        record(home, act, what=what, places=[place], files=[sha256_of(out)], **facts)
    except OSError:  # such as a reader of the home, who cannot write it
        out.unlink()
        raise
