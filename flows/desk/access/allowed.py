"""Which roles may use a route, said where the route is.

A test lists every route with its roles, and fails on one that names none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, HTTPException, Request

from flows.desk.person import Person, Role

if TYPE_CHECKING:
    from collections.abc import Sequence


class Allowed:
    """A dependency: the person who asks, if their role may."""

    def __init__(self, *roles: Role) -> None:
        """Let these roles in."""
        self.roles = frozenset(roles)

    def __call__(self, request: Request) -> Person:
        """The person.

        Raises:
            HTTPException: 401 without a session, 403 in another role.
        """
        person: Person | None = request.state.person
        if person is None:
            raise HTTPException(401)
        if person.role not in self.roles:
            raise HTTPException(403)
        return person


def _allowed(*roles: Role) -> object:
    return Depends(Allowed(*roles))


Anybody = Annotated[Person, _allowed(*Role)]
Supervisor = Annotated[Person, _allowed(Role.SUPERVISOR)]
Agent = Annotated[Person, _allowed(Role.AGENT)]
Analyst = Annotated[Person, _allowed(Role.ANALYST)]
Manager = Annotated[Person, _allowed(Role.MANAGER)]
Officer = Annotated[Person, _allowed(Role.DPO)]
Reviewer = Annotated[Person, _allowed(Role.SUPERVISOR, Role.ANALYST)]
Coached = Annotated[Person, _allowed(Role.SUPERVISOR, Role.AGENT)]


def roles_of(dependencies: Sequence[object]) -> frozenset[Role] | None:
    """The roles that the dependencies of a route let in; None if none of them asks."""
    for one in dependencies:
        call = getattr(one, "call", None)
        if isinstance(call, Allowed):
            return call.roles
    return None
