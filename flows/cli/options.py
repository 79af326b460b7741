"""Options that several commands share."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.settings.centre import Settings
from flows.settings.places import copied_url, url_of


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
Restricted = Annotated[bool, typer.Option("--restricted", help="Include restricted calls.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Rules = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        file_okay=False,
        help="Folder of rule files. [default: CALLQA_RULES or qa_rules of the checkout]",
    ),
]


def up_to_date(home: Path | None) -> Path | None:
    """Bring the working copy up to date, where the home is a store by URL."""
    place = Settings.with_overrides(home=home).home
    if copied_url(place):
        from flows.stores.home_copy import bring_up_to_date  # noqa: PLC0415  keeps --help fast

        bring_up_to_date(place)
    return home


def existing_source(source: Path | None) -> Path | None:
    """Refuse what is neither a folder nor the URL of a store.

    Raises:
        BadParameter: There is no such folder.
    """
    if source is None or source.is_dir():
        return source
    url = url_of(source)
    if url is None:
        raise typer.BadParameter(f"Directory '{source}' does not exist.")
    from flows.stores.opening import open_store  # noqa: PLC0415  keeps --help fast

    open_store(url)  # says what is wrong with it before anything is started
    return source


Home = Annotated[
    Path | None,
    typer.Option(
        callback=up_to_date,
        help="Folder or URL of lake, warehouse and lists. [default: CALLQA_HOME or callqa-data]",
    ),
]
