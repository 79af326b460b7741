"""Why a rule has its outcome: of an evaluated call, or of a transcript from another system."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from flows.cli.options import Home, Rules
from flows.errors import FlowsError
from flows.settings import Settings
from qa_rules.authoring.explain import Judged
from qa_rules.authoring.explain import explain as explain_rule
from qa_rules.jsonl.judge import mask
from qa_rules.jsonl.transcripts import read_calls
from qa_rules.rule_files.rulebook import RuleBook, load_rulebook
from warehouse.lake.lake import Lake


def explain(
    call_id: Annotated[str, typer.Argument(help="Id of an evaluated call.")],
    rule_id: Annotated[str, typer.Argument(help="Id of a rule, such as script-greeting.")],
    home: Home = None,
    rules: Rules = None,
) -> None:
    """Show what a rule searched in a call, what it found, and which near misses fell short."""
    settings = Settings.with_overrides(home=home, rules=rules)
    book = load_rulebook(settings.rules)
    results = list(Lake(settings.lake, settings.time_zone).results([call_id]))
    if not results:
        raise FlowsError(f"call {call_id} is not evaluated; check the id, or begin with callqa run")
    (result,) = results
    judged = Judged(
        call=result.call,
        transcript=result.transcript,
        spans=result.pii_spans,
        metrics=result.metrics,
    )
    _print_explanation(judged, book, rule_id)


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


def explain_line(transcripts: Path, book: RuleBook, call_and_rule: tuple[str, str]) -> None:
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
    unread = f"; {len(errors)} errors in other lines, such as {errors[0]}" if errors else ""
    raise FlowsError(f"{transcripts} has no call {call_id}; check the id{unread}")
