"""`callqa transcript`: print the redacted transcript of a call."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from enum import StrEnum
from typing import Annotated

import typer

from flows.cli.options import Home
from flows.errors import FlowsError
from flows.settings import Settings
from models.subtitles import to_json, to_text, to_vtt


class Format(StrEnum):
    """Output formats of a transcript."""

    VTT = "vtt"
    JSON = "json"
    TXT = "txt"


_WRITERS = {Format.VTT: to_vtt, Format.JSON: to_json, Format.TXT: to_text}


def transcript(
    call_id: Annotated[str, typer.Argument(help="Id of the call, as in the lists.")],
    format_: Annotated[
        Format, typer.Option("--format", help="WebVTT subtitles, JSON or plain text.")
    ] = Format.TXT,
    home: Home = None,
) -> None:
    """Print the redacted transcript of an evaluated call.

    - `callqa transcript 7731`

    - `callqa transcript 7731 --format vtt > 7731.vtt`: subtitles for a player
    """
    from warehouse.lake.lake import Lake  # noqa: PLC0415  keeps --help fast

    settings = Settings.with_overrides(home=home)
    for result in Lake(settings.lake, settings.time_zone).results(call_ids=[call_id]):
        typer.echo(_WRITERS[format_](result.transcript), nl=False)
        return
    raise FlowsError(
        f"{settings.lake} has no evaluated call with this id; check it, or begin with callqa run"
    )
