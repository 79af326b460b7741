"""`callqa languages ...`: list the languages, and report what each of them lacks."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from flows.cli.options import Rules
from flows.cli.terminal import table_console
from flows.errors import FlowsError
from flows.settings.centre import Settings
from models.errors import DataFilesError
from models.language.pack import known_languages, pack_folder
from models.language.pack_gaps import pack_gaps
from qa_rules.authoring.language_gaps import language_gaps
from warehouse.reports.site.catalogue import catalogue_gaps, page_languages
from warehouse.snapshot.search_index import stemmer_gaps

app = typer.Typer(
    help="List the languages, and report what a new one still needs.", no_args_is_help=True
)


@app.command("list")
def list_(rules: Rules = None) -> None:
    """List every language that has a pack, with the number of its gaps."""
    folder = Settings.with_overrides(rules=rules).rules
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("language", "pages", "gaps", "pack"):
        table.add_column(name, no_wrap=True)
    for code in known_languages():
        pages = "yes" if code in page_languages() else "no"
        table.add_row(code, pages, str(len(_gaps(folder, code))), str(pack_folder(code)))
    table_console().print(table)


@app.command()
def check(
    code: Annotated[
        str | None, typer.Argument(help="ISO 639-1 code. [default: every language with a pack]")
    ] = None,
    rules: Rules = None,
) -> None:
    """Report everything that a language lacks, with file and key.

    The check covers the language pack, the rules, the types of personal data, the scorecards and
    the texts of the pages.
    """
    folder = Settings.with_overrides(rules=rules).rules
    codes = (code,) if code else known_languages()
    gaps = {one: _gaps(folder, one) for one in codes}
    console = Console()
    for line in (line for lines in gaps.values() for line in lines):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if any(gaps.values()):
        counts = ", ".join(f"{len(lines)} in {one}" for one, lines in gaps.items() if lines)
        raise FlowsError(f"languages are not complete: {counts}")
    console.print(f"[green]Nothing is missing[/] in {', '.join(codes)}.")


def _gaps(rules: Path, code: str) -> list[str]:
    """What a language lacks in all packages, as `path:line: what; expected what`."""
    gaps = pack_gaps(code) + language_gaps(rules, code)
    try:
        gaps += stemmer_gaps(code) + catalogue_gaps(code)
    except (
        DataFilesError
    ) as error:  # a pack that cannot be read, and is named already if it is this
        gaps += [fault for fault in error.faults if fault not in gaps]
    return gaps
