"""Legal holds: what is held is neither erased nor removed by the retention policy.

`governance/holds.jsonl` has one line per hold and per release. A customer is named by a keyed hash
only, of which the pseudonym in the lake cannot be told.
"""

from __future__ import annotations

import json
import os
import pwd
import secrets
from collections.abc import Iterable  # noqa: TC003  a record's type
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from flows.errors import FlowsError
from flows.sources.centre.customers import Customers
from flows.sources.centre.key import HomeKey
from warehouse.files import append_line, one_writer, private_folder, whole_lines

if TYPE_CHECKING:
    from pathlib import Path

    from flows.settings.centre import Settings


class Scope(StrEnum):
    """Of whom or what a hold, or an erasure, is."""

    CUSTOMER = "customer"
    AGENT = "agent"
    CALL = "call"
    ALL = "all"


class HeldCall(Protocol):
    """What a hold may be of."""

    @property
    def call_id(self) -> str:
        """Its id."""

    @property
    def agent_id(self) -> str:
        """Its agent."""

    @property
    def customer_ref(self) -> str | None:
        """Its customer, as kept in the lake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A legal hold in force.

    Attributes:
        hold_id: Unique; a release names it.
        scope: Of what it is.
        subjects: The ids, or keyed hashes of a customer; none for all.
        reason: Why, such as the number of a case.
        by: User of the operating system who added it.
        at: When, in UTC.
    """

    hold_id: str
    scope: Scope
    subjects: tuple[str, ...]
    reason: str
    by: str
    at: str


class Holds:
    """The legal holds of a home folder.

    Args:
        home: The home folder.
        country: ISO 3166 code of the country whose numbers are written without its code.
    """

    def __init__(self, home: Path, country: str | None = None) -> None:
        self._home = home
        self._path = home / "governance" / "holds.jsonl"
        self._key, self._customers = HomeKey(home), Customers(home, country)

    def in_force(self) -> tuple[Hold, ...]:
        """The holds that nobody has released, oldest first.

        Raises:
            FlowsError: A line is damaged: a hold that cannot be read must not be ignored.
        """
        found: dict[str, Hold] = {}
        for number, line in enumerate(whole_lines(self._path)[0], start=1):
            try:
                fields: dict[str, Any] = json.loads(line)
                if released := fields.get("released"):
                    found.pop(released, None)
                else:
                    scope, subjects = Scope(fields.pop("scope")), tuple(fields.pop("subjects"))
                    hold = Hold(scope=scope, subjects=subjects, **fields)
                    found[hold.hold_id] = hold
            except (ValueError, TypeError, KeyError, AttributeError):
                raise FlowsError(
                    f"{self._path}:{number}: no hold; expected what `callqa hold add` writes;"
                    " restore it from a backup: until then nothing is erased"
                ) from None
        return tuple(found.values())

    def add(self, scope: Scope, subject: str, reason: str) -> Hold:
        """Hold a customer, an agent, a call, or everything.

        Raises:
            FlowsError: There is no reason, or no subject where one is needed.
        """
        subject, reason = subject.strip(), reason.strip()
        if not reason or (scope is not Scope.ALL and not subject):
            raise FlowsError("a hold needs a reason, and what is held; expected both")
        hold = Hold(
            hold_id=f"hold-{secrets.token_hex(4)}",
            scope=scope,
            subjects=() if scope is Scope.ALL else tuple(sorted(self._names(scope, subject))),
            reason=reason,
            by=current_user(),
            at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        self._append(asdict(hold))
        return hold

    def release(self, hold_id: str, reason: str) -> Hold:
        """End a hold.

        Raises:
            FlowsError: None in force has this id, or there is no reason.
        """
        held = {hold.hold_id: hold for hold in self.in_force()}
        if hold_id not in held or not reason.strip():
            raise FlowsError(
                f"hold {hold_id}: expected the id of a hold in force, and a reason;"
                " `callqa hold list` shows them"
            )
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._append({"released": hold_id, "reason": reason, "by": current_user(), "at": now})
        return held[hold_id]

    def of(self, call: HeldCall | None) -> tuple[Hold, ...]:
        """The holds that stop the removal of a call; of what is of no call, for None."""
        return tuple(self.of_all([call]).get(call.call_id if call else "", ()))

    def of_all(self, calls: Iterable[HeldCall | None]) -> dict[str, list[Hold]]:
        """The holds on calls by id, without calls that nothing holds; "" stands for None."""
        holds = self.in_force()
        found: dict[str, list[Hold]] = {}
        for call in calls if holds else ():
            names = self._names_of(call)
            for hold in holds:
                if hold.scope is Scope.ALL or (
                    names and not names[hold.scope].isdisjoint(hold.subjects)
                ):
                    found.setdefault(call.call_id if call else "", []).append(hold)
        return found

    def _names_of(self, call: HeldCall | None) -> dict[Scope, frozenset[str]]:
        if call is None:
            return {}
        return {
            Scope.CUSTOMER: self._names(Scope.CUSTOMER, call.customer_ref or ""),
            Scope.AGENT: frozenset({call.agent_id}),
            Scope.CALL: frozenset({call.call_id}),
        }

    def _names(self, scope: Scope, subject: str) -> frozenset[str]:
        if scope is not Scope.CUSTOMER:
            return frozenset({subject})
        pseudonyms = self._customers.pseudonyms(subject)
        return frozenset(self._key.hash(f"held {one}") for one in pseudonyms)

    def _append(self, fields: dict[str, Any]) -> None:
        private_folder(self._path.parent)
        with one_writer(self._path.parent):
            append_line(self._path, json.dumps(fields).encode())
            self._path.chmod(0o600)


def facts_of(hold: Hold) -> dict[str, Any]:
    """What the audit trail says of a hold."""
    named = {Scope.CUSTOMER: "customers", Scope.AGENT: "agents", Scope.CALL: "calls"}
    subjects = {named[hold.scope]: hold.subjects} if hold.scope in named else {}
    return {"what": str(hold.scope), **subjects}


def holds_of(settings: Settings) -> Holds:
    """The legal holds of a centre."""
    return Holds(settings.home, settings.home_country)


def current_user() -> str:
    """The user of the operating system."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container's user without a name
        return str(os.geteuid())
