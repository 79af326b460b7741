"""`callqa coach`: write the sheet of a coaching session."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from typing import Annotated

import typer
from rich.console import Console

from flows.cli.options import Home
from flows.settings.centre import Settings


def coach(
    agent: Annotated[str, typer.Argument(help="Id or name of the agent.")],
    home: Home = None,
) -> None:
    """Write the sheet of an agent's next coaching session, ready to print.

    It lists strengths, then areas to improve with example calls, then the strengths again, and
    leaves room for the commitments of both sides.

    - `callqa coach ag-17`
    """
    from flows.publishing import write_coaching_sheet  # noqa: PLC0415  keeps --help fast
    from flows.stores.home_copy import written  # noqa: PLC0415  as above

    settings = Settings.with_overrides(home=home)
    with written(settings.home):
        sheet = write_coaching_sheet(settings, agent)
    Console().print(f"coaching sheet: {sheet}", soft_wrap=True, highlight=False)
