"""`callqa originals certificate` and `delete`: original recordings."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import Home
from flows.errors import FlowsError
from flows.operation.one_run import one_run
from flows.settings.centre import Settings

app = typer.Typer(
    help="Original recordings with card data, or without a proven copy.", no_args_is_help=True
)


@app.command()
def certificate(
    out: Annotated[Path, typer.Option(dir_okay=False, help="The page, FILE.html.")],
    home: Home = None,
    audience: Annotated[
        str | None, typer.Option(help="Of the calls of this audience. [default: not restricted]")
    ] = None,
) -> None:
    """Write which originals with card data are gone: names without people, hashes, days, by whom.

    As a page and, beside it, as CSV; with the last hash of the audit trail. Restricted calls are
    only counted, but for an audience that may see them. Originals that were deleted without a
    proven copy are listed apart.

    - `callqa originals certificate --out certificate.html`
    """
    from flows.governance.certificate import write_certificate  # noqa: PLC0415  slow to import

    count = write_certificate(Settings.with_overrides(home=home), out, audience)
    typer.echo(f"{count} deleted originals: {out} and {out.with_suffix('.csv')}")


@app.command()
def delete(
    source: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, help="Where files may be deleted. [default: the setting]"
        ),
    ] = None,
    home: Home = None,
    *,
    unproven: Annotated[
        bool, typer.Option("--unproven", help="Instead those whose redacted copy was not proven.")
    ] = False,
    confirm: Annotated[
        int | None,
        typer.Option(help="Delete, if it is exactly this many; without it nothing is deleted."),
    ] = None,
) -> None:
    """Delete the originals with card data from the source; without --confirm, only count them.

    Deleted are only files in the source folder itself whose hash is that of the recording that was
    evaluated, that no legal hold is on, and whose redacted copy was proven. Every deletion is in
    the audit trail. The next run notes the day on the pages of card data.

    - `callqa originals delete`, then `callqa originals delete --confirm 17`
    """
    from flows.governance import originals  # noqa: PLC0415  slow to import

    settings = Settings.with_overrides(home=home, source=source)
    with one_run(settings.home):
        found = originals.candidates(settings, unproven=unproven)
        counts = Counter(str(one.state) for one in found)
        _list(counts)
        count = counts[originals.State.DELETABLE]
        if confirm is None:
            typer.echo(f"Nothing was deleted. --confirm {count} deletes them; it cannot be undone.")
            return
        if confirm != count:
            raise FlowsError(f"--confirm {confirm}: {count} may be deleted; nothing was deleted")
        _ask(count, unproven=unproven)
        typer.echo(f"{originals.delete(settings, found, is_unproven=unproven)} deleted.")


def _list(counts: Counter[str]) -> None:
    from flows.governance.originals import State  # noqa: PLC0415  slow to import

    for state in State:
        typer.echo(f"{counts[state]:>7} {state}")


def _ask(count: int, *, unproven: bool) -> None:
    them = "original recording" if count == 1 else "original recordings"
    without = ", though nothing proves the redacted copies" if unproven else ""
    if not typer.confirm(f"Delete {count} {them} for ever{without}?"):
        raise FlowsError("nothing was deleted")
