"""`callqa transcript`: print the redacted transcript of a call."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from flows.cli.options import Home
from flows.errors import FlowsError
from flows.settings.centre import Settings
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
    *,
    vcon: Annotated[
        bool, typer.Option("--vcon", help="A redacted vCon: transcript, findings and scores.")
    ] = False,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Print it even if the call is restricted.")
    ] = False,
) -> None:
    """Print the redacted transcript of an evaluated call.

    A vCon (IETF draft vcon-core-04) is for systems that take in conversations. It has the agent, of
    the customer only that there is one, and names the redacted copy, which it does not hold.

    - `callqa transcript 7731 --format vtt > 7731.vtt`: subtitles for a player
    """
    from warehouse.lake.lake import Lake  # noqa: PLC0415  keeps --help fast
    from warehouse.query.vcon import vcon_of  # noqa: PLC0415

    settings = Settings.with_overrides(home=home)
    for result in Lake(settings.lake, settings.time_zone).results(call_ids=[call_id]):
        if result.call.restricted and not restricted:
            break
        if vcon:
            copy = settings.audio.copy_of(result.call)
            made = vcon_of(result, copy.name if copy.exists() else None, datetime.now(UTC))
            typer.echo(json.dumps(made, ensure_ascii=False, indent=1))
        else:
            typer.echo(_WRITERS[format_](result.transcript), nl=False)
        return
    raise FlowsError(
        f"{settings.lake} has no evaluated call with this id; check it, or begin with callqa run"
    )
