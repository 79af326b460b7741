"""`callqa report`: what the management is told of a week or a month."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from typing import Annotated

import typer
from rich.console import Console

from flows.cli.options import Home
from flows.errors import FlowsError
from flows.settings import Settings


def report(
    week: Annotated[str | None, typer.Option(help="Such as 2026-W47.")] = None,
    month: Annotated[str | None, typer.Option(help="Such as 2026-11.")] = None,
    home: Home = None,
    *,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Fail if this machine cannot make the PDF.")
    ] = False,
) -> None:
    """Write the management report of a week or a month: page, and PDF where that is possible.

    Without an option it is the week of the last call. Achievements come first, then challenges
    with their evidence and a proposed action, then figures against the centre's targets.
    """
    # --help should not wait for these
    from flows.publishing import write_management_report  # noqa: PLC0415
    from warehouse.reports.site.pdf import require_paper  # noqa: PLC0415
    from warehouse.reports.site.period import month_named, week_named  # noqa: PLC0415

    if week and month:
        raise FlowsError("--week and --month: expected one of them")
    if pdf:
        require_paper()
    period = week_named(week) if week else month_named(month) if month else None
    page = write_management_report(Settings.with_overrides(home=home), period)
    console = Console()
    console.print(f"management report: {page}", soft_wrap=True, highlight=False)
    if page.with_suffix(".pdf").exists():
        console.print(f"on paper: {page.with_suffix('.pdf')}", soft_wrap=True, highlight=False)
