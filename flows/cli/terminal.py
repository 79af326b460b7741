"""Terminal output: the summary of a run and the report of one call."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from models.call import Role
from models.timecode import clock
from qa_rules.evaluation.reasons import ABSENCES, UNCLEAR
from qa_rules.evaluation.severity import CLEAR, grounds_of
from qa_rules.results import AnswerValue, Outcome, Severity

if TYPE_CHECKING:
    from flows.summary import RunSummary
    from qa_rules.authoring.replay import NumberChange, OutcomeChange
    from qa_rules.results import CallResult, Evaluation, Finding
    from qa_rules.rule_files.rulebook import RuleBook

_PIPED_WIDTH = 240
_ROLE_STYLE = {
    Role.AGENT: "cyan",
    Role.CUSTOMER: "green",
    Role.SYSTEM: "dim",
    Role.UNKNOWN: "magenta",
}
_OUTCOME_STYLE = {
    Outcome.PASS: "green",
    Outcome.OBSERVED: "cyan",
    Outcome.FAIL: "bold red",
    Outcome.CANNOT_TELL: "yellow",
    Outcome.NOT_APPLICABLE: "dim",
}
_FIRST = (Outcome.FAIL, Outcome.CANNOT_TELL)
_ORDER = (*_FIRST, Outcome.OBSERVED, Outcome.PASS, Outcome.NOT_APPLICABLE)
_SEVERITIES = tuple(Severity)
_ANSWERS = (AnswerValue.NO, AnswerValue.UNKNOWN, AnswerValue.YES, AnswerValue.NA)
_ANSWER_STYLE = {
    AnswerValue.YES: "green",
    AnswerValue.NO: "bold red",
    AnswerValue.UNKNOWN: "yellow",
    AnswerValue.NA: "dim",
}


def table_console() -> Console:
    """A console for tables; when piped, tables are not cut to the width of a terminal."""
    console = Console()
    return console if console.is_terminal else Console(width=_PIPED_WIDTH)


def show_summary(summary: RunSummary, console: Console) -> None:
    """Print what became of every item, and where the results are."""
    console.print()
    console.print(f"[bold]{summary.counts}[/]", highlight=False)
    console.print(summary.change)
    if summary.run.quarantined:
        table = Table("quarantined", "reason", "what to do", box=None, padding=(0, 2, 0, 0))
        for item in summary.run.quarantined:
            reason = Text(item.reason, style="yellow")
            table.add_row(Text(Path(item.item).name), reason, Text(item.detail))
        console.print()
        console.print(table)
    console.print()
    console.print(
        f"{summary.audio_s / 60:.1f} minutes of calls in {clock(summary.wall_s)}"
        f" on {summary.workers} workers with {summary.run.model_pin}",
        highlight=False,
    )
    told = (summary.judged_again, summary.outdated, summary.not_kept, summary.read_twice)
    for line in filter(None, (*told, summary.delivered)):
        console.print(line, highlight=False)
    for concern in summary.concerns:
        console.print(Text.assemble(("attention: ", "bold yellow"), concern), soft_wrap=True)
    places = {
        "overview": summary.overview,
        "flag lists": summary.lists / "index.html",
        "warehouse": summary.snapshot,
    }
    show_paths(places, console)


def show_paths(paths: dict[str, Path], console: Console) -> None:
    """Print paths, each unwrapped on a line of its own, so that they can be copied."""
    for name, path in paths.items():
        console.print(f"{name:>11}: {path}", soft_wrap=True, highlight=False)


def show_call(
    result: CallResult, rulebook: RuleBook, console: Console, *, is_complete: bool = False
) -> None:
    """Print one call: what failed or needs a person first, then score and redacted transcript.

    Args:
        result: The evaluation.
        rulebook: The rules, for their titles.
        console: Where to print.
        is_complete: Whether to list also what passed or does not apply, instead of a count.
    """
    transcript = result.transcript
    console.print(
        Panel(
            f"{clock(transcript.duration_s)} long, {transcript.channel_count} channel(s), "
            f"language {transcript.language} ({transcript.language_confidence:.0%} confidence), "
            f"model {transcript.model_pin}",
            title=Text(result.recording.path.name),
            title_align="left",
        )
    )
    for note in transcript.notes:
        console.print(f"[yellow]note:[/] {note.english}")
    _show_findings(result, rulebook, console, is_complete=is_complete)
    for evaluation in result.evaluations:
        _show_evaluation(evaluation, console, is_complete=is_complete)
    console.print("\n[bold]Transcript[/]")
    _show_turns(result, console)


def _show_turns(result: CallResult, console: Console) -> None:
    table = Table.grid(padding=(0, 2, 0, 0))
    for turn in result.transcript.turns:
        style = _ROLE_STYLE[turn.role]
        table.add_row(clock(turn.start_s), Text(turn.role, style=style), Text(turn.text))
    if not result.transcript.turns:
        console.print("No speech was recognised.")
    console.print(table)
    masked = Counter(span.type for span in result.pii_spans)
    if masked:
        listed = ", ".join(f"{count} x {kind}" for kind, count in sorted(masked.items()))
        console.print(f"\n[bold]Masked before anything is stored:[/] {listed}")


def _show_findings(
    result: CallResult, rulebook: RuleBook, console: Console, *, is_complete: bool
) -> None:
    table = Table.grid(padding=(0, 2, 0, 0))
    counts: Counter[Outcome] = Counter()
    for finding in sorted(result.findings, key=_urgency):
        outcome = finding.outcome
        if not (is_complete or finding.flagged or outcome in _FIRST):
            counts[outcome] += 1
            continue
        table.add_row(
            _heard_at(finding),
            Text(outcome, style=_OUTCOME_STYLE[outcome]),
            Text.assemble(
                (rulebook.title_of(finding), "bold"),
                f" ({finding.rule_id})\n{finding.reason.english}{_heard(finding)}",
            ),
        )
    console.print("\n[bold]Rules[/]")
    console.print(table if table.row_count else "No check failed, and none was inconclusive.")
    rest = {
        "passed": counts[Outcome.PASS],
        "heard, without a verdict": counts[Outcome.OBSERVED],
        "do not apply to this call": counts[Outcome.NOT_APPLICABLE],
    }
    if told := ", ".join(f"{count} {what}" for what, count in rest.items() if count):
        console.print(f"{told} (--all lists them).", style="dim", highlight=False)


def _urgency(finding: Finding) -> tuple[int, int]:
    """Failures first, the most severe before others; then whatever else a person should review."""
    outcome = _ORDER.index(finding.outcome)
    if finding.flagged:
        outcome = min(outcome, _ORDER.index(Outcome.CANNOT_TELL))
    return outcome, -_SEVERITIES.index(finding.severity)


def _heard_at(finding: Finding) -> str:
    """Time of the evidence; an absence has none."""
    heard = [evidence for evidence in finding.evidence if evidence.turn is not None]
    return clock(heard[0].start_s) if heard else ""


def _heard(finding: Finding) -> str:
    """The words that a finding rests on, and how clearly they were heard."""
    is_clear = finding.confidence >= CLEAR and grounds_of(finding).code not in UNCLEAR
    clearly = "clearly" if is_clear else "unclearly"
    quote = next((evidence.quote for evidence in finding.evidence if evidence.quote), "")
    if quote:
        return f"\n“{quote}”, heard {clearly}"
    facts = grounds_of(finding).values.get("facts", ())
    if any(fact.code in ABSENCES for fact in facts):
        return f"\nWhat is said there was heard {clearly}."
    return ""


def _show_evaluation(evaluation: Evaluation, console: Console, *, is_complete: bool) -> None:
    score = "no score" if evaluation.score is None else f"{evaluation.score:.0f} of 100"
    band = f" ({evaluation.band})" if evaluation.band else ""
    failed = " [bold red]auto-fail[/]" if evaluation.auto_fail else ""
    console.print(f"\n[bold]Scorecard {evaluation.scorecard_id}: {score}[/]{band}{failed}")
    if evaluation.reason:
        console.print(Text(evaluation.reason.english, style="yellow"))
    table = Table.grid(padding=(0, 2, 0, 0))
    earned = 0
    for answer in sorted(evaluation.answers, key=lambda answer: _ANSWERS.index(answer.value)):
        if answer.value not in _ANSWERS[:2] and not is_complete:
            earned += 1
            continue
        style = _ANSWER_STYLE[answer.value]
        weight = f"{answer.weight:g} points"
        table.add_row(
            Text(answer.value, style=style), Text(answer.question), Text(weight, style="dim")
        )
    if table.row_count:
        console.print(table)
    if earned:
        others = f"{earned} more answers are yes or not applicable (--all lists them)."
        console.print(others, style="dim", highlight=False)


def outcome_changes(changes: tuple[OutcomeChange, ...]) -> Table:
    """Changed outcomes of a replay as a table."""
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


def number_changes(changes: tuple[NumberChange, ...]) -> Table:
    """Changed figures of a replay as a table."""
    table = Table("figure", "of", "before", "after", box=None, padding=(0, 2, 0, 0))
    for change in changes:
        table.add_row(change.kind, change.name, _number(change.before), _number(change.after))
    return table


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"
