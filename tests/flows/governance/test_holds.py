"""Legal holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.errors import FlowsError
from flows.governance.audit import entries
from flows.governance.holds import Holds, Scope
from flows.sources.centre.customers import Customers

if TYPE_CHECKING:
    from pathlib import Path

NUMBER, OTHER = "+39 349 111 2233", "+39 349 111 2234"


@dataclass(frozen=True)
class Stored:
    """A call as the lake has it."""

    call_id: str = "c-1"
    agent_id: str = "ag-1"
    customer_ref: str | None = None


@pytest.mark.parametrize(
    ("scope", "subject", "held", "free"),
    [
        (Scope.CALL, "c-1", Stored(), Stored("c-2")),
        (Scope.AGENT, "ag-1", Stored(), Stored(agent_id="ag-2")),
        (Scope.CUSTOMER, "cu-7", Stored(customer_ref="cu-7"), Stored(customer_ref="cu-8")),
        (Scope.ALL, "", Stored(), None),
    ],
)
def test_a_hold_holds_what_it_names(
    scope: Scope, subject: str, held: Stored, free: Stored | None, tmp_path: Path
) -> None:
    """And nothing else; a release ends it."""
    holds = Holds(tmp_path)
    hold = holds.add(scope, subject, "case 17")
    assert holds.of(held) == (hold,)
    assert bool(holds.of(free)) == (scope is Scope.ALL)
    assert bool(holds.of(None)) == (scope is Scope.ALL)
    holds.release(hold.hold_id, "closed")
    assert holds.of(held) == ()


def test_a_customer_is_held_by_number_in_any_form(tmp_path: Path) -> None:
    """The lake has a pseudonym; the hold knows a number, and keeps neither."""
    customers, holds = Customers(tmp_path, "IT"), Holds(tmp_path, "IT")
    kept = customers.pseudonym(NUMBER)
    hold = holds.add(Scope.CUSTOMER, "0039 3491112233", "case 17")
    assert holds.of(Stored(customer_ref=kept)) == (hold,)
    assert not holds.of(Stored(customer_ref=customers.pseudonym(OTHER)))
    written = (tmp_path / "governance" / "holds.jsonl").read_text()
    assert kept not in written
    assert kept.removeprefix("tel-") not in written
    assert "3491112233" not in written


def test_holds_that_cannot_be_read_are_not_ignored(tmp_path: Path) -> None:
    """What is damaged may be a hold."""
    holds = Holds(tmp_path)
    holds.add(Scope.CALL, "c-1", "case 17")
    path = tmp_path / "governance" / "holds.jsonl"
    path.write_bytes(path.read_bytes() + b"{]\n")
    with pytest.raises(FlowsError, match=r"holds\.jsonl:2: no hold"):
        holds.of(Stored("c-9"))


def test_a_hold_says_what_and_why(tmp_path: Path) -> None:
    """Without a reason there is no hold."""
    holds = Holds(tmp_path)
    for scope, subject, reason in [(Scope.CALL, "c-1", " "), (Scope.AGENT, "", "case 1")]:
        with pytest.raises(FlowsError, match="expected both"):
            holds.add(scope, subject, reason)
    with pytest.raises(FlowsError, match="hold list"):
        holds.release("hold-0", "closed")


def test_commands(tmp_path: Path) -> None:
    """A hold is added, shown and released."""
    home = ["--home", str(tmp_path)]

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, ["hold", *words, *home], catch_exceptions=False)
        assert done.exit_code == 0
        return done.output

    hold_id = run("add", "customer", "cu-7", "--reason", "case 17").split(":")[0]
    shown = run("list")
    assert hold_id in shown
    assert "case 17" in shown
    assert "cu-7" not in shown
    run("release", hold_id, "--reason", "closed")
    assert "Nothing is held" in run("list")
    assert [entry.act for entry in entries(tmp_path)] == ["held", "released"]
