"""`callqa coach`: the sheet of a coaching session."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from flows.settings import Settings


def coach(
    agent: Annotated[str, typer.Argument(help="The agent, by id or by name.")],
    home: Annotated[
        Path | None, typer.Option(help="Folder of the warehouse. [default: CALLQA_HOME]")
    ] = None,
) -> None:
    """Write the sheet of an agent's next coaching session, ready to print.

    It begins with what goes well, then what could go better with the places to hear, comes back
    to the strengths, and leaves room for what both sides will do.
    """
    from flows.publishing import write_coaching_sheet  # noqa: PLC0415  --help should not wait for it

    sheet = write_coaching_sheet(Settings.with_overrides(home=home), agent)
    Console().print(f"coaching sheet: {sheet}", soft_wrap=True, highlight=False)
