"""`callqa suppression list` and `release`: whose recordings no run hears after an erasure."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from enum import StrEnum
from typing import Annotated

import typer

from flows.cli.options import Home
from flows.errors import FlowsError
from flows.governance.audit import Act, record
from flows.governance.erasure.suppression import suppressions_of
from flows.settings.centre import Settings
from flows.stores.home_copy import written

app = typer.Typer(
    help="The suppression list: whose recordings are not heard, since they were erased.",
    no_args_is_help=True,
)


class Kind(StrEnum):
    """Whose recordings."""

    CUSTOMER = "customer"
    AGENT = "agent"
    CALL = "call"
    CONTACT = "contact"


@app.command("list")
def list_(home: Home = None) -> None:
    """List what is suppressed: kind, keyed hash and day; nobody can be told from it."""
    found = suppressions_of(Settings.with_overrides(home=home)).listed
    for one, entry in found:
        typer.echo(f"{entry.at[:10]}  {entry.kind:8}  {one}")
    if not found:
        typer.echo("Nobody is suppressed.")


@app.command()
def release(
    kind: Annotated[Kind, typer.Argument(help="Whose recordings.")],
    ref: Annotated[str, typer.Argument(help="Reference of the customer, or id.")],
    ticket: Annotated[
        str, typer.Option(help="Number of the request or case, such as DSR-2026-17.")
    ],
    home: Home = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Release without asking.")] = False,
) -> None:
    """Hear later recordings of somebody again, such as of a customer who has come back.

    What was erased stays erased, and its calls stay suppressed one by one. The reference is kept
    as a keyed hash only.

    - `callqa suppression release customer C-1001 --ticket DSR-2026-17`
    """
    settings = Settings.with_overrides(home=home)
    suppressions = suppressions_of(settings)
    if not yes and not typer.confirm(f"Hear recordings of this {kind} again?"):
        typer.echo("Nothing was changed.")
        raise typer.Exit(1)
    with written(settings.home):
        if not suppressions.release(kind, ref):
            raise FlowsError(f"this {kind} is not on the suppression list; check the reference")
        name = suppressions.name_of(kind, ref)
        fact = {"customers": [name]} if kind is Kind.CUSTOMER else {"places": [name]}
        record(settings.home, Act.UNSUPPRESSED, what=str(kind), ticket=ticket, **fact)
    typer.echo(f"Later recordings of this {kind} are heard again.")
