"""`callqa redact`: write the redacted copy of a single recording."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from flows.cli.options import AgentChannel, AsJson, Language, OneRecording
from flows.cli.terminal import table_console
from flows.settings.centre import Settings


def redact(
    file: OneRecording,
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder for the copy.")],
    agent_channel: AgentChannel = None,
    language: Language = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Write an Opus copy of a recording with personal data muted.

    Speech that was not recognised is muted where personal data is expected. The copy is named after
    the recording, with the suffix `.redacted.opus`. The recording itself is not changed.

    - `callqa redact call.wav --out copies --agent-channel left`
    """
    from flows.one_recording.redacting import write_copy  # noqa: PLC0415  keeps --help fast

    with Console(stderr=True).status("transcribing ..."):
        copy = write_copy(Settings.with_overrides(), file, out, agent_channel, language)
    rows = [
        {"type": kind, "start_s": round(stretch.start_s, 3), "end_s": round(stretch.end_s, 3)}
        for stretch in copy.muted
        for kind in stretch.types
    ]
    if as_json:
        typer.echo(json.dumps({"audio": str(copy.audio), "muted": rows}))
        return
    table = Table("muted", "from s", "to s", box=None, padding=(0, 2, 0, 0))
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    console = table_console()
    console.print(table)
    console.print(f"\nredacted copy: {copy.audio}", soft_wrap=True, highlight=False)
