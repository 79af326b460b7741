"""`callqa subject customer`: what is held of a customer, as a package."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import Home
from flows.governance.erasure.subject_access import write_package
from flows.settings.centre import Settings
from flows.stores.home_copy import written

app = typer.Typer(help="Requests of people about their data.", no_args_is_help=True)


@app.callback()
def subject() -> None:
    """Keep `customer` a command of its own."""


@app.command()
def customer(
    reference: Annotated[str, typer.Argument(metavar="REF", help="Reference of the customer.")],
    out: Annotated[Path, typer.Option(file_okay=False, help="A new folder.")],
    home: Home = None,
) -> None:
    """Write what is held of a customer into a folder: a page, transcripts, recordings, JSON.

    Recordings and transcripts are the redacted ones. The package leaves the home folder: a later
    erasure deletes it where it is, or names it.

    - `callqa subject customer C-1001 --out package`
    """
    settings = Settings.with_overrides(home=home)
    with written(settings.home):
        package = write_package(settings, reference, out)
    typer.echo(f"{package.index}: {package.calls} calls, {package.copies} recordings")
