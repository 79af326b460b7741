"""`callqa rules suggest`: contact reasons that no rule knows."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from flows.cli.options import Home, Restricted, Rules
from flows.cli.rules.stored_calls import allowed, opened
from flows.cli.terminal import table_console
from flows.errors import FlowsError
from qa_rules.authoring.suggest import Suggestion, draft_rule, languages_of, unknown_openings
from qa_rules.authoring.suggest import suggest as suggest_reasons


def suggest(
    days: Annotated[int, typer.Option(min=1, help="Days up to the last evaluated call.")] = 7,
    min_calls: Annotated[int, typer.Option(min=2, help="Least number of calls.")] = 5,
    out: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Folder for draft rules, such as qa_rules/reason."),
    ] = None,
    home: Home = None,
    rules: Rules = None,
    *,
    restricted: Restricted = False,
) -> None:
    """List why customers call without a rule knowing it: first sentences alike in meaning.

    Only inbound calls count that no rule with the tag contact-reason matches. With --out, a draft
    rule is written for each reason, unless a file of its name exists.
    """
    book, lake = opened(home, rules)
    stored = list(lake.days())
    if not stored:
        raise FlowsError("no call is evaluated; begin with callqa run")
    first = max(stored) - dt.timedelta(days=days - 1)
    recent = [day for day in stored if day >= first]
    results = allowed(lake.results(days=recent), restricted=restricted)
    openings = unknown_openings(results, book)
    suggestions = suggest_reasons(openings, min_calls, {rule.id for rule in book.rules})
    console = table_console()
    console.print(f"Calls without a contact reason since {first}: {len(openings)}")
    table = Table("calls", "languages", "customers say", box=None, padding=(0, 2, 0, 0))
    for suggestion in suggestions:
        count = str(len(suggestion.openings))
        table.add_row(count, languages_of(suggestion), Text(suggestion.name))
    console.print(table if suggestions else f"No {min_calls} of them are alike.")
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for path in _write(suggestions, book.centre.languages, out):
            console.print(f"Wrote {path}, a draft.", soft_wrap=True)


def _write(suggestions: Sequence[Suggestion], languages: Sequence[str], out: Path) -> list[Path]:
    """Write a draft for each suggestion whose file does not exist; returns the new files."""
    today = dt.datetime.now(dt.UTC).date()
    written = []
    for suggestion in suggestions:
        path = out / f"{suggestion.rule_id}.yaml"
        if not path.exists():
            path.write_text(draft_rule(suggestion, languages, today), encoding="utf-8")
            written.append(path)
    return written
