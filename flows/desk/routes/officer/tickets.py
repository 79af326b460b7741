"""Requests of people about their data: what the fields of a form have to say."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from flows.desk.web.navigation import N_
from flows.governance.audit_facts import Ticket
from flows.governance.holds import Scope

_TICKET = TypeAdapter(Ticket)


def fault_of_request(scope: str, ref: str, ticket: str) -> str | None:
    """A message of the catalogues that says what is wrong; None if nothing is."""
    if scope not in {Scope.CUSTOMER, Scope.AGENT, Scope.CALL} or not ref.strip():
        return N_("Please say whose data are meant, and give the reference or id.")
    try:
        _TICKET.validate_python(ticket.strip())
    except ValidationError:
        return N_("Please give the number of the request, such as DSR-2026-17.")
    # The ticket is kept as it is, the reference never.
    if ref.strip().casefold() in ticket.casefold():
        return N_("Please give the number of the request, and not the reference again.")
    return None


SCOPE_NAMES = {
    Scope.CUSTOMER: N_("Customer"),
    Scope.AGENT: N_("Agent"),
    Scope.CALL: N_("Call"),
    Scope.ALL: N_("Everything"),
}
"""What people read of a scope."""
