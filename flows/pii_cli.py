"""`callqa pii ...`: the detector of personal data by itself, and proof that it was masked."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import json
import sys

import typer
from rich.console import Console
from rich.table import Table

from flows.options import AgentChannel, AsJson, Language, OneRecording
from flows.settings import Settings
from qa_rules.errors import TranscriptLineError
from qa_rules.rulebook import load_rulebook
from qa_rules.scanning import scan_line

app = typer.Typer(help="Find personal data; prove that it is gone.", no_args_is_help=True)


@app.command()
def scan(*, as_json: AsJson = False) -> None:
    """Find personal data in JSON lines from standard input; nothing is written anywhere.

    A line is `{"language": "it", "words": ["il", "mio", ...]}` or a transcript: `{"call_id",
    "language", "turns": [{"role", "start_s", "end_s", "text"}]}`. Each gives one line; a faulty
    one gives `{"error": ...}`, and the command ends with 1.
    """
    rules = load_rulebook(Settings.changed().rules).pii
    faulty = False
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        answer: dict[str, object]
        try:
            answer = {"spans": scan_line(line, f"<stdin>:{number}", rules)}
        except TranscriptLineError as error:
            answer, faulty = {"error": str(error)}, True
        typer.echo(json.dumps(answer) if as_json else _readable(number, answer))
    if faulty:
        raise typer.Exit(1)


def _readable(number: int, answer: dict[str, object]) -> str:
    spans = answer.get("spans")
    if not isinstance(spans, list):
        return str(answer["error"])
    rows = []
    for span in spans:
        turn = f"turn {span['turn']} " if "turn" in span else ""
        masked = "" if span["reported"] else ", masked only"
        rows.append(
            f"  {span['type']} in {turn}words {span['first']}-{span['last'] - 1}, {span['act']},"
            f" confidence {span['confidence']:.2f}{masked}"
        )
    return "\n".join([f"line {number}: {len(rows)} found", *rows])


@app.command()
def proof(
    file: OneRecording,
    agent_channel: AgentChannel = None,
    language: Language = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Listen to a redacted copy again; ends with 1 if anything personal can be heard in it."""
    from flows.redacting import left_over  # noqa: PLC0415  --help should not wait for the models

    with Console(stderr=True).status("listening ..."):
        spans = left_over(Settings.changed(), file, agent_channel, language)
    rows = [
        {"type": span.type, "start_s": span.start_s, "end_s": span.end_s, "reported": span.reported}
        for span in spans
    ]
    console = Console()
    if as_json:
        typer.echo(json.dumps({"audio": str(file), "found": rows}))
    elif rows:
        table = Table("can be heard", "from s", "to s", "for sure", box=None, padding=(0, 2, 0, 0))
        for row in rows:
            table.add_row(*(str(value) for value in row.values()))
        console.print(table)
    else:
        console.print("[green]Nothing personal can be heard.[/]")
    if rows:
        raise typer.Exit(1)
