"""Bring the settings and the writer of the pages together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.errors import FlowsError
from warehouse.database import open_database
from warehouse.lake import Lake
from warehouse.reports.agent_reading import AgentReader
from warehouse.reports.publishing import Publisher
from warehouse.snapshot import current_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from flows.settings import Settings


def publisher_of(settings: Settings, lake: Lake) -> Publisher:
    """The writer of a centre's pages."""
    return Publisher(
        lake=lake,
        site=settings.site,
        audio=settings.audio,
        language=settings.language,
        readers=settings.reader_languages,
        pages_url=settings.pages_url,
    )


def published_snapshot(settings: Settings) -> Path:
    """The snapshot that people read now.

    Raises:
        FlowsError: There is none yet.
    """
    snapshot = current_snapshot(settings.warehouse)
    if snapshot is None:
        raise FlowsError(
            f"{settings.warehouse} holds no published night yet; begin with callqa run"
        )
    return snapshot


def write_coaching_sheet(settings: Settings, agent: str) -> Path:
    """Write the sheet of an agent's next coaching session, from the published night.

    Args:
        settings: The centre's.
        agent: Id or name of the agent.

    Raises:
        FlowsError: No agent of that id or name had a call in the last four weeks.
    """
    publisher = publisher_of(settings, Lake(settings.lake, settings.time_zone))
    with open_database(published_snapshot(settings), read_only=True) as connection:
        records = list(AgentReader(connection).records())
    for record in records:
        if agent in {record.agent_id, record.agent_name}:
            return publisher.write_coaching(record)
    known = ", ".join(record.agent_id for record in records)
    raise FlowsError(f"no agent {agent} in the last four weeks; expected one of {known}")
