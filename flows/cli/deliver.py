"""`callqa deliver`: send the flag lists of a night."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from flows.cli.terminal import table_console
from flows.settings import Settings

if TYPE_CHECKING:
    from flows.deliver.delivering import Delivery

NightName = Annotated[
    str | None,
    typer.Option(
        help="Name of a folder in `lists`. [default: the newest, and what earlier nights owe]"
    ),
]
Again = Annotated[
    list[str] | None, typer.Option(help="Send this supervisor's list again. May be repeated.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only report what would be sent.")]


def deliver(
    home: Annotated[
        Path | None, typer.Option(help="Folder of the lists. [default: CALLQA_HOME]")
    ] = None,
    night: NightName = None,
    again: Again = None,
    *,
    dry_run: DryRun = False,
) -> None:
    """Send the lists that have not been sent yet: by mail, to a webhook, into a folder.

    Each list is sent once, however often this runs, and every run sends what earlier ones could
    not. Exits with status 1 if one could not be sent.

    - `callqa deliver`: what is owed, after the mail server is back

    - `callqa deliver --dry-run`: only say what would be sent, to whom

    - `callqa deliver --again sv-1`: one list once more
    """
    from flows.deliver.delivering import deliverer_of  # noqa: PLC0415  slow to import
    from flows.operation.metrics import write_metrics  # noqa: PLC0415
    from flows.publishing import published_snapshot  # noqa: PLC0415

    settings = Settings.with_overrides(home=home)
    lists = settings.site.lists / (night or published_snapshot(settings).stem)
    deliverer = deliverer_of(settings)
    if night or again or dry_run:
        done = deliverer.deliver(lists, again=again or (), dry_run=dry_run)
    else:
        done = deliverer.deliver_owed(lists)
    if not dry_run:
        write_metrics(settings)
    _show(done)
    if any(one.state == "failed" for one in done):
        raise typer.Exit(1)


def _show(done: "list[Delivery]") -> None:
    console = table_console()
    if not done:
        console.print(
            "No delivery is configured: set CALLQA_MAIL_HOST, CALLQA_WEBHOOK_URL or"
            " CALLQA_DROP_FOLDER."
        )
        return
    table = Table("channel", "supervisor", "to", "state", box=None, padding=(0, 2, 0, 0))
    for one in done:
        state = f"{one.state}: {one.problem}" if one.problem else one.state
        table.add_row(*(Text(cell) for cell in (one.channel, one.supervisor_id, one.target, state)))
    console.print(table)
