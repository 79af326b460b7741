"""`callqa hold add`, `list` and `release`: legal holds."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import Home
from flows.governance.audit import Act, record
from flows.governance.holds import Hold, Holds, Scope, facts_of, holds_of
from flows.settings.centre import Settings
from flows.stores.home_copy import written

app = typer.Typer(
    help="Legal holds: what is held is neither erased nor removed by the retention policy.",
    no_args_is_help=True,
)

Reason = Annotated[str, typer.Option(help="Why, such as the number of a case.")]


@app.command()
def add(
    scope: Annotated[Scope, typer.Argument(help="What is held.")],
    subject: Annotated[
        str, typer.Argument(help="Reference of the customer, or id of the agent or call.")
    ] = "",
    reason: Reason = "",
    home: Home = None,
) -> None:
    """Hold a customer, an agent, a call, or everything.

    The customer's reference is kept as a keyed hash only.

    - `callqa hold add customer C-1001 --reason "case 17 of 2026"`

    - `callqa hold add all --reason "investigation"`
    """
    settings, holds = _opened(home)
    with written(settings.home):
        hold = holds.add(scope, subject, reason)
        record(settings.home, Act.HELD, **facts_of(hold))
    typer.echo(f"{hold.hold_id}: {hold.scope} is held")


@app.command("list")
def list_(home: Home = None) -> None:
    """List the holds in force: what is held, why, since when and by whom."""
    found = _opened(home)[1].in_force()
    for hold in found:
        typer.echo(_line(hold))
    if not found:
        typer.echo("Nothing is held.")


@app.command()
def release(
    hold_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the hold, as in the list.")],
    reason: Reason = "",
    home: Home = None,
) -> None:
    """End a hold; its entry stays in the file.

    - `callqa hold release hold-1b2c3d4e --reason "case closed"`
    """
    settings, holds = _opened(home)
    with written(settings.home):
        hold = holds.release(hold_id, reason)
        record(settings.home, Act.RELEASED, **facts_of(hold))
    typer.echo(f"{hold.hold_id}: released")


def _opened(home: Path | None) -> tuple[Settings, Holds]:
    settings = Settings.with_overrides(home=home)
    return settings, holds_of(settings)


def _line(hold: Hold) -> str:
    # The hash of a customer tells nobody anything; an id does.
    whom = "" if hold.scope is Scope.CUSTOMER else " ".join(hold.subjects)
    return "  ".join(filter(None, (hold.hold_id, hold.scope, whom, hold.at, hold.by, hold.reason)))
