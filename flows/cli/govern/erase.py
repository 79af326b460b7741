"""`callqa erase`: erasure of a customer, an agent or a call."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from enum import StrEnum
from typing import Annotated

import typer

from flows.cli.options import Home
from flows.errors import FlowsError
from flows.governance.erasure.erasing import Plan, plan_erasure
from flows.governance.erasure.erasing import erase as erase_subject
from flows.governance.erasure.subject import Subject
from flows.governance.holds import Scope
from flows.operation.one_run import one_run
from flows.settings.centre import Settings


class Kind(StrEnum):
    """Whose data are erased."""

    CUSTOMER = "customer"
    AGENT = "agent"
    CALL = "call"


def erase(
    kind: Annotated[Kind, typer.Argument(help="Whose data.")],
    ref: Annotated[str, typer.Argument(help="Reference of the customer, or id.")],
    home: Home = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what there is.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
) -> None:
    """Erase a customer, an agent or a call from everything that is stored, and prove it.

    Later recordings of the same subject are not heard. Original recordings are not touched: their
    paths are printed before, and `callqa sources find --erased` finds them afterwards. An erasure
    that was interrupted is completed by the same command. Exits with status 1 if a legal hold stops
    it, and with 3 if something could not be removed.

    - `callqa erase customer C-1001 --dry-run`

    - `callqa erase call 7731 --yes`
    """
    settings = Settings.with_overrides(home=home)
    if not settings.home.is_dir():
        raise FlowsError(f"{settings.home}: no such folder; expected the home folder of runs")
    with one_run(settings.home):
        plan = plan_erasure(settings, Subject(Scope(kind), ref))
        _show(plan, kind)
        if dry_run:
            typer.echo("Nothing was changed.")
            return
        if not plan.holds and not yes and not typer.confirm("Erase them, for good?"):
            typer.echo("Nothing was changed.")
            raise typer.Exit(1)
        receipt = erase_subject(settings, plan)
    typer.echo(receipt.text)
    if receipt.not_done or not receipt.proof.is_clean:
        raise typer.Exit(3)


def _show(plan: Plan, kind: Kind) -> None:
    count = len(plan.owned.calls)
    typer.echo(f"{count} {'call is' if count == 1 else 'calls are'} stored of this {kind}.")
    for path in plan.originals:
        typer.echo(f"stays, since originals are not touched: {path}")
    if plan.is_begun:
        typer.echo("An erasure of it was interrupted, and is completed now.")
    for hold in plan.holds:
        typer.echo(f"{hold.hold_id} stops it ({hold.scope}): {hold.reason}")
