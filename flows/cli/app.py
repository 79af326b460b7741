"""The entry point of `callqa`, and its commands `run`, `demo` and `try`."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from flows.cli import (
    coach,
    deliver,
    doctor,
    record,
    redact,
    report,
    setup,
    status,
    transcript,
    warehouse,
)
from flows.cli.options import AgentChannel, Home, Language, OneRecording
from flows.cli.rules import languages, pii, rule_files, rules_on_calls
from flows.errors import FlowsError
from flows.planning import Budget
from flows.settings import CHECKOUT, Settings, prepare_prefect
from models.errors import ModelsError
from qa_rules.authoring.check import require_locked
from qa_rules.errors import RulesError
from qa_rules.rule_files.centre import CENTRE_NAME
from warehouse.errors import WarehouseError

if TYPE_CHECKING:
    from flows.summary import RunSummary

EXIT_CONCERNS = 3
"""Exit status of a run that is published, but left something pending, undelivered or suspicious."""

DEMO_HOTWORDS = ["Lumina Telecom"]
"""Names that occur in the bundled calls: the invented company."""

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

Limit = Annotated[
    int | None, typer.Option(min=0, help="Hear at most this many calls; the rest stays pending.")
]
Until = Annotated[
    str | None,
    typer.Option(
        metavar="HH:MM",
        help="Stop hearing at this time of day at the site; the rest stays pending.",
    ),
]
Rehear = Annotated[
    bool,
    typer.Option(
        "--rehear",
        help="Also hear calls again that another speech model heard, or other rules masked.",
    ),
]

app = typer.Typer(
    name="callqa",
    help="Evaluate every recorded call: flag lists for supervisors, a DuckDB warehouse for "
    "analysts. Recordings and transcripts stay on this machine, and personal data is masked "
    "before anything is stored.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

app.add_typer(rule_files.app, name="rules")
app.add_typer(pii.app, name="pii")
app.add_typer(languages.app, name="languages")
app.command()(rules_on_calls.check)
app.command()(setup.init)
app.command()(setup.config)
app.command()(doctor.doctor)
app.command()(status.status)
app.command()(status.runs)
app.command()(redact.redact)
app.command()(transcript.transcript)
app.command()(coach.coach)
app.command()(deliver.deliver)
app.command()(report.report)
app.command()(record.record)
app.command()(warehouse.tables)
app.command()(warehouse.sql)
app.command()(warehouse.dictionary)
app.command("export")(warehouse.export_)
app.command("share")(warehouse.share_)
app.command("search")(warehouse.search_)


def main() -> None:
    """Run the command; expected errors are printed as one message without a traceback."""
    try:
        app()
    except (FlowsError, ModelsError, RulesError, WarehouseError) as error:
        Console(stderr=True).print(
            f"[bold red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True
        )
        sys.exit(1)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        Console(stderr=True).print(
            f"[bold red]error:[/] {escape(f'{error.strerror or error}{where}')}. What is stored is"
            " whole; make room or give access, then run the command again",
            highlight=False,
            soft_wrap=True,
        )
        sys.exit(1)


@app.command()
def run(
    source: Annotated[
        Path | None,
        typer.Argument(
            exists=True,
            file_okay=False,
            help="Folder of recordings, each with a .json of the same name beside it, or one "
            "calls.csv for all. [default: CALLQA_SOURCE or recordings]",
        ),
    ] = None,
    home: Home = None,
    limit: Limit = None,
    until: Until = None,
    *,
    rehear: Rehear = False,
) -> None:
    """Evaluate the new and changed calls of a folder, publish the warehouse and write the lists.

    Running it again completes an interrupted run and otherwise changes nothing. Where only rules,
    scorecards or metadata changed, stored transcripts are judged again and no recording is opened.

    With --until or --limit, restricted calls come first, then agents with few evaluated calls, then
    a random sample of every agent. Publishing follows: leave some minutes for it.

    Exit status: 0 all done; 1 nothing published; 3 published, but look at the causes shown.

    - `callqa run recordings/2026-03-10`: one day

    - `callqa run --until 05:45`: the folder in CALLQA_SOURCE, as far as the night allows

    - `callqa run recordings --limit 20`: a first look
    """
    Budget(Settings.with_overrides().time_zone, until)  # refuses what is no time of day, at once
    _run(source, home, limit=limit, until=until, rehear=rehear)


@app.command()
def rejudge(home: Home = None) -> None:
    """Judge all stored calls again by the current rule files, publish, and write the lists.

    Calls of every folder that was ever evaluated, each by the rules in force on its day, from
    their redacted transcripts: no recording is opened. `callqa rules replay` shows beforehand what
    would change.
    """
    settings = Settings.with_overrides(home=home)
    require_locked(settings.rules)
    prepare_prefect(settings.home)
    from flows.nightly import rejudge as rejudge_all  # noqa: PLC0415  as in `_run`

    _show(rejudge_all(home=home))


@app.command()
def demo() -> None:
    """Evaluate the bundled night of 25 invented calls into the folder `demo`."""
    calls = CHECKOUT / "tests" / "night" / "calls"
    _run(calls, Path("demo"), hotwords=DEMO_HOTWORDS)


def _run(source: Path | None, home: Path | None, **options: Any) -> None:
    settings = Settings.with_overrides(source=source, home=home)
    require_locked(settings.rules)  # report an invalid rule file now, not after Prefect has started
    prepare_prefect(settings.home)
    from flows.nightly import nightly  # noqa: PLC0415  Prefect is slow and reads settings on import

    _show(nightly(source=source, home=home, **options))


def _show(summary: "RunSummary") -> None:
    from flows.cli.terminal import show_summary, table_console  # noqa: PLC0415

    show_summary(summary, table_console())
    if summary.concerns:
        raise typer.Exit(EXIT_CONCERNS)


@app.command("try")
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
    from flows.single_recording import copy_beside, try_recording, write_page  # noqa: PLC0415

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
