"""`callqa rules ...`: what rule authors run while they write."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli import rules_on_calls
from flows.cli.options import Home, Rules
from flows.cli.terminal import table_console
from flows.errors import FlowsError
from flows.settings import Settings
from qa_rules.authoring.check import check_rules, lock_rules
from qa_rules.authoring.examples import ExampleResult, run_examples
from qa_rules.authoring.import_transcribe import import_category
from qa_rules.authoring.json_schemas import SCHEMAS, write_schemas
from qa_rules.authoring.new_rule import begin_version, new_rule
from qa_rules.rule_files.rulebook import load_rulebook

NIGHT_LABELS = Path(__file__).parents[2] / "tests" / "night" / "truth"

app = typer.Typer(help="Write, check and try out the rule files.", no_args_is_help=True)
app.command()(rules_on_calls.explain)
app.command()(rules_on_calls.replay)


@app.command("list")
def list_(rules: Rules = None) -> None:
    """List every version of every rule: its severity, and the days on which it judges."""
    book = load_rulebook(Settings.with_overrides(rules=rules).rules)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("rule", "v", "status", "severity", "from", "until"):
        table.add_column(name, no_wrap=True)
    table.add_column("title", overflow="fold")
    for rule in sorted(book.rules, key=lambda rule: rule.key):
        table.add_row(
            rule.id,
            str(rule.version),
            rule.status,
            rule.severity,
            str(rule.effective_from),
            str(rule.effective_until or ""),
            Text(rule.title),
        )
    table_console().print(table)


@app.command()
def new(
    rule_id: Annotated[str, typer.Argument(help="Its id, such as script-parking-offer.")],
    rules: Rules = None,
) -> None:
    """Write a draft of a new rule, with a place for every language, and say where it is."""
    path, text = new_rule(Settings.with_overrides(rules=rules).rules, rule_id, _today())
    _write_new(path, text)


@app.command("new-version")
def new_version(
    rule_id: Annotated[
        str, typer.Argument(help="A rule, scorecard or PII type, such as script-greeting.")
    ],
    from_: Annotated[
        dt.datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="Its first day; tomorrow if not given."),
    ] = None,
    rules: Rules = None,
) -> None:
    """Begin the next version of a rule; the one so far is kept for the calls of its time."""
    day = from_.date() if from_ else _today() + dt.timedelta(days=1)
    earlier, path = begin_version(Settings.with_overrides(rules=rules).rules, rule_id, day)
    Console().print(f"Kept {earlier}.\nEdit {path}: it judges from {day} on.", soft_wrap=True)


@app.command("import-transcribe")
def import_transcribe(
    category: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="JSON of a create-category call."),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the rule file.")],
) -> None:
    """Turn a category of Amazon Transcribe Call Analytics into a draft rule."""
    rule_id, text = import_category(category.read_text(encoding="utf-8"), _today())
    out.mkdir(parents=True, exist_ok=True)
    _write_new(out / f"{rule_id}.yaml", text)


@app.command()
def schemas(
    out: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder; by default schemas/ of the rules.")
    ] = None,
    rules: Rules = None,
) -> None:
    """Write the JSON Schemas by which editors complete and check what is written by hand."""
    folder = out or Settings.with_overrides(rules=rules).rules / "schemas"
    write_schemas(folder)
    Console().print(f"Wrote {len(SCHEMAS)} schemas into {folder}.", soft_wrap=True)


@app.command()
def lock(rules: Rules = None) -> None:
    """Lock every rule as it is now, so that an edit without a new version is found out."""
    folder = Settings.with_overrides(rules=rules).rules
    _tell_faults(lock_rules(folder))
    Console().print("[green]Locked.[/]")


@app.command()
def check(rules: Rules = None) -> None:
    """Say everything that is wrong with the rule files, each fault with its file and line."""
    folder = Settings.with_overrides(rules=rules).rules
    _tell_faults(check_rules(folder))
    book = load_rulebook(folder)
    Console().print(
        f"[green]No fault[/] in {len(book.rules)} rule files"
        f" and {len(book.scorecards)} scorecard files."
    )


@app.command("test")
def run_them(
    rules: Rules = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Folder of labelled calls, as JSON with call_id and rules {id: outcome}; by "
            "default those of the invented night.",
        ),
    ] = None,
    home: Home = None,
) -> None:
    """Run the examples of every rule in every language: what must be heard, and what must not.

    Examples of drafts are run too, but none that fails is an error. Where labelled calls are
    stored, precision and recall on them follow.
    """
    console = table_console()
    results = run_examples(load_rulebook(Settings.with_overrides(rules=rules).rules))
    console.print(_counts(results))
    failed = [result for result in results if not result.passed]
    for result in failed:
        rule = f"{result.rule_id} v{result.version}{', a draft' if result.draft else ''}"
        name = f"{rule} ({result.language}) {result.kind} {result.number}"
        said = "was heard" if result.heard else "was not heard"
        console.print(f"\n[bold red]{name} {said}:[/]", highlight=False)
        console.print(Text(f"  {result.text}\n  {result.why}"))
    console.print(
        f"\n{len(results) - len(failed)} of {len(results)} examples as their authors say."
    )
    labels = labels or (NIGHT_LABELS if NIGHT_LABELS.exists() else None)
    if labels:
        measured = rules_on_calls.accuracy(labels, home, rules)
        console.print(
            measured or f"No call that {labels} labels is stored: no precision, no recall."
        )
    if any(not result.draft for result in failed):
        raise typer.Exit(1)


def _tell_faults(faults: list[str]) -> None:
    """Print faults, if any, and end with 1."""
    console = Console()
    for fault in faults:
        console.print(fault, markup=False, highlight=False, soft_wrap=True)
    if faults:
        console.print(f"[bold red]{len(faults)} to mend[/]")
        raise typer.Exit(1)


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise FlowsError(f"{path} is there already; choose another id or remove it") from None
    Console().print(f"Wrote {path}. It judges nobody until its status says active.", soft_wrap=True)


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def _counts(results: list[ExampleResult]) -> Table:
    """Passed of all examples, a line a version of a rule and a column a language."""
    languages = list(dict.fromkeys(result.language for result in results))
    total = Counter((result.key, result.language) for result in results)
    passed = Counter((result.key, result.language) for result in results if result.passed)
    table = Table("rule", "v", *languages, box=None, padding=(0, 2, 0, 0))
    for key in dict.fromkeys(result.key for result in results):
        rule_id, version = key
        cells = [(key, language) for language in languages]
        table.add_row(
            rule_id,
            str(version),
            *(
                Text(f"{passed[cell]}/{total[cell]}", "" if passed[cell] == total[cell] else "red")
                for cell in cells
            ),
        )
    return table
