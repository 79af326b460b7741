"""Commands that apply rule files to calls: explain, replay, check, and accuracy."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.options import AsJson, Home, Restricted, Rules
from flows.cli.rules.stored_calls import allowed, opened
from flows.cli.terminal import number_changes, outcome_changes, table_console
from flows.errors import FlowsError
from flows.settings.centre import Settings
from qa_rules.authoring.accuracy import Label, macro_f1, measure
from qa_rules.authoring.explain import Judged
from qa_rules.authoring.explain import explain as explain_rule
from qa_rules.authoring.replay import replay as replay_rules
from qa_rules.evaluation.second_reading import judge_twice
from qa_rules.jsonl.judge import check_calls, mask
from qa_rules.jsonl.transcripts import read_calls
from qa_rules.results import CallResult, Outcome
from qa_rules.rule_files.rulebook import RuleBook, load_rulebook
from qa_rules.versions import Status
from warehouse.lake.lake import Lake

Explain = Annotated[
    tuple[str, str] | None,
    typer.Option(
        metavar="CALL RULE",
        help="Instead of all outcomes, show what one rule searched in one call, what it found, "
        "and which near misses fell short.",
    ),
]
Drafts = Annotated[bool, typer.Option("--drafts", help="Include drafts.")]

# Labels of observed signals in a truth file, as outcomes of the rule that observes them.
_WRITTEN = {"hit": Outcome.OBSERVED, "none": Outcome.NOT_APPLICABLE}


def explain(
    call_id: Annotated[str, typer.Argument(help="Id of an evaluated call.")],
    rule_id: Annotated[str, typer.Argument(help="Id of a rule, such as script-greeting.")],
    home: Home = None,
    rules: Rules = None,
    *,
    restricted: Restricted = False,
) -> None:
    """Show what a rule searched in a call, what it found, and which near misses fell short."""
    book, lake = opened(home, rules)
    results = list(allowed(lake.results([call_id]), restricted=restricted))
    if not results:
        raise FlowsError(f"call {call_id} is not evaluated; check the id, or begin with callqa run")
    (result,) = results
    judged = Judged(
        call=result.call,
        transcript=result.transcript,
        spans=result.pii_spans,
        metrics=result.metrics,
        alternatives=result.alternatives,
    )
    _print_explanation(judged, book, rule_id)


def replay(  # noqa: PLR0913  one option each
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
    restricted: Restricted = False,
) -> None:
    """Evaluate stored calls again with the current rule files; print what would change.

    Nothing is written, and nothing is printed if nothing changes.
    """
    book, lake = opened(home, rules)
    if drafts:
        book = book.with_drafts()
    if as_of:
        book = book.as_of(as_of.date())
    results = allowed(lake.results(), restricted=restricted)
    found = replay_rules(_between(results, from_, to), book)
    console = table_console()
    if found.outcomes:
        console.print(outcome_changes(found.outcomes))
    if found.numbers:
        console.print(number_changes(found.numbers))


def check(
    transcripts: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="JSON lines, one call each; see qa_rules/README.md."
        ),
    ],
    rules: Rules = None,
    *,
    explain: Explain = None,
    drafts: Drafts = False,
    as_json: AsJson = False,
) -> None:
    """Evaluate transcripts of other systems with a folder of rule files. No files are written.

    Lines that cannot be read are reported at the end; the others are evaluated nevertheless.
    Outcomes are printed with the second and the words that they rest on.
    """
    book = _active_rules(Settings.with_overrides(rules=rules).rules, drafts=drafts)
    errors: list[str] = []
    if explain:
        _explain_line(transcripts, book, explain)
        return
    console = Console()
    unjudged: list[str] = []
    for line in check_calls(read_calls(transcripts, errors), book, unjudged):
        if as_json:
            typer.echo(json.dumps(line, ensure_ascii=False))
        else:
            console.print(_outcome(line), soft_wrap=True)
    for error in errors:
        typer.echo(error, err=True)
    if unjudged:
        what = f"{len(unjudged)} of the calls, such as {unjudged[0]}, began before any rule"
        typer.echo(f"{what} was in force; see `effective_from` of the rules", err=True)
    if errors:
        raise typer.Exit(1)


def _active_rules(folder: Path, *, drafts: bool) -> RuleBook:
    book = load_rulebook(folder)
    if drafts:
        book = book.with_drafts()
    if not any(rule.status is Status.ACTIVE for rule in book.rules):
        raise FlowsError(
            f"no rule in {folder} is active; activate one, or include drafts with --drafts"
        )
    return book


def _outcome(line: dict[str, Any]) -> Text:
    """An outcome of a call, with the second and the words that it rests on."""
    said = next((place for place in line["evidence"] if place["quote"]), None)
    quote = f"  {said['start_s']:.1f} s “{said['quote']}”" if said else ""
    keys = ("call_id", "rule_id", "outcome", "title", "reason")
    return Text("  ".join(line[key] for key in keys) + quote)


def _print_explanation(judged: Judged, book: RuleBook, rule_id: str) -> None:
    known = {rule.id for rule in book.rules}
    if rule_id not in known:
        like = get_close_matches(rule_id, known, n=1)
        hint = f"did you mean {like[0]}?" if like else "see callqa rules list"
        raise FlowsError(f"there is no rule {rule_id}; {hint}")
    explanation = explain_rule(judged, book, rule_id)
    if explanation is None:
        what = f"rule {rule_id} was not in force on {judged.call.started_at:%Y-%m-%d}"
        raise FlowsError(f"{what}; callqa rules list shows its status and dates")
    Console().print(explanation.text, markup=False, highlight=False, soft_wrap=True)


def _explain_line(transcripts: Path, book: RuleBook, call_and_rule: tuple[str, str]) -> None:
    """Explain one rule on one call of a file of transcripts.

    Raises:
        FlowsError: The file has no such call that can be read, or the rule did not apply that day.
    """
    call_id, rule_id = call_and_rule
    errors: list[str] = []
    for call, heard in read_calls(transcripts, errors):
        if call.call_id == call_id:
            transcript, spans, metrics = mask(call, heard, book)
            judged = Judged(call=call, transcript=transcript, spans=spans, metrics=metrics)
            _print_explanation(judged, book, rule_id)
            return
    unread = f"; some lines cannot be read: {errors[0]}" if errors else ""
    raise FlowsError(f"{transcripts} has no call {call_id}; check the id{unread}")


def accuracy(
    labels: Path, home: Path | None, rules: Path | None, *, restricted: bool
) -> Table | None:
    """Precision and recall per rule and language on stored calls with labels.

    Args:
        labels: Folder of JSON files, each with a `call_id` and `rules` (outcome by rule id).
        home: Where the calls are stored.
        rules: Folder of the rule files.
        restricted: Whether restricted calls count.

    Returns:
        None if no labelled call is stored.
    """
    rows = measure(_labels(labels, *opened(home, rules), restricted=restricted))
    if not rows:
        return None
    table = Table("rule", "language", "outcome", "precision", "recall", "calls", box=None)
    for row in rows:
        shown = (f"{row.precision:.2f}", f"{row.recall:.2f}", str(row.wanted))
        table.add_row(row.rule_id, row.language, row.outcome or "no verdict", *shown)
    table.add_section()
    table.add_row("macro F1", "", "", f"{macro_f1(rows):.3f}")
    return table


def _between(
    results: Iterable[CallResult], first: dt.datetime | None, last: dt.datetime | None
) -> Iterator[CallResult]:
    for result in results:
        day = result.call.started_at.date()
        if (first is None or first.date() <= day) and (last is None or day <= last.date()):
            yield result


def _labels(truth: Path, book: RuleBook, lake: Lake, *, restricted: bool) -> Iterator[Label]:
    labelled = {}
    for path in sorted(truth.glob("*.json")):
        data = json.loads(path.read_bytes())
        if isinstance(data, dict) and "rules" in data:
            labelled[data["call_id"]] = data
    for result in allowed(lake.results(labelled), restricted=restricted):
        heard = (result.call, result.transcript, result.pii_spans, result.metrics)
        findings = judge_twice(*heard, book, result.alternatives)
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
