"""`callqa init`, `config` and `doctor`: a folder to run callqa from, its settings, its checks."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.options import AsJson, Home
from flows.cli.terminal import table_console
from flows.settings.centre import Settings

_STYLES = {"ok": "green", "note": "yellow", "error": "bold red"}


def init(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="The new folder.")],
    time_zone: Annotated[
        str | None,
        typer.Option(help="Time zone of the site. [default: CALLQA_TIME_ZONE or Europe/Rome]"),
    ] = None,
) -> None:
    """Make a folder that is ready to run: settings, rules to edit, recordings, systemd units.

    Nothing is overwritten. Everything that callqa stores later lies in the same folder, unless
    CALLQA_HOME says otherwise.

    - `callqa init /srv/callqa --time-zone Europe/Madrid`
    """
    from flows.operation.new_folder import make_folder  # noqa: PLC0415  keeps --help fast

    zone = Settings.with_overrides(time_zone=time_zone).time_zone
    console = Console()
    for path in make_folder(folder, zone):
        console.print(f"wrote {path}", soft_wrap=True, highlight=False)
    console.print(f"Next: cd {folder} and read README.md, which has five lines.", soft_wrap=True)


def config(*, as_json: AsJson = False) -> None:
    """Show every setting: its value, where that comes from, and what it means.

    A value comes from the environment, else from `.env` in the working directory, else it is the
    default. Passwords and keys are shown as set or not set. Every value that cannot be used, and
    every unknown name that begins with CALLQA_, is reported by name; exit status 1 if there is one.

    - `callqa config`

    - `callqa config --json | jq '.settings[] | select(.origin != "default")'`
    """
    from flows.operation.setting_table import setting_table  # noqa: PLC0415

    found = setting_table()
    if as_json:
        fields = {"settings": [asdict(row) for row in found.rows], "errors": found.errors}
        print(json.dumps(fields, indent=2, ensure_ascii=False))  # noqa: T201  for other programs
    else:
        table = Table("name", "value", "from", "meaning", box=None, padding=(0, 2, 0, 0))
        for row in found.rows:
            style = "bold red" if row.error else "" if row.origin == "default" else "bold"
            table.add_row(row.name, Text(row.value, style), row.origin, Text(row.meaning))
        table_console().print(table)
        for error in found.errors:
            line = Text.assemble(("error: ", "bold red"), error)
            Console().print(line, soft_wrap=True)
    if found.errors:
        raise typer.Exit(1)


def doctor(home: Home = None) -> None:
    """Check weights, rules, folders, disk and speed; exits with status 1 if a run would fail.

    Nothing is written. The speed is measured on a bundled call, which takes a few seconds.

    - `callqa doctor`

    - `callqa doctor --home /srv/callqa/data`
    """
    from flows.operation.doctor import State, examine  # noqa: PLC0415  keeps --help fast

    console = Console()
    has_error = False
    for check in examine(Settings.with_overrides(home=home)):
        mark = Text(f"{check.state:<6}", style=_STYLES[check.state])
        line = Text.assemble(mark, f"{check.title:<14}", check.found)
        console.print(line, soft_wrap=True, highlight=False)
        has_error |= check.state is State.ERROR
    if has_error:
        raise typer.Exit(1)
