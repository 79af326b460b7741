"""`callqa deliver`: send the flag lists of a night; `callqa alerts check`: try the alerts."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from flows.cli.options import Home
from flows.cli.terminal import table_console
from flows.errors import FlowsError
from flows.settings.centre import Settings
from qa_rules.errors import RuleFilesError
from warehouse.query.reader import open_snapshot
from warehouse.reports.alerts.reader import ask_alerts, read_alerts
from warehouse.reports.alerts.records import EXAMPLES, Answer

if TYPE_CHECKING:
    from flows.deliver.delivering import Deliverer, Delivery

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
    home: Home = None,
    night: NightName = None,
    again: Again = None,
    *,
    dry_run: DryRun = False,
) -> None:
    """Send the lists and alerts that have not been sent yet: by mail, webhook, into a folder.

    Each is sent once, however often this runs; exits with status 1 if one could not be sent.

    - `callqa deliver`: what is owed, after the mail server is back

    - `callqa deliver --dry-run`: only say what would be sent, to whom

    - `callqa deliver --again sv-1`: one list once more
    """
    from flows.deliver.delivering import deliverer_of  # noqa: PLC0415  slow to import
    from flows.deliver.owed import deliver_owed  # noqa: PLC0415
    from flows.governance.acts import delivered  # noqa: PLC0415
    from flows.operation.watch import watched_run  # noqa: PLC0415
    from flows.publishing import published_snapshot  # noqa: PLC0415
    from flows.summary import undelivered  # noqa: PLC0415

    settings = Settings.with_overrides(home=home)
    lists = settings.site.lists / (night or published_snapshot(settings).stem)
    deliverer = deliverer_of(settings)
    if dry_run:
        _show(_would_be_sent(deliverer, settings, lists, again or ()))
        return
    with watched_run(settings, "deliver") as watch:
        if night or again:
            done = deliverer.deliver(lists, again=again or ())
        else:
            done = deliver_owed(settings, lists)
        delivered(settings.home, done)
        problems = list(undelivered(done))
        watch.causes += [one.code for one in problems]
    _show(done)
    raise typer.Exit(1 if problems else 0)


def _would_be_sent(
    deliverer: "Deliverer", settings: Settings, lists: Path, again: Collection[str]
) -> "list[Delivery]":
    alerts = settings.site.alerts / lists.name
    of_lists = deliverer.deliver(lists, again=again, dry_run=True)
    return of_lists + deliverer.deliver(alerts, dry_run=True)


def _show(done: "list[Delivery]") -> None:
    console = table_console()
    if not done:
        console.print(
            "No delivery is configured: set CALLQA_MAIL_HOST, CALLQA_WEBHOOK_URL or"
            " CALLQA_DROP_FOLDER."
        )
        return
    table = Table("channel", "what", "reader", "to", "state", box=None, padding=(0, 2, 0, 0))
    for one in done:
        state = f"{one.state}: {one.problem}" if one.problem else one.state
        cells = one.channel, one.kind, one.supervisor_id, one.target, state
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)


alerts = typer.Typer(no_args_is_help=True, help="Alerts: figures that are watched after each run.")


@alerts.command()
def check(
    file: Annotated[
        Path | None,
        typer.Argument(help="File of alerts. [default: CALLQA_ALERTS]", dir_okay=False),
    ] = None,
    home: Home = None,
) -> None:
    """Ask every alert of the published warehouse, and send nothing.

    Exits with status 1 if the file or a query is wrong.

    - `callqa alerts check`: what the next run would find

    - `callqa alerts check draft.yaml`: another file, before it is used
    """
    settings = Settings.with_overrides(home=home, alerts=file)
    if settings.alerts is None:
        raise FlowsError(f"no file of alerts is set: set CALLQA_ALERTS to a copy of {EXAMPLES}")
    located = read_alerts(settings.alerts)
    with open_snapshot(settings.warehouse) as snapshot:
        answers = ask_alerts(located, snapshot)
    table = Table("alert", "value", "limit", "state", "told to", box=None, padding=(0, 2, 0, 0))
    for answer in answers:
        table.add_row(*(Text(cell) for cell in _cells(answer)))
    table_console().print(table)
    if faults := [answer.fault for answer in answers if answer.fault]:
        raise RuleFilesError(faults)


def _cells(answer: Answer) -> tuple[str, ...]:
    alert = answer.alert
    state = {True: "in breach", False: "within its limit", None: "not known"}[answer.is_breached]
    return (
        alert.id,
        "" if answer.value is None else f"{answer.value:.6g}",
        f"{'below' if alert.above is None else 'above'} {alert.limit:.6g}",
        "query fails" if answer.fault else state,
        ", ".join(alert.tell),
    )
