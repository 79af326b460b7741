"""`callqa recording`: one redacted copy in clear."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import Home
from flows.settings.centre import Settings


def recording(
    call_id: Annotated[str, typer.Argument(help="Id of the call, as in the lists.")],
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder for the file.")],
    home: Home = None,
    *,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Hand it out even if the call is restricted.")
    ] = False,
) -> None:
    """Write the redacted copy of a recording as a file that any player opens.

    For homes with a key, whose pages cannot play it. It enters the audit trail as handed out.

    - `callqa recording 7731 --out for-coaching`
    """
    from flows.governance.recordings import hand_out_audio  # noqa: PLC0415  keeps --help fast
    from flows.stores.home_copy import written  # noqa: PLC0415

    settings = Settings.with_overrides(home=home)
    with written(settings.home):
        file = hand_out_audio(settings, call_id, out, restricted=restricted)
    typer.echo(f"{file}: the redacted copy of {call_id}, not encrypted")
