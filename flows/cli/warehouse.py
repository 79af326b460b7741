"""Commands on the published warehouse: `callqa tables`, `sql`, `search`, `export` and others."""

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
from flows.governance.acts import handed_out
from flows.governance.audit import Act, record
from flows.publishing import lake_of, published_snapshot
from flows.settings.centre import Settings
from flows.stores.home_copy import written
from models.call import Role
from warehouse.ducklake.catalogue import attach_lines
from warehouse.ducklake.maintenance import erase as erase_lake
from warehouse.ducklake.maintenance import maintain
from warehouse.query.dictionary import fresh_dictionary
from warehouse.query.export import export
from warehouse.query.reader import open_snapshot
from warehouse.query.search import SearchFilter, search
from warehouse.reports.dictionary_page import dictionary_page
from warehouse.snapshot.publish import current_snapshot
from warehouse.snapshot.share import Audience, share
from warehouse.spreadsheets import write_csv

SHOWN_ROWS = 200

ducklake = typer.Typer(
    help="The warehouse as a DuckLake, for analysts of other machines.", no_args_is_help=True
)

Relation = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of a relation, such as mart.agent_daily.")
]


def tables(
    name: Annotated[
        str | None,
        typer.Argument(help="A relation, such as mart.agent_daily: list its columns."),
    ] = None,
    home: Home = None,
) -> None:
    """List all relations with the meaning of a row, or the columns of one relation.

    - `callqa tables`

    - `callqa tables mart.agent_daily`: its columns
    """
    console = table_console()
    with open_snapshot(Settings.with_overrides(home=home).warehouse) as snapshot:
        if name:
            console.print(Text(snapshot.relations().get(name, "")), highlight=False)
            _show(console, ("column", "type", "meaning"), snapshot.columns(name))
        else:
            _show(console, ("relation", "one row is"), snapshot.relations().items())


def sql(
    query: Annotated[str, typer.Argument(help='SQL, such as "from mart.agent_daily limit 5".')],
    home: Home = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print all rows as CSV.")] = False,  # noqa: FBT002  an option
) -> None:
    """Query the published warehouse in SQL, read-only.

    - `callqa sql "from mart.agent_daily limit 5"`

    - `callqa sql "from core.call" --csv > calls.csv`
    """
    settings = Settings.with_overrides(home=home)
    with open_snapshot(settings.warehouse) as snapshot:
        columns, rows = snapshot.ask(query)
        if as_csv:
            with written(settings.home):
                record(settings.home, Act.EXPORTED, what="sql")
            write_csv(sys.stdout, columns, rows, end="\n")
            return
        _show(table_console(), columns, islice(rows, SHOWN_ROWS))
        if next(rows, None):
            Console(stderr=True).print(
                f"Only the first {SHOWN_ROWS} rows are shown; --csv prints all of them."
            )


def dictionary(
    out: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Write it to this file: .md or .html."),
    ] = None,
) -> None:
    """Print the data dictionary of all relations and columns, or write it to a file.

    - `callqa dictionary --out dictionary.html`
    """
    if out is None:
        typer.echo(fresh_dictionary())
    elif out.suffix == ".html":
        out.write_bytes(dictionary_page())
    else:
        out.write_text(fresh_dictionary(), encoding="utf-8")


def export_(
    name: Relation,
    out: Annotated[
        Path, typer.Option(dir_okay=False, help="Output file: .parquet, .csv or .xlsx.")
    ],
    home: Home = None,
) -> None:
    """Export all rows of a relation to a file.

    - `callqa export mart.agent_weekly --out weekly.xlsx`
    """
    settings = Settings.with_overrides(home=home)
    with written(settings.home), open_snapshot(settings.warehouse) as snapshot:
        export(snapshot, name, out)
        handed_out(settings.home, Act.EXPORTED, out, name)
    typer.echo(out)


def share_(
    supervisor: Annotated[
        list[str],
        typer.Option(help="Id of the supervisor who receives the flags. May be repeated."),
    ],
    out: Annotated[Path, typer.Option(dir_okay=False, help="Output file (DuckDB).")],
    home: Home = None,
    *,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Include restricted calls.")
    ] = False,
) -> None:
    """Write a warehouse file with only the calls of some supervisors.

    - `callqa share --supervisor sv-1 --supervisor sv-2 --out north.duckdb`
    """
    settings = Settings.with_overrides(home=home)
    audience = Audience(supervisors=tuple(supervisor), restricted=restricted)
    behind = current_snapshot(settings.site.restricted.root / "warehouse")
    with written(settings.home):
        count = share(published_snapshot(settings), out, audience, behind)
        what = "restricted" if restricted else "not_restricted"
        facts = {"supervisors": supervisor, "counts": {"calls": count}}
        handed_out(settings.home, Act.SHARED, out, what, **facts)
    typer.echo(f"{out}: {count} calls")


@ducklake.command()
def attach(
    user: Annotated[str, typer.Option(help="PostgreSQL role of the analysts.")] = "callqa_reader",
) -> None:
    """Print the SQL by which an analyst attaches the DuckLake read-only; it has no password.

    - `callqa ducklake attach --user analysts`
    """
    typer.echo("\n".join(attach_lines(lake_of(Settings.with_overrides()), user)))


@ducklake.command("maintain")
def maintain_(
    home: Home = None,
    keep_hours: Annotated[
        int, typer.Option(min=0, help="Hours for which replaced files stay, for running queries.")
    ] = 24,
    *,
    erase: Annotated[
        bool,
        typer.Option("--erase", help="Write everything anew: nothing that was removed is left."),
    ] = False,
) -> None:
    """Merge the small files of the DuckLake, and delete what was replaced.

    - `callqa ducklake maintain`: once a week

    - `callqa ducklake maintain --erase`: after a call was removed
    """
    settings = Settings.with_overrides(home=home)
    if erase:
        published_snapshot(settings)
        erase_lake(settings.warehouse, lake_of(settings))
    else:
        maintain(lake_of(settings), keep_hours)


def search_(  # noqa: PLR0913, PLR0917  one parameter an option
    words: Annotated[
        list[str],
        typer.Argument(help="Words in any inflected form; a turn must contain all of them."),
    ],
    queue: Annotated[str | None, typer.Option(help="Only calls of this queue.")] = None,
    agent: Annotated[str | None, typer.Option(help="Only calls of this agent id.")] = None,
    language: Annotated[
        str | None, typer.Option(help="Only calls in this language, such as es.")
    ] = None,
    role: Annotated[Role | None, typer.Option(help="Only turns of this role.")] = None,
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")
    ] = None,
    to: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Maximum number of turns.")] = 20,
    home: Home = None,
) -> None:
    """Search the redacted transcripts, and print the matching turns.

    - `callqa search cancel contract --language en --role customer`

    - `callqa search refund --queue billing --from 2026-11-01`
    """
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
        typer.echo("Nothing found.")
        raise typer.Exit(1)
    _show(table_console(), columns, found)


def _show(console: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table; cells are printed literally, not as markup."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(cell)) for cell in row))
    console.print(table)


def _cell(cell: Any) -> str:
    if cell is None:
        return ""
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)
