"""`callqa originals certificate` and `delete`: original recordings with card data."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import Home
from flows.errors import FlowsError
from flows.operation.one_run import one_run
from flows.settings.centre import Settings

app = typer.Typer(help="Original recordings with card data.", no_args_is_help=True)


@app.command()
def certificate(
    out: Annotated[Path, typer.Option(dir_okay=False, help="The page, FILE.html.")],
    home: Home = None,
) -> None:
    """Write which originals with card data are gone: names without people, hashes, days, by whom.

    As a page and, beside it, as CSV; with the last hash of the audit trail.

    - `callqa originals certificate --out certificate.html`
    """
    from flows.governance.originals import write_certificate  # noqa: PLC0415  slow to import

    count = write_certificate(Settings.with_overrides(home=home), out)
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
    confirm: Annotated[
        int | None,
        typer.Option(help="Delete, if it is exactly this many; without it nothing is deleted."),
    ] = None,
) -> None:
    """Delete the originals with card data from the source; without --confirm, only count them.

    Deleted are only files in the source folder itself whose hash is that of the recording that was
    evaluated, and that no legal hold is on. Every deletion is in the audit trail. The next run
    notes the day on the pages of card data.

    - `callqa originals delete`, then `callqa originals delete --confirm 17`
    """
    from flows.governance import originals  # noqa: PLC0415  slow to import

    settings = Settings.with_overrides(home=home, source=source)
    with one_run(settings.home):
        found = originals.candidates(settings)
        counts = Counter(one.state for one in found)
        for state in originals.State:
            typer.echo(f"{counts[state]:>7} {state}")
        count = counts[originals.State.DELETABLE]
        if confirm is None:
            typer.echo(f"Nothing was deleted. --confirm {count} deletes them; it cannot be undone.")
            return
        if confirm != count:
            raise FlowsError(f"--confirm {confirm}: {count} may be deleted; nothing was deleted")
        if not typer.confirm(f"Delete {count} original recordings for ever?"):
            raise FlowsError("nothing was deleted")
        typer.echo(f"{originals.delete(settings, found)} deleted.")
