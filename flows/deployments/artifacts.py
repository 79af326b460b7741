"""What Prefect shows of a run: progress, counts by reason, links. No names, no content of calls."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from flows.operation.progress import call_progress
from warehouse.reports.site.layout import link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from flows.settings.centre import Settings
    from flows.summary import RunSummary

_STEPS = 20
"""Each update is a request, and a night has thousands of calls."""


@contextmanager
def progress(settings: Settings, step: str, total: int) -> Iterator[Callable[[], None]]:
    """Show the progress of a step over `total` calls also to Prefect.

    Yields:
        A function to call after each call.
    """
    artifact = cast("UUID", create_progress_artifact(0.0, key="progress", description=step))
    done = 0
    with call_progress(settings.home, step, total) as told:

        def advance() -> None:
            nonlocal done
            before, done = done, done + 1
            told()
            if done * _STEPS // total > before * _STEPS // total:
                update_progress_artifact(artifact, 100.0 * done / total)

        yield advance


def show_summary(settings: Settings, summary: RunSummary) -> None:
    """Create the artifacts of a finished run."""
    create_markdown_artifact(summary.to_markdown(), key="summary")
    create_table_artifact(_counts(summary), key="items", description="Items by what became of them")
    if settings.pages_url:
        root = settings.pages_url.rstrip("/")
        pages = {"overview": summary.overview, "lists": summary.lists / "index.html"}
        for name, page in pages.items():
            url = f"{root}/{link(page, settings.site.index)}"
            create_link_artifact(url, link_text=name, key=name)


def _counts(summary: RunSummary) -> list[dict[str, object]]:
    run = summary.run
    reasons = Counter(item.reason.value for item in run.quarantined)
    rows = [
        ("evaluated", "new or changed", run.evaluated_count),
        ("evaluated", "unchanged", run.unchanged_count),
        *(("quarantined", reason, count) for reason, count in sorted(reasons.items())),
        ("pending", "", run.pending_count),
    ]
    return [{"outcome": name, "reason": reason, "items": count} for name, reason, count in rows]
