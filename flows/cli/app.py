"""The entry point of `callqa`, and its commands `run`, `rejudge` and `demo`."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from flows.cli import deliver, desk, record, report, setup, sources, status, verify, warehouse
from flows.cli.calls import redact, transcript, try_recording
from flows.cli.govern import (
    audit,
    erase,
    hold,
    key,
    originals,
    recording,
    retention,
    subject,
    suppression,
)
from flows.cli.options import Home, existing_source
from flows.cli.rules import languages, pii, rule_files, rules_on_calls
from flows.deployments.embedded_server import prepare_prefect
from flows.errors import EXPECTED_ERRORS, message_of
from flows.night.planning import Budget
from flows.operation.interruption import end_on_sigterm, say_stopped
from flows.operation.journal import EXIT_STATUS, Ending
from flows.settings.centre import CHECKOUT, Settings
from flows.settings.process import Kind, begin
from flows.sources.children import keep_no_core
from qa_rules.authoring.check import load_locked

if TYPE_CHECKING:
    from flows.summary import RunSummary


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

_FIRST = "First steps"
_NIGHT = "Every night"

app = typer.Typer(
    name="callqa",
    help="Evaluate every recorded call: flag lists for supervisors, a DuckDB warehouse for "
    "analysts. Recordings and transcripts stay on this machine, and personal data is masked "
    "before anything is stored.\n\n"
    "- `callqa try call.wav --company 'Harbour Bank'`: one recording, nothing stored\n\n"
    "- `callqa init /srv/callqa`, then in that folder `callqa doctor` and `callqa run`\n\n"
    "- `callqa status`: what the last night did, and what needs attention",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def main() -> None:
    """Run the command; expected errors are printed as one message without a traceback."""
    end_on_sigterm()
    keep_no_core()
    try:
        begin(Kind.COMMAND)
        app()
    except (*EXPECTED_ERRORS, OSError) as error:
        text = f"[bold red]error:[/] {escape(message_of(error))}"
        Console(stderr=True).print(text, highlight=False, soft_wrap=True)
        sys.exit(1)


@app.command(rich_help_panel=_NIGHT)
def run(
    source: Annotated[
        Path | None,
        typer.Argument(
            callback=existing_source,
            help="Folder or URL of recordings, each with a .json of the same name beside it, or "
            "one calls.csv for all. [default: CALLQA_SOURCE or recordings]",
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

    Exit status: 0 all done; 1 nothing published; 3 published, but look at the causes shown; 130
    ended by Ctrl-C or SIGTERM.

    - `callqa run recordings/2026-03-10`: one day

    - `callqa run s3://bucket/recordings`: what lies in a store; see the README

    - `callqa run --until 05:45`: the folder in CALLQA_SOURCE, as far as the night allows

    - `callqa run recordings --limit 20`: a first look
    """
    Budget(Settings.with_overrides().time_zone, until)  # refuses what is no time of day, at once
    _run(source, home, limit=limit, until=until, rehear=rehear)


@app.command(rich_help_panel=_NIGHT)
def rejudge(home: Home = None) -> None:
    """Judge all stored calls again by the current rule files, publish, and write the lists.

    Calls of every folder that was ever evaluated, each by the rules in force on its day, from
    their redacted transcripts: no recording is opened. `callqa rules replay` shows beforehand what
    would change.
    """
    _prepare("rejudge", home=home)
    from flows.deployments.nightly import rejudge as rejudge_all  # noqa: PLC0415  as in `_run`

    _show(rejudge_all(home=home))


@app.command(rich_help_panel=_FIRST)
def demo() -> None:
    """Evaluate the bundled night of 25 invented calls into the folder `demo`."""
    calls = CHECKOUT / "tests" / "night" / "calls"
    _run(calls, Path("demo"))


def _run(source: Path | None, home: Path | None, **options: Any) -> None:
    _prepare("nightly", source=source, home=home)
    # Prefect is slow, and reads its settings on import.
    from flows.deployments.nightly import nightly  # noqa: PLC0415

    _show(nightly(source=source, home=home, **options))


def _prepare(flow: str, **given: Path | None) -> None:
    """Start what a run needs; an invalid rule file is reported before, not after it."""
    from flows.deliver.operator import operator_told  # noqa: PLC0415  slow to import

    with operator_told(flow):
        settings = Settings.with_overrides(**given)
        load_locked(settings.rules)
        try:
            prepare_prefect(settings.home)
        except KeyboardInterrupt:
            say_stopped()
            raise


def _show(summary: "RunSummary") -> None:
    from flows.cli.terminal import show_summary, table_console  # noqa: PLC0415

    show_summary(summary, table_console())
    if summary.concerns:
        raise typer.Exit(EXIT_STATUS[Ending.ATTENTION])


_OTHERS: dict[str, dict[str, Callable[..., None]]] = {
    _FIRST: {
        "try": try_recording.try_,
        "init": setup.init,
        "config": setup.config,
        "doctor": setup.doctor,
    },
    _NIGHT: {
        "status": status.status,
        "runs": status.runs,
        "deliver": deliver.deliver,
        "verify": verify.verify,
        "repair": verify.repair,
    },
    "Results": {
        "coach": report.coach,
        "report": report.report,
        "record": record.record,
        "search": warehouse.search_,
        "transcript": transcript.transcript,
        "redact": redact.redact,
        "recording": recording.recording,
    },
    "Warehouse": {
        "tables": warehouse.tables,
        "sql": warehouse.sql,
        "export": warehouse.export_,
        "share": warehouse.share_,
        "dictionary": warehouse.dictionary,
    },
    "Governance": {"erase": erase.erase},
    "Rules": {"check": rules_on_calls.check},
}
for _panel, _commands in _OTHERS.items():
    for _name, _command in _commands.items():
        app.command(_name, rich_help_panel=_panel)(_command)
app.add_typer(desk.app, name="desk", rich_help_panel="Results")
app.add_typer(sources.app, name="sources", rich_help_panel=_FIRST)
app.add_typer(deliver.alerts, name="alerts", rich_help_panel=_NIGHT)
app.add_typer(audit.app, name="audit", rich_help_panel="Governance")
app.add_typer(hold.app, name="hold", rich_help_panel="Governance")
app.add_typer(key.app, name="key", rich_help_panel="Governance")
app.add_typer(originals.app, name="originals", rich_help_panel="Governance")
app.add_typer(retention.app, name="retention", rich_help_panel="Governance")
app.add_typer(subject.app, name="subject", rich_help_panel="Governance")
app.add_typer(suppression.app, name="suppression", rich_help_panel="Governance")
app.add_typer(warehouse.ducklake, name="ducklake", rich_help_panel="Warehouse")
for _name, _group in {"rules": rule_files.app, "pii": pii.app, "languages": languages.app}.items():
    app.add_typer(_group, name=_name, rich_help_panel="Rules")
