"""`callqa verify` and `callqa repair`: damage to what is stored."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from flows.cli.options import Home, Restricted
from flows.errors import FlowsError
from flows.governance.audit import Act, record
from flows.operation.one_run import one_run
from flows.settings.centre import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from warehouse.integrity.damage import Damage
    from warehouse.integrity.verify import StoredHome

SHOWN = 50

_UNNAMED = "the redacted copy of a restricted call is damaged or missing; --restricted names it"


def verify(home: Home = None, *, restricted: Restricted = False) -> None:
    """Check everything that is stored: parts, manifests, runs, uploads, snapshot, redacted copies.

    Every file is compared with its hash or checksum. Exits with status 1 if something is damaged;
    `callqa repair` says what can be done about it. Damaged copies of restricted calls count, and
    are named with --restricted only.
    """
    from warehouse.integrity.verify import verify as damages_of  # noqa: PLC0415  slow to import

    found = _shown(damages_of(_stored(home)), restricted=restricted)
    if found:
        typer.echo(f"{len(found)} damaged. `callqa repair` shows what it can do.")
        raise typer.Exit(1)
    typer.echo("Everything that is stored is whole.")


def repair(
    home: Home = None,
    *,
    yes: Annotated[
        bool, typer.Option("--yes", help="Repair without asking; the default shows, then asks.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be done.")
    ] = False,
    restricted: Restricted = False,
) -> None:
    """Repair what `callqa verify` finds, after showing what would be done.

    Nothing that is whole is lost: damaged files are renamed and kept. Calls whose results or
    redacted copies were damaged are heard again; --restricted names the restricted ones.
    """
    from warehouse.integrity.verify import verify as damages_of  # noqa: PLC0415  as above

    stored = _stored(home)
    with one_run(stored.root):
        found = _shown(damages_of(stored), restricted=restricted, with_remedy=True)
        mendable = [one for one in found if one.mend]
        if not found:
            typer.echo("Everything that is stored is whole.")
            return
        if dry_run or not mendable:
            typer.echo(f"{len(mendable)} of {len(found)} can be repaired. Nothing was changed.")
            raise typer.Exit(1)
        if not yes and not typer.confirm(f"Repair {len(mendable)} of {len(found)}?"):
            typer.echo("Nothing was changed.")
            raise typer.Exit(1)
        for one in mendable:
            assert one.mend
            one.mend()
        record(stored.root, Act.REPAIRED, counts={"files": len(mendable)})
        rest = {one.path for one in damages_of(stored)} - {one.path for one in mendable}
    typer.echo(f"{len(mendable)} repaired. `callqa run` hears again what has to be heard again.")
    if rest:
        typer.echo(f"{len(rest)} more were found after that: run `callqa repair` again.")
        raise typer.Exit(1)


def _stored(home: "Path | None") -> "StoredHome":
    from warehouse.integrity.verify import StoredHome  # noqa: PLC0415  as above

    settings = Settings.with_overrides(home=home)
    if not settings.home.is_dir():
        raise FlowsError(f"{settings.home}: no such folder; begin with callqa run")
    return StoredHome(
        root=settings.home,
        lake=settings.lake,
        warehouse=settings.warehouse,
        audio=settings.audio,
        deliveries=settings.deliveries,
        orchestration=settings.home / "prefect" / "prefect.db",
        keep_snapshots=settings.keep_snapshots,
    )


def _shown(
    damages: "Iterable[Damage]", *, restricted: bool, with_remedy: bool = False
) -> "list[Damage]":
    """Print the first damages, and return all."""
    console, found = Console(soft_wrap=True), list(damages)
    for one in found[:SHOWN]:
        what = str(one) if restricted or not one.restricted else _UNNAMED
        console.print(Text(what, style="yellow"))
        if with_remedy:
            who = "repair" if one.mend else "by hand"
            console.print(Text(f"    {who}: {one.remedy}"))
    if len(found) > SHOWN:
        console.print(f"and {len(found) - SHOWN} more", highlight=False)
    return found
