"""`callqa sources`: what lies in a folder of recordings, and help to describe it."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.options import AsJson, Home, existing_source
from flows.cli.terminal import table_console
from flows.settings.centre import Settings

if TYPE_CHECKING:
    from flows.sources.centre.check import SourceCheck
    from flows.sources.opening import Opened
    from models.limits import Limits

app = typer.Typer(
    help="See what a run would take of a folder, and describe recordings of other systems.\n\n"
    "- `callqa sources check recordings`: what would be taken, as what, and why not\n\n"
    "- `callqa sources map export.csv`: a first mapping for a file of another system\n\n"
    "- `callqa sources unpack call.vcon recordings`: recordings that lie inside a vCon\n\n"
    "- `callqa sources find 7731.12`: the file of a call, by what is kept of its name",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
_FIELDS = ("item", "form", "call_id", "started_at", "agent_id", "queue", "direction")


@app.command()
def check(
    folder: Annotated[
        Path, typer.Argument(callback=existing_source, help="Folder or URL of recordings.")
    ],
    home: Home = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what a run would take of a folder, as what, and why not; nothing is stored.

    Each recording is opened and matched with its metadata as `callqa run` does. `form` says what
    describes it: a sidecar, calls.csv, an export of a telephone system, or the recording's name.
    Of a URL, each recording is fetched into a private folder of this machine, and removed again.
    Start is in the centre's time zone. A recording that was evaluated under another id is a
    duplicate, also here.

    Exit status: 0 something would be taken; 1 nothing.

    - `callqa sources check recordings/2026-03-10`

    - `callqa sources check s3://bucket/recordings/2026-03-10`

    - `callqa sources check export --json | jq '.not_taken[] | {item, detail}'`
    """
    from flows.stores.source_check import source_check  # noqa: PLC0415  keeps --help fast

    checked = source_check(Settings.with_overrides(home=home, source=folder), _opened)
    if as_json:
        print(json.dumps(asdict(checked), indent=2, ensure_ascii=False))  # noqa: T201
    else:
        _show(checked, table_console())
    raise typer.Exit(int(not checked.taken))


@app.command("map")
def map_(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A CSV or JSON file of calls.")
    ],
) -> None:
    """Propose a mapping for a CSV or JSON file of another system, from its columns and values.

    A mapping, callqa-mapping.yaml in the folder of the recordings, says which column is what. The
    proposal is printed. Each line is a guess and says why; what is ambiguous, such as a day and
    month either way round, is a comment. Put the recordings beside the file first: they show which
    column names them.

    - `callqa sources map export/calls-march.csv > export/callqa-mapping.yaml`: then read it

    - `callqa sources check export`: what the mapping gives
    """
    from flows.sources.centre.proposal import proposed  # noqa: PLC0415  keeps --help fast
    from flows.sources.documents import read_document  # noqa: PLC0415
    from flows.sources.file_names import FileNames  # noqa: PLC0415
    from flows.sources.listing import list_items  # noqa: PLC0415

    settings = Settings.with_overrides()
    document = read_document(file, settings.only_limits(), "max_csv_mb")
    beside = FileNames(file.parent, list_items(file.parent).files)
    typer.echo(proposed(document, beside, settings.time_zone), nl=False)


@app.command()
def unpack(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A vCon.")],
    folder: Annotated[
        Path, typer.Argument(file_okay=False, help="Where to write; created if missing.")
    ],
) -> None:
    """Take the recordings out of a vCon that holds them inside, so that a run can hear them.

    Each recording becomes a file, and the vCon without any content lies beside them: the folder
    can be run as it is. Files are named by the id of the vCon and the number of the dialog.
    The written vCon keeps the parties with their names and numbers. Nothing is overwritten, and
    the vCon itself stays; delete it when you no longer need it, since it holds the unredacted call.

    - `callqa sources unpack conversation.vcon recordings/2026-03-10`
    """
    from flows.sources.centre.unpack import unpack as unpack_vcon  # noqa: PLC0415  as above

    for path in unpack_vcon(file, folder, Settings.with_overrides().only_limits()):
        Console().print(f"wrote {path}", soft_wrap=True, highlight=False)


