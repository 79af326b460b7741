"""`callqa audit`: who did what, and whether the audit trail is whole."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.options import AsJson, Home
from flows.cli.terminal import table_console
from flows.governance.audit import Act, count_of, entries, id_in_trail
from flows.governance.audit import verify as faults_of
from flows.settings.centre import Settings
from flows.stores.home_copy import written

if TYPE_CHECKING:
    from flows.governance.audit_check import Entry

app = typer.Typer(
    help="Who did what: runs, exports, deliveries, erasures; and whether the trail is whole.",
    invoke_without_command=True,
)


@app.callback()
def audit(
    context: typer.Context,
    act: Annotated[list[Act] | None, typer.Option(help="Only this act. May be repeated.")] = None,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only this day, in UTC.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="Only what names this call, agent or supervisor by its id.")
    ] = None,
    home: Home = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List who did what, oldest first.

    - `callqa audit --day 2026-03-11`

    - `callqa audit --act exported --act shared --json`
    """
    if context.invoked_subcommand:
        return
    place = Settings.with_overrides(home=home).home
    wanted = subject and id_in_trail(place, subject)
    found = [
        entry
        for entry in entries(place)
        if (not act or entry.act in act)
        and (day is None or entry.at.startswith(f"{day:%Y-%m-%d}"))
        and (wanted is None or wanted in _subjects(entry))
    ]
    if as_json:
        rows = [{**asdict(entry), "hash": entry.hash} for entry in found]
        print(json.dumps(rows, indent=2))  # noqa: T201  for other programs
        return
    table = Table("number", "when (UTC)", "who", "act", "facts", box=None, padding=(0, 2, 0, 0))
    for entry in found:
        who = f"{entry.by} ({entry.process})"
        cells = str(entry.number), f"{entry.at:.19}", who, entry.act, _text(entry)
        table.add_row(*map(Text, cells))
    table_console().print(table)


@app.command()
def verify(
    anchor: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="A copy of audit/anchors.json that was kept elsewhere.",
        ),
    ] = None,
    home: Home = None,
) -> None:
    """Check that no line of the trail was changed, removed, inserted or cut off.

    Exits with status 1 if one was; names each. Only a copy of `audit/anchors.json` that whoever
    can write the home folder cannot write shows that all of it was written anew: copy that file
    elsewhere every day.

    - `callqa audit verify --anchor /mnt/auditor/anchors.json`
    """
    place = Settings.with_overrides(home=home).home
    faults = faults_of(place, anchor)
    console = Console(soft_wrap=True)
    for fault in faults:
        console.print(Text(f"{place / 'audit' / 'trail.jsonl'}: {fault.text}", style="bold red"))
    if faults:
        raise typer.Exit(1)
    kept = "and agrees with the copy of its anchors" if anchor else "by its own anchors"
    typer.echo(f"{count_of(place)} entries: the audit trail is whole, {kept}.")


@app.command()
def page(
    run: Annotated[str | None, typer.Option(help="Id of the run. [default: the last one]")] = None,
    home: Home = None,
) -> None:
    """Write a page for an auditor: what a run processed, masked, proved and quarantined.

    It has the rules in force, the hashes of what is stored and the last hash of the audit trail; no
    id of a call, and no words.

    - `callqa audit page --run night-2026-03-10`
    """
    from flows.governance.auditor import write_auditor_page  # noqa: PLC0415  slow to import

    settings = Settings.with_overrides(home=home)
    with written(settings.home):
        path = write_auditor_page(settings, run)
    typer.echo(str(path))


def _subjects(entry: "Entry") -> list[str]:
    return [one for name in ("calls", "agents", "supervisors") for one in entry.facts.get(name, [])]


def _text(entry: "Entry") -> str:
    return " ".join(f"{name}={_value(value)}" for name, value in entry.facts.items())


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ",".join(f"{name}:{count}" for name, count in value.items())
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
