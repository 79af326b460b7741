"""`callqa rules ...`: the commands of rule authors."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.options import Home, Restricted, Rules
from flows.cli.rules import rules_on_calls
from flows.cli.rules.suggest import suggest
from flows.cli.terminal import table_console
from flows.errors import FlowsError
from flows.settings.centre import CHECKOUT, Settings
from qa_rules.authoring.check import check_rules, lock_rules
from qa_rules.authoring.examples import ExampleResult, run_examples
from qa_rules.authoring.import_transcribe import import_category
from qa_rules.authoring.json_schemas import SCHEMAS, write_schemas
from qa_rules.authoring.new_rule import begin_version, new_rule
from qa_rules.rule_files.rulebook import load_rulebook

BUNDLED_RULES = CHECKOUT / "qa_rules"
NIGHT_LABELS = BUNDLED_RULES.with_name("tests") / "night" / "truth"

app = typer.Typer(help="Write, check, test and replay rule files.", no_args_is_help=True)
app.command()(rules_on_calls.explain)
app.command()(rules_on_calls.replay)
app.command()(suggest)


@app.command("list")
def list_(rules: Rules = None) -> None:
    """List every version of every rule, with severity, status and effective dates."""
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
    rule_id: Annotated[str, typer.Argument(help="Id of the rule, such as script-parking-offer.")],
    rules: Rules = None,
) -> None:
    """Write a draft of a new rule, with a section for every language, and print its path."""
    path, text = new_rule(Settings.with_overrides(rules=rules).rules, rule_id, _today())
    _write_new(path, text)


@app.command("new-version")
def new_version(
    rule_id: Annotated[
        str,
        typer.Argument(help="Id of a rule, scorecard or PII type, such as script-greeting."),
    ],
    from_: Annotated[
        dt.datetime | None,
        typer.Option(
            "--from", formats=["%Y-%m-%d"], help="First day of the version. [default: tomorrow]"
        ),
    ] = None,
    rules: Rules = None,
) -> None:
    """Start the next version of a rule; the current one is kept for the calls of its time."""
    day = from_.date() if from_ else _today() + dt.timedelta(days=1)
    earlier, path = begin_version(Settings.with_overrides(rules=rules).rules, rule_id, day)
    Console().print(f"Kept {earlier}.\nEdit {path}; it takes effect on {day}.", soft_wrap=True)


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
        Path | None, typer.Option(file_okay=False, help="Folder. [default: schemas of the rules]")
    ] = None,
    rules: Rules = None,
) -> None:
    """Write JSON Schemas by which editors complete and validate rule files."""
    folder = out or Settings.with_overrides(rules=rules).rules / "schemas"
    write_schemas(folder)
    Console().print(f"Wrote {len(SCHEMAS)} schemas to {folder}.", soft_wrap=True)


@app.command()
def lock(rules: Rules = None) -> None:
    """Write the lock file, by which `check` finds edits without a new version."""
    folder = Settings.with_overrides(rules=rules).rules
    _exit_on_errors(lock_rules(folder))
    Console().print("[green]Locked.[/]")


@app.command()
def check(rules: Rules = None) -> None:
    """Report every error in the rule files, with file and line."""
    folder = Settings.with_overrides(rules=rules).rules
    _exit_on_errors(check_rules(folder))
    book = load_rulebook(folder)
    Console().print(
        f"[green]No errors[/] in {_files(len(book.rules), 'rule')}"
        f" and {_files(len(book.scorecards), 'scorecard')}."
    )


@app.command("test")
def run_them(
    rules: Rules = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Folder of labelled calls: JSON files with call_id and rules {id: outcome}. "
            "[default: for the bundled rules, the labels of the bundled night]",
        ),
    ] = None,
    home: Home = None,
    *,
    restricted: Restricted = False,
) -> None:
    """Run the examples of every rule in every language.

    Examples of drafts are included, but their failures do not count as errors. If labelled calls
    are stored, precision and recall on them are printed as well.
    """
    console = table_console()
    folder = Settings.with_overrides(rules=rules).rules
    results = run_examples(load_rulebook(folder))
    console.print(_counts(results))
    failed = [result for result in results if not result.passed]
    for result in failed:
        _show_failed(result, console)
    console.print(f"\n{len(results) - len(failed)} of {len(results)} examples passed.")
    if labels is None and folder.resolve() == BUNDLED_RULES and NIGHT_LABELS.exists():
        labels = NIGHT_LABELS  # of other rules they say nothing
    if labels:
        measured = rules_on_calls.accuracy(labels, home, rules, restricted=restricted)
        console.print(
            measured
            or f"No call labelled in {labels} is stored, so precision and recall are not measured."
        )
    if any(not result.draft for result in failed):
        raise typer.Exit(1)


def _show_failed(result: ExampleResult, console: Console) -> None:
    rule = f"{result.rule_id} v{result.version}{', a draft' if result.draft else ''}"
    name = f"{rule} ({result.language}) {result.kind} {result.number}"
    said = "matched" if result.heard else "did not match"
    console.print(f"\n[bold red]{name} {said}:[/]", highlight=False)
    console.print(Text(f"  {result.text}\n  {result.why}"))


def _exit_on_errors(errors: list[str]) -> None:
    """Print errors, if any, and exit with status 1."""
    console = Console()
    for error in errors:
        console.print(error, markup=False, highlight=False, soft_wrap=True)
    if errors:
        console.print(f"[bold red]{len(errors)} {'error' if len(errors) == 1 else 'errors'}[/]")
        raise typer.Exit(1)


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise FlowsError(f"{path} exists already; choose another id or remove the file") from None
    Console().print(
        f"Wrote {path}. It is a draft until its status is set to active.", soft_wrap=True
    )


def _files(number: int, kind: str) -> str:
    return f"{number} {kind} {'file' if number == 1 else 'files'}"


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def _counts(results: list[ExampleResult]) -> Table:
    """Passed of all examples: one row per version of a rule, one column per language."""
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
