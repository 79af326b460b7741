"""`callqa try`: evaluate one recording without storing anything."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from flows.cli.options import AgentChannel, Language, OneRecording
from flows.settings.centre import Settings
from qa_rules.rule_files.centre import CENTRE_NAME

Company = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Name of your company, as agents say it; repeat for short forms. "
        "[default: `company` in centre.yaml of the rules]",
    ),
]
Page = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.html",
        dir_okay=False,
        help="Also write the call page, and beside it the redacted copy that it plays.",
    ),
]
All = Annotated[
    bool, typer.Option("--all", help="Also list the checks that passed or do not apply.")
]


def try_(
    file: OneRecording,
    agent_channel: AgentChannel = None,
    language: Language = None,
    company: Company = None,
    page: Page = None,
    *,
    all_: All = False,
) -> None:
    """Evaluate one recording by the rules of today, and show what to look at first.

    The checks that failed come first, each with its second, the words, and how clearly they were
    heard; then the score and the redacted transcript. Nothing is stored, except by `--page`.

    The bundled rules check for an invented company: name yours with `--company`.

    - `callqa try call.wav --agent-channel left --company "Harbour Bank"`: a stereo recording

    - `callqa try call.mp3 --language es --page call.html`: a page to read and to listen to
    """
    from flows.cli.terminal import show_call, show_paths  # noqa: PLC0415  keeps --help fast
    from flows.one_recording.single_recording import copy_beside, try_recording, write_page  # noqa: PLC0415

    console = Console()
    settings = Settings.with_overrides()
    audio = copy_beside(page, file) if page else None  # report a wrong name before recognition
    with console.status("transcribing ..."):
        tried = try_recording(settings, file, agent_channel, language, company or ())
    names = ", ".join(tried.rulebook.centre.company) or "no company by name"
    place = settings.rules / CENTRE_NAME
    origin = "as --company says" if company else f"as {place} says; --company NAME changes it"
    console.print(f"Checked for {names}, {origin}.", markup=False, highlight=False, soft_wrap=True)
    show_call(tried.result, tried.rulebook, console, is_complete=all_)
    if page and audio:
        write_page(tried, page, settings.language)
        show_paths({"page": page, "audio": audio}, console)
