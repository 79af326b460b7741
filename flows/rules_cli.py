"""`callqa rules ...`: what rule authors run while they write."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.settings import Settings
from qa_rules.checking import check_rules
from qa_rules.examples import ExampleResult, run_examples
from qa_rules.rulebook import load_rulebook

app = typer.Typer(help="Check and test the rule files.", no_args_is_help=True)

Rules = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        file_okay=False,
        help="Folder of the rule files. [default: CALLQA_RULES or those of the checkout]",
    ),
]


@app.command()
def check(rules: Rules = None) -> None:
    """Say everything that is wrong with the rule files, each fault with its file and line."""
    folder = Settings.changed(rules=rules).rules
    console = Console()
    faults = check_rules(folder)
    for fault in faults:
        console.print(fault, markup=False, highlight=False, soft_wrap=True)
    if faults:
        console.print(f"[bold red]{len(faults)} to mend[/]")
        raise typer.Exit(1)
    book = load_rulebook(folder)
    console.print(
        f"[green]No fault[/] in the files of {len(book.rules)} rules"
        f" and {len(book.scorecards)} scorecard(s)."
    )


@app.command("test")
def run_them(rules: Rules = None) -> None:
    """Run the examples of every rule in every language: what must be heard, and what must not."""
    console = Console()
    results = run_examples(load_rulebook(Settings.changed(rules=rules).rules))
    console.print(_counts(results))
    failed = [result for result in results if not result.passed]
    for result in failed:
        name = f"{result.rule_id} ({result.language}) {result.kind} {result.number}"
        said = "was heard" if result.heard else "was not heard"
        console.print(f"\n[bold red]{name} {said}:[/]", highlight=False)
        console.print(Text(f"  {result.text}\n  {result.why}"))
    console.print(
        f"\n{len(results) - len(failed)} of {len(results)} examples as their authors say."
    )
    if failed:
        raise typer.Exit(1)


def _counts(results: list[ExampleResult]) -> Table:
    """Passed of all examples, a line a rule and a column a language."""
    languages = list(dict.fromkeys(result.language for result in results))
    total = Counter((result.rule_id, result.language) for result in results)
    passed = Counter((result.rule_id, result.language) for result in results if result.passed)
    table = Table("rule", *languages, box=None, padding=(0, 2, 0, 0))
    for rule_id in dict.fromkeys(result.rule_id for result in results):
        cells = [(rule_id, language) for language in languages]
        table.add_row(
            rule_id,
            *(
                Text(f"{passed[cell]}/{total[cell]}", "" if passed[cell] == total[cell] else "red")
                for cell in cells
            ),
        )
    return table
