"""Commands that apply rule files to calls: replay, check, and accuracy."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.explain import explain_line
from flows.cli.options import AsJson, Home, Rules
from flows.cli.terminal import table_console
from flows.errors import FlowsError
from flows.settings import Settings
from qa_rules.authoring.accuracy import Label, macro_f1, measure
from qa_rules.authoring.replay import NumberChange, OutcomeChange
from qa_rules.authoring.replay import replay as replay_rules
from qa_rules.evaluation.judging import judge
from qa_rules.jsonl.judge import check_calls
from qa_rules.jsonl.transcripts import read_calls
from qa_rules.results import CallResult, Outcome
from qa_rules.rule_files.rulebook import RuleBook, load_rulebook
from qa_rules.versions import Status
from warehouse.lake.lake import Lake

Drafts = Annotated[bool, typer.Option("--drafts", help="Include drafts.")]

# Labels of observed signals in a truth file, as outcomes of the rule that observes them.
_WRITTEN = {"hit": Outcome.PASS, "none": Outcome.NOT_APPLICABLE}


def replay(
    from_: Annotated[
        dt.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")
    ] = None,
    to: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day.")] = None,
    as_of: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Judge as if the calls had been made on this day."),
    ] = None,
    home: Home = None,
    rules: Rules = None,
    *,
    drafts: Drafts = False,
) -> None:
    """Evaluate stored calls again with the current rule files; print what would change.

    Nothing is written, and nothing is printed if nothing changes.
    """
    book, lake = _open(home, rules)
    if drafts:
        book = book.with_drafts()
    if as_of:
        book = book.as_of(as_of.date())
    found = replay_rules(_between(lake, from_, to), book)
    console = table_console()
    if found.outcomes:
        console.print(_outcomes(found.outcomes))
    if found.numbers:
        console.print(_numbers(found.numbers))


def check(
    transcripts: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="JSON lines, one call each; see qa_rules/README.md."
        ),
    ],
    rules: Rules = None,
    *,
    explain: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="CALL RULE",
            help="Instead of all outcomes, show what one rule searched in one call, what it "
            "found, and which near misses fell short.",
        ),
    ] = None,
    drafts: Drafts = False,
    as_json: AsJson = False,
) -> None:
    """Evaluate transcripts of other systems with a folder of rule files. No files are written.

    Lines that cannot be read are reported at the end; the others are evaluated nevertheless.
    Outcomes are printed with the second and the words that they rest on.
    """
    folder = Settings.with_overrides(rules=rules).rules
    book = load_rulebook(folder)
    if drafts:
        book = book.with_drafts()
    if not any(rule.status is Status.ACTIVE for rule in book.rules):
        raise FlowsError(
            f"no rule in {folder} is active; activate one, or include drafts with --drafts"
        )
    errors: list[str] = []
    if explain:
        explain_line(transcripts, book, explain)
        return
    console = Console()
    unjudged: list[str] = []
    for line in check_calls(read_calls(transcripts, errors), book, unjudged):
        if as_json:
            typer.echo(json.dumps(line, ensure_ascii=False))
        else:
            said = next((place for place in line["evidence"] if place["quote"]), None)
            quote = f"  {said['start_s']:.1f} s “{said['quote']}”" if said else ""
            keys = ("call_id", "rule_id", "outcome", "title", "reason")
            console.print(Text("  ".join(line[key] for key in keys) + quote), soft_wrap=True)
    for error in errors:
        typer.echo(error, err=True)
    if unjudged:
        what = f"{len(unjudged)} of the calls, such as {unjudged[0]}, began before any rule"
        typer.echo(f"{what} was in force; see `effective_from` of the rules", err=True)
    if errors:
        raise typer.Exit(1)


def accuracy(labels: Path, home: Path | None, rules: Path | None) -> Table | None:
    """Precision and recall per rule and language on stored calls with labels.

    Args:
        labels: Folder of JSON files, each with a `call_id` and `rules` (outcome by rule id).
        home: Where the calls are stored.
        rules: Folder of the rule files.

    Returns:
        None if no labelled call is stored.
    """
    rows = measure(_labels(labels, *_open(home, rules)))
    if not rows:
        return None
    table = Table("rule", "language", "outcome", "precision", "recall", "calls", box=None)
    for row in rows:
        shown = (f"{row.precision:.2f}", f"{row.recall:.2f}", str(row.wanted))
        table.add_row(row.rule_id, row.language, row.outcome or "no verdict", *shown)
    table.add_section()
    table.add_row("macro F1", "", "", f"{macro_f1(rows):.3f}")
    return table


def _open(home: Path | None, rules: Path | None) -> tuple[RuleBook, Lake]:
    settings = Settings.with_overrides(home=home, rules=rules)
    return load_rulebook(settings.rules), Lake(settings.lake, settings.time_zone)


def _between(
    lake: Lake, first: dt.datetime | None, last: dt.datetime | None
) -> Iterator[CallResult]:
    for result in lake.results():
        day = result.call.started_at.date()
        if (first is None or first.date() <= day) and (last is None or day <= last.date()):
            yield result


def _labels(truth: Path, book: RuleBook, lake: Lake) -> Iterator[Label]:
    labelled = {}
    for path in sorted(truth.glob("*.json")):
        data = json.loads(path.read_bytes())
        if isinstance(data, dict) and "rules" in data:
            labelled[data["call_id"]] = data
    for result in lake.results(labelled):
        findings = judge(result.call, result.transcript, result.pii_spans, result.metrics, book)
        said = {finding.rule_id: finding.outcome for finding in findings}
        label = labelled[result.call.call_id]
        for rule_id, written in label["rules"].items():
            if rule_id in said:
                yield Label(
                    rule_id=rule_id,
                    language=label.get("language") or result.transcript.language,
                    wanted=_WRITTEN.get(written) or Outcome(written),
                    said=said[rule_id],
                )


def _outcomes(changes: tuple[OutcomeChange, ...]) -> Table:
    table = Table("call", "agent", "rule", "before", "after", "why", box=None, padding=(0, 2, 0, 0))
    for change in changes:
        cells = (
            change.call_id,
            change.agent_id,
            change.rule_id,
            change.before or "not in force",
            change.after or "not in force",
            change.why,
        )
        table.add_row(*map(Text, cells))
    return table


def _numbers(changes: tuple[NumberChange, ...]) -> Table:
    table = Table("figure", "of", "before", "after", box=None, padding=(0, 2, 0, 0))
    for change in changes:
        table.add_row(change.kind, change.name, _number(change.before), _number(change.after))
    return table


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"
