"""What analysts run over the published warehouse: `callqa tables`, `sql`, `export` and more."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.options import Home
from flows.cli.terminal import table_console
from flows.publishing import published_snapshot
from flows.settings import Settings
from models.call import Role
from warehouse.query.dictionary import fresh_dictionary
from warehouse.query.export import export
from warehouse.query.reader import open_snapshot
from warehouse.query.search import SearchFilter, search
from warehouse.reports.dictionary_page import dictionary_page
from warehouse.snapshot.share import share
from warehouse.spreadsheets import write_csv

SHOWN_ROWS = 200

Relation = Annotated[
    str, typer.Argument(metavar="NAME", help="A relation, such as mart.agent_daily.")
]


def tables(
    name: Annotated[
        str | None,
        typer.Argument(help="A relation, such as mart.agent_daily: tell its columns instead."),
    ] = None,
    home: Home = None,
) -> None:
    """Say what can be queried: what one row of each relation is, or what its columns mean."""
    console = table_console()
    with open_snapshot(Settings.with_overrides(home=home).warehouse) as snapshot:
        if name:
            console.print(Text(snapshot.relations().get(name, "")), highlight=False)
            _show(console, ("column", "type", "what"), snapshot.columns(name))
        else:
            _show(console, ("relation", "what one row is"), snapshot.relations().items())


def sql(
    query: Annotated[str, typer.Argument(help='Such as "from mart.agent_daily limit 5".')],
    home: Home = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print all rows as CSV.")] = False,  # noqa: FBT002  an option
) -> None:
    """Ask the published warehouse a question in SQL. It cannot be changed this way."""
    with open_snapshot(Settings.with_overrides(home=home).warehouse) as snapshot:
        columns, rows = snapshot.ask(query)
        if as_csv:
            write_csv(sys.stdout, columns, rows, end="\n")
            return
        _show(table_console(), columns, islice(rows, SHOWN_ROWS))
        if next(rows, None):
            Console(stderr=True).print(f"The first {SHOWN_ROWS} rows; --csv prints all of them.")


def dictionary(
    out: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Write a page there: .md, or .html for a browser."),
    ] = None,
) -> None:
    """Print what every relation and column means, or write it as a page."""
    if out is None:
        typer.echo(fresh_dictionary())
    elif out.suffix == ".html":
        out.write_bytes(dictionary_page())
    else:
        out.write_text(fresh_dictionary(), encoding="utf-8")


def export_(
    name: Relation,
    out: Annotated[
        Path, typer.Option(dir_okay=False, help="The file to write: .parquet, .csv or .xlsx.")
    ],
    home: Home = None,
) -> None:
    """Write all rows of a relation to a file for other tools."""
    with open_snapshot(Settings.with_overrides(home=home).warehouse) as snapshot:
        export(snapshot, name, out)
    typer.echo(out)


def share_(
    supervisor: Annotated[
        list[str], typer.Option(help="Whose calls: who receives their flags. May be repeated.")
    ],
    out: Annotated[Path, typer.Option(dir_okay=False, help="The DuckDB file to write.")],
    home: Home = None,
    *,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="With the calls that only named people may see.")
    ] = False,
) -> None:
    """Write a warehouse that holds only the calls of some supervisors, for their eyes."""
    snapshot = published_snapshot(Settings.with_overrides(home=home))
    count = share(snapshot, out, supervisor, restricted=restricted)
    typer.echo(f"{out}: {count} calls")


def search_(  # noqa: PLR0913, PLR0917  one parameter an option
    words: Annotated[
        list[str], typer.Argument(help="Words in any form; every one must be said in the turn.")
    ],
    queue: Annotated[str | None, typer.Option(help="Only calls of this queue.")] = None,
    agent: Annotated[str | None, typer.Option(help="Only calls of this agent id.")] = None,
    language: Annotated[str | None, typer.Option(help="Only calls in it, such as es.")] = None,
    role: Annotated[Role | None, typer.Option(help="Only what they say.")] = None,
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")
    ] = None,
    to: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Turns to show at most.")] = 20,
    home: Home = None,
) -> None:
    """Find turns of calls by what is said in them, redacted as they are kept."""
    where = SearchFilter(
        queue=queue,
        agent_id=agent,
        language=language,
        role=role and role.value,
        first_date=from_.date() if from_ else None,
        last_date=to.date() if to else None,
    )
    with open_snapshot(Settings.with_overrides(home=home).warehouse) as snapshot:
        columns, rows = search(snapshot, " ".join(words), where, limit)
        found = list(rows)
    if not found:
        typer.echo("Nothing was said like that.")
        raise typer.Exit(1)
    _show(table_console(), columns, found)


def _show(console: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table; what a call says is shown as it is, never read as markup."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*(Text(_told(cell)) for cell in row))
    console.print(table)


def _told(cell: Any) -> str:
    if cell is None:
        return ""
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)