@app.command()
def find(
    named: Annotated[
        list[str] | None,
        typer.Argument(help="Ids of calls, kept names of files, or the hashes at their ends."),
    ] = None,
    home: Home = None,
    *,
    card_data: Annotated[
        bool, typer.Option("--card-data", help="All originals with card data that are still there.")
    ] = False,
    erased: Annotated[
        bool, typer.Option("--erased", help="All recordings of the source whose calls were erased.")
    ] = False,
) -> None:
    """Print the paths of the files of calls and of quarantined items, one per line.

    Where the name of a file holds the name or number of a person, lists, pages and the warehouse
    have their type in its place and a keyed hash, such as q-600-[phone]~1b2c3d4e5f607182.wav, by
    which this command finds the file. It needs the home's customers.key.

    - `callqa sources find 7731.12 1b2c3d4e5f607182`

    - `callqa sources find --card-data > delete.txt`: the list of originals to delete, as files
    """
    from flows.governance.erasure.again import erased_originals  # noqa: PLC0415  keeps --help fast
    from flows.sources.centre.found_files import (  # noqa: PLC0415  keeps --help fast
        files_named,
        originals_with_card_data,
    )
    from flows.stores.listed import listed  # noqa: PLC0415  as above

    settings = Settings.with_overrides(home=home)
    if card_data + erased + bool(named) != 1:
        raise typer.BadParameter("name calls or files, or give --card-data or --erased")
    found = originals_with_card_data(settings, listed) if card_data else []
    found += map(str, erased_originals(settings)) if erased else ()
    for one in named or ():
        found += files_named(settings, one, listed)
    for path in found:
        typer.echo(path)


@app.command()
def customer(home: Home = None) -> None:
    """Print the keyed hash of each customer's number, address or reference, read line by line.

    The table of VIP customers may hold these hashes instead, as `core.call.customer_ref` does. They
    are read from standard input, so that no shell keeps them. Needs the home's customers.key.

    - `callqa sources customer`: type a number, then Enter; Ctrl-D ends

    - `callqa sources customer < numbers.txt`
    """
    from flows.sources.centre.customers import Customers  # noqa: PLC0415  keeps --help fast

    settings = Settings.with_overrides(home=home)
    customers = Customers(settings.home, settings.home_country)
    for line in filter(str.strip, sys.stdin):
        typer.echo(customers.pseudonym(line.strip()))


def _opened(paths: Sequence[Path], limits: "Limits") -> "list[Opened]":
    from flows.operation.progress import shown_progress  # noqa: PLC0415  keeps --help fast
    from flows.sources.opening import open_in_children  # noqa: PLC0415

    with shown_progress("open recordings", len(paths)) as advance:
        return open_in_children(paths, limits, advance)


def _show(checked: "SourceCheck", console: Console) -> None:
    if checked.taken:
        heads = ("taken", "form", "call", "start", "agent", "queue", "direction")
        table = Table(*heads, box=None, padding=(0, 2, 0, 0))
        for one in checked.taken:
            table.add_row(*(Text(str(getattr(one, name))) for name in _FIELDS))
        console.print(table)
    if checked.not_taken:
        table = Table("not taken", "form", "reason", "what to do", box=None, padding=(0, 2, 0, 0))
        for other in checked.not_taken:
            reason = Text(other.reason, style="yellow")
            table.add_row(Text(other.item), Text(other.form), reason, Text(other.detail))
        console.print(table)
    console.print(
        f"times are in {checked.time_zone} (CALLQA_TIME_ZONE), also where none is written"
    )
    console.print(_told("would be taken", len(checked.taken), checked.taken_by_form), style="bold")
    counts = len(checked.not_taken), checked.not_taken_by_reason
    console.print(_told("would not be taken", *counts), style="bold")
    if checked.pending:
        console.print(f"{len(checked.pending)} still being written: the next run picks them up")
    for form, count in checked.not_recorded.items():
        calls = "call" if count == 1 else "calls"
        console.print(f"{count} {calls} of {form} without a recording here, which is no error")
    if checked.not_kept:
        console.print(checked.not_kept)


def _told(what: str, count: int, parts: Mapping[str, int]) -> str:
    listed = ", ".join(f"{number} {name}" for name, number in parts.items())
    return f"{count} {what}" + (f": {listed}" if listed else "")
