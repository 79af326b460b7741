"""`callqa doctor`: check that a run would work, and measure its speed."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import typer
from rich.console import Console
from rich.text import Text

from flows.cli.options import Home
from flows.settings import Settings

_STYLES = {"ok": "green", "note": "yellow", "error": "bold red"}


def doctor(home: Home = None) -> None:
    """Check weights, rules, folders, disk and speed; exits with status 1 if a run would fail.

    Nothing is written. The speed is measured on a bundled call, which takes a few seconds.

    - `callqa doctor`

    - `callqa doctor --home /srv/callqa/data`
    """
    from flows.doctor import State, examine  # noqa: PLC0415  keeps --help fast

    console = Console()
    has_error = False
    for check in examine(Settings.with_overrides(home=home)):
        mark = Text(f"{check.state:<6}", style=_STYLES[check.state])
        line = Text.assemble(mark, f"{check.title:<14}", check.found)
        console.print(line, soft_wrap=True, highlight=False)
        has_error |= check.state is State.ERROR
    if has_error:
        raise typer.Exit(1)
