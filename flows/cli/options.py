"""Options that several commands share."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Side(StrEnum):
    """A channel of a stereo recording."""

    LEFT = "left"
    RIGHT = "right"


OneRecording = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="One recording.")]
AgentChannel = Annotated[
    Side | None,
    typer.Option(
        help="Channel of the agent in a stereo recording. [default: inferred from the words]"
    ),
]
Language = Annotated[
    str | None, typer.Option(help="Language, as an ISO 639-1 code such as en. [default: detected]")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Rules = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        file_okay=False,
        help="Folder of rule files. [default: CALLQA_RULES or qa_rules of the checkout]",
    ),
]
Home = Annotated[
    Path | None,
    typer.Option(help="Folder of lake, warehouse and lists. [default: CALLQA_HOME or callqa-data]"),
]
