"""`callqa report` and `callqa coach`: write a page from the published warehouse."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from typing import Annotated

import typer
from rich.console import Console

from flows.cli.options import Home
from flows.errors import FlowsError
from flows.settings.centre import Settings


def report(
    week: Annotated[str | None, typer.Option(help="ISO week, such as 2026-W47.")] = None,
    month: Annotated[str | None, typer.Option(help="Month, such as 2026-11.")] = None,
    home: Home = None,
    *,
    pdf: Annotated[bool, typer.Option("--pdf", help="Fail if the PDF cannot be written.")] = False,
) -> None:
    """Write the management report of a week or a month, as a page and, if possible, as PDF.

    The default is the week of the last call. The report lists achievements, then challenges with
    their evidence and a proposed action, then figures against the centre's targets.

    - `callqa report --week 2026-W47`

    - `callqa report --month 2026-11 --pdf`
    """
    # imported here to keep --help fast
    from flows.publishing import write_management_report  # noqa: PLC0415
    from flows.stores.home_copy import written  # noqa: PLC0415
    from warehouse.reports.site.pdf import require_paper  # noqa: PLC0415
    from warehouse.reports.site.period import month_named, week_named  # noqa: PLC0415

    if week and month:
        raise FlowsError("both --week and --month are given; expected one of them")
    if pdf:
        require_paper()
    period = week_named(week) if week else month_named(month) if month else None
    settings = Settings.with_overrides(home=home)
    with written(settings.home):
        page = write_management_report(settings, period)
    console = Console()
    console.print(f"management report: {page}", soft_wrap=True, highlight=False)
    if page.with_suffix(".pdf").exists():
        console.print(f"PDF: {page.with_suffix('.pdf')}", soft_wrap=True, highlight=False)


def coach(
    agent: Annotated[str, typer.Argument(help="Id or name of the agent.")],
    home: Home = None,
) -> None:
    """Write the sheet of an agent's next coaching session, ready to print.

    It lists strengths, then areas to improve with example calls, then the strengths again, and
    leaves room for the commitments of both sides.

    - `callqa coach ag-17`
    """
    # imported here to keep --help fast
    from flows.publishing import write_coaching_sheet  # noqa: PLC0415
    from flows.stores.home_copy import written  # noqa: PLC0415

    settings = Settings.with_overrides(home=home)
    with written(settings.home):
        sheet = write_coaching_sheet(settings, agent)
    Console().print(f"coaching sheet: {sheet}", soft_wrap=True, highlight=False)
