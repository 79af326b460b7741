"""`callqa pii ...`: detect personal data in text, list card data, verify redacted copies."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.options import AgentChannel, AsJson, Home, Language
from flows.cli.terminal import table_console
from flows.settings.centre import Settings
from qa_rules.errors import TranscriptLineError
from qa_rules.jsonl.scan import scan_line
from qa_rules.pii_detection.redaction.proof import Proof
from qa_rules.results import PiiSpan
from qa_rules.rule_files.rulebook import load_rulebook
from warehouse.query.reader import open_snapshot

EVIDENCE = "from mart.pci_evidence order by has_cvv desc, call_date, call_id"

app = typer.Typer(
    help="Detect personal data, and verify that it was removed.", no_args_is_help=True
)


@app.command()
def scan(*, as_json: AsJson = False) -> None:
    """Find personal data in JSON lines from standard input. No files are written.

    A line is `{"language": "it", "words": ["il", "mio", ...]}` or a transcript: `{"call_id",
    "language", "turns": [{"role", "start_s", "end_s", "text"}]}`. Each line gives one line of
    output; an invalid one gives `{"error": ...}`, and the command exits with status 1.
    """
    rules = load_rulebook(Settings.with_overrides().rules).pii
    has_error = False
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        answer: dict[str, object]
        try:
            answer = {
                "spans": scan_line(line, f"<stdin>:{number}", rules, is_explained=not as_json)
            }
        except TranscriptLineError as error:
            answer, has_error = {"error": str(error)}, True
        typer.echo(json.dumps(answer) if as_json else _readable(number, answer))
    if has_error:
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
            f" confidence {span['confidence']:.2f}{masked}: {span['why']}"
        )
    return "\n".join([f"line {number}: {len(rows)} found", *rows])


@app.command()
def evidence(*, home: Home = None, as_json: AsJson = False) -> None:
    """List the original recordings that contain card data or keyed digits, for deletion.

    Each with time stamps. --json prints one line per recording. Security codes must not be stored
    after a payment at all.
    """
    table = Table(
        "call", "recording", "code", "card", "keyed", "at (s)", box=None, padding=(0, 2, 0, 0)
    )
    with open_snapshot(Settings.with_overrides(home=home).warehouse) as snapshot:
        columns, rows = snapshot.ask(EVIDENCE)
        for row in rows:
            record = dict(zip(columns, row, strict=True))
            if as_json:
                typer.echo(json.dumps(record, default=str))
                continue
            stretches = ", ".join(
                f"{one['start_s']:.1f}-{one['end_s']:.1f}" for one in record["stretches"]
            )
            marks = ("yes" if record[key] else "" for key in ("has_cvv", "has_card_number"))
            keyed = str(record["keyed_digit_count"] or "")
            cells = (record["call_id"], record["recording_path"], *marks, keyed, stretches)
            table.add_row(*map(Text, cells))
    if not as_json:
        table_console().print(table)


@app.command()
def proof(
    recordings: Annotated[
        list[Path], typer.Argument(exists=True, help="Redacted copies, or folders of them.")
    ],
    agent_channel: AgentChannel = None,
    language: Language = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Transcribe redacted copies; exits with status 1 if personal data is audible.

    Numbers, codes, dates, e-mail addresses and keyed digits count. Names and other words are listed
    separately, for a person to check: recognition produces such words from partly muted syllables.
    """
    from flows.one_recording.redacting import proofs  # noqa: PLC0415  keeps --help fast

    files = [file for path in recordings for file in _audio_files(path)]
    console, failed = Console(), False
    with Console(stderr=True).status("transcribing ..."):
        for file, left in proofs(Settings.with_overrides(), files, agent_channel, language):
            failed = failed or not left.passes
            if as_json:
                report = {
                    "audio": str(file),
                    "found": _span_fields(left.numbers),
                    "words": _span_fields(left.words),
                    "keyed_digits": [asdict(stretch) for stretch in left.keyed_digits],
                }
                typer.echo(json.dumps(report))
            else:
                console.print(_verdict(file, left))
    if failed:
        raise typer.Exit(1)


def _audio_files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.opus")) if path.is_dir() else [path]


def _span_fields(spans: Iterable[PiiSpan]) -> list[dict[str, object]]:
    return [
        {"type": span.type, "start_s": span.start_s, "end_s": span.end_s, "reported": span.reported}
        for span in spans
    ]


def _verdict(file: Path, left: Proof) -> Text:
    found = [f"{span.type} at {span.start_s:.1f} s" for span in (*left.numbers, *left.words)]
    found += [f"keyed digits at {stretch.start_s:.1f} s" for stretch in left.keyed_digits]
    if not left.passes:
        return Text(f"{file}: audible: {', '.join(found)}", style="red")
    verdict = Text(f"{file}: no number is audible", style="green")
    return (
        verdict.append(f"; please check {', '.join(found)}", style="default") if found else verdict
    )
