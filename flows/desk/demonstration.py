"""Accounts for a look at the desk: one per role, with new passwords each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete

from flows.desk.access.accounts import add_account
from flows.desk.access.passwords import new_password
from flows.desk.person import Person, Role
from flows.desk.records.accounts import Account
from flows.errors import FlowsError

if TYPE_CHECKING:
    from flows.desk.desk import Desk

_ANYBODY = Person(account_id=0, subject="", name="", role=Role.MANAGER, language="en")


class DemoAccount(NamedTuple):
    """An account that was added."""

    role: Role
    login: str
    password: str


def add_demo_accounts(desk: Desk) -> list[DemoAccount]:
    """Add an account per role, for the supervisor and the agent with the most open flags.

    Those of an earlier time are removed, so their passwords do not stay valid.

    Raises:
        FlowsError: No flag is open.
        UnpublishedError: Nothing is published yet.
    """
    found = desk.calls.ask(_ANYBODY, "demo_people")
    if not found:
        raise FlowsError("no flag is open; expected a home with something to decide")
    [row] = found
    people = {
        Role.SUPERVISOR: (row["supervisor_id"], row["supervisor_name"]),
        Role.AGENT: (row["agent_id"], row["agent_name"]),
        Role.ANALYST: ("demo-analyst", "Ada Vieri"),
        Role.MANAGER: ("demo-manager", "Mario Conti"),
        Role.DPO: ("demo-dpo", "Dolores Prat"),
    }
    logins = {role: f"demo-{role}" for role in people}
    with desk.database.writing() as session:
        session.execute(delete(Account).where(Account.login.in_(logins.values())))
    accounts = []
    for role, (subject, name) in people.items():
        account = DemoAccount(role, logins[role], new_password())
        add_account(
            desk.database,
            login=account.login,
            subject=subject,
            name=name,
            role=role,
            language=desk.centre.language,
            password=account.password,
        )
        accounts.append(account)
    return accounts
