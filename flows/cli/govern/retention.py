"""`callqa retention plan` and `apply`: what is removed by the retention policy."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from flows.cli.options import AsJson, Home
from flows.cli.terminal import table_console
from flows.settings.centre import Settings

if TYPE_CHECKING:
    from flows.governance.retention.plan import Plan

app = typer.Typer(
    help="How long what is kept: the retention policy in CALLQA_RETENTION.", no_args_is_help=True
)


@app.command()
def plan(
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="What would go on this day. [default: today]"),
    ] = None,
    home: Home = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what goes when, by class and policy, and why; nothing is removed.

    - `callqa retention plan`

    - `callqa retention plan --on 2027-01-01`
    """
    settings = Settings.with_overrides(home=home)
    _show(settings, _planned(settings, on.date() if on else None), as_json=as_json)


@app.command()
def apply(home: Home = None, *, as_json: AsJson = False) -> None:
    """Remove what is over, and publish without it; running it again changes nothing.

    What was removed is told in the audit trail. The Prefect deployment `retention` does the same.
    """
    from flows.governance.retention.expiry import apply as remove  # noqa: PLC0415  slow to import
    from flows.operation.watch import watched_run  # noqa: PLC0415  as above

    settings = Settings.with_overrides(home=home)
    with watched_run(settings, "retention"):
        found = _planned(settings, None)
        is_changed = remove(settings, found)
    _show(settings, found, as_json=as_json)
    if not as_json:
        typer.echo("What goes was removed." if is_changed else "There was nothing to remove.")


def _planned(settings: Settings, day: date | None) -> "Plan":
    from flows.governance.holds import holds_of  # noqa: PLC0415  slow to import
    from flows.governance.retention.plan import plan_of  # noqa: PLC0415  as above

    return plan_of(settings, holds_of(settings), day)


def _show(settings: Settings, found: "Plan", *, as_json: bool) -> None:
    from flows.governance.retention.plan import policy_of  # noqa: PLC0415  as above
    from flows.governance.retention.source_files import WHY_THEY_STAY  # noqa: PLC0415  as above

    if as_json:
        rows = [line._asdict() for line in found.lines]
        typer.echo(json.dumps({"day": str(found.today), "lines": rows}, indent=2, default=str))
        return
    why = WHY_THEY_STAY | {policy.id: policy.why for policy in policy_of(settings).policies}
    heads = ("class", "policy", "goes", "stays", "held", "next on", "why")
    table = Table(*heads, box=None, padding=(0, 2, 0, 0))
    for line in found.lines:
        counts = (line.goes, line.stays, line.held, line.next_on or "")
        name = line.policy or "none"
        table.add_row(line.kind, name, *map(str, counts), why.get(name, ""))
    table_console().print(table)
