"""`callqa key`: encryption at rest."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import Home
from flows.operation.one_run import one_run
from flows.settings.centre import Settings
from warehouse.lake.encryption import add_key, keys

if TYPE_CHECKING:
    from collections.abc import Mapping

app = typer.Typer(help="Encrypt lake, redacted audio and snapshots.", no_args_is_help=True)


@app.command()
def new(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="File of keys, outside the home.")],
) -> None:
    """Write a new key into a file that only its owner can read, before those that it has.

    The first key of a file encrypts, the others read what is older. Keep a copy of the file where
    no backup of the home lies: without the key nobody can read the data.

    - `callqa key new /etc/callqa/key`, then set CALLQA_KEY_FILE=/etc/callqa/key
    """
    key = add_key(file)
    typer.echo(f"{file}: new key {key.key_id}. Keep a copy of the file, apart from the backups.")


@app.command()
def rotate(home: Home = None) -> None:
    """Encrypt everything with the first key, also what was stored without one.

    After an interruption, run it again: it does the rest. Keep the old key for as long as a backup
    is encrypted with it.

    - `callqa key new /etc/callqa/key && callqa key rotate`
    """
    from flows.governance.keys import rewrite  # noqa: PLC0415  slow to import

    settings = Settings.with_overrides(home=home)
    with one_run(settings.home):
        count = rewrite(settings)
    typer.echo(f"{count} files rewritten; all are encrypted with the key {keys()[0].key_id}.")


@app.command()
def status(home: Home = None) -> None:
    """Show the ids of the keys, and how many files each encrypts; exits with 1 if any is not."""
    from flows.governance.keys import (  # noqa: PLC0415  slow to import
        CURRENT,
        files_by_key,
        snapshots_by_key,
    )

    settings = Settings.with_overrides(home=home)
    ids = [key.key_id for key in keys()]
    typer.echo(f"keys: {', '.join(ids) or 'none, nothing is encrypted'}")
    files, snapshots = files_by_key(settings), snapshots_by_key(settings)
    typer.echo(f"files of lake and audio: {_listed(files)}")
    typer.echo(f"snapshots: {_listed(snapshots)}")
    typer.echo("Pages and lists are not encrypted by callqa: use an encrypted file system.")
    if ids and (files.keys() - {ids[0]} or snapshots.keys() - {CURRENT}):
        typer.echo("`callqa key rotate` encrypts all of them with the first key.")
        raise typer.Exit(1)


def _listed(counts: "Mapping[str, int]") -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"
