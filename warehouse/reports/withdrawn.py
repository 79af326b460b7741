"""What older pages and lists told of calls that a folder must not show any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.audio_folder import DIGEST_CHARACTERS, call_file_stem

if TYPE_CHECKING:
    from collections.abc import Collection

    from warehouse.lake.lake import Lake
    from warehouse.reports.site.layout import Site
    from warehouse.reports.site.period import Period
    from warehouse.snapshot.connection import Connection


def runs_of(connection: Connection, lake: Lake, call_ids: Collection[str]) -> set[str]:
    """The runs whose lists have, or would have, any of these calls."""
    commits = lake.index.commits_of(call_ids)
    runs = connection.execute("select run_id, first_commit_no, last_commit_no from meta.run")
    return {
        run_id
        for run_id, first, last in runs.fetchall()
        if any(first <= number <= last for number in commits)
    }


def remove_report(site: Site, period: Period) -> None:
    """Remove the report of a period that has no calls any more."""
    page = site.report(period.name)
    page.unlink(missing_ok=True)
    page.with_suffix(".pdf").unlink(missing_ok=True)


def sweep(site: Site, call_ids: Collection[str]) -> None:
    """Remove older pages that link to pages which are gone, such as those of past agents."""
    stems = map(call_file_stem, call_ids)
    gone = [
        stem[-DIGEST_CHARACTERS:].encode()
        for stem in stems
        if not any(site.calls.glob(f"*/{stem}.html"))
    ]
    for page in site.older_pages() if gone else ():
        content = page.read_bytes()
        if any(stem in content for stem in gone):
            page.unlink()
