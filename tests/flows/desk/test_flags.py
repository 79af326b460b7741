"""A supervisor's open flags at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.desk.person import Role
from warehouse.query.reader import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser


def test_a_supervisor_sees_their_own_flags_alone(
    desk: Desk, as_person: Callable[..., Browser]
) -> None:
    """Flags of the same night that others receive are on nobody else's page."""
    with open_snapshot(desk.centre.warehouse) as snapshot:
        rows = list(snapshot.ask("select supervisor_id, flag_id from mart.open_flag").rows)
    supervisors = {supervisor for supervisor, _ in rows}
    assert rows

    for supervisor in supervisors:
        page = as_person(Role.SUPERVISOR, supervisor).get("/flags").text
        for owner, flag_id in rows:
            assert (f'id="{flag_id}"' in page) == (owner == supervisor)
