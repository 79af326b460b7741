"""A call of which nothing but the channel map and the language matters."""

from __future__ import annotations

from datetime import UTC, datetime

from models.call import Call, Direction, Role


def mapped_call(*roles: Role, language: str | None = None) -> Call:
    """Make an invented call with this channel map."""
    return Call(
        call_id="lt-test",
        started_at=datetime(2026, 3, 10, tzinfo=UTC),
        agent_id="ag-1",
        agent_name="Laura",
        team="North",
        supervisor_id="su-1",
        supervisor_name="Ines",
        queue="billing",
        direction=Direction.INBOUND,
        language=language,
        channel_roles=roles or None,
    )
