"""Evaluate a single recording without metadata, for `callqa try`; nothing is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.errors import FlowsError
from models.audio import probe
from models.call import Call, Direction, Role
from models.catalog import resolve
from models.listening import WhisperListener
from qa_rules.assessing import assess
from qa_rules.rulebook import load_rulebook

if TYPE_CHECKING:
    from pathlib import Path

    from flows.settings import Settings
    from qa_rules.results import CallResult
    from qa_rules.rulebook import RuleBook

STEREO = 2


def try_recording(
    settings: Settings, file: Path, agent_channel: str | None, language: str | None
) -> tuple[CallResult, RuleBook]:
    """Listen to one recording and judge it by the rules in force today.

    Raises:
        AudioError: The file cannot be read.
        FlowsError: The file is mono, but a channel was given for the agent.
    """
    recording = probe(file)
    if agent_channel and recording.channel_count != STEREO:
        raise FlowsError(f"{file.name} is not stereo: leave out --agent-channel")
    sides = (Role.AGENT, Role.CUSTOMER)
    roles = {None: None, "left": sides, "right": sides[::-1]}[agent_channel]
    call = Call(
        call_id=file.stem,
        started_at=datetime.now(UTC),
        agent_id="unknown",
        agent_name="unknown",
        team="unknown",
        supervisor_id="unknown",
        supervisor_name="unknown",
        queue="unknown",
        direction=Direction.INBOUND,
        language=language,
        channel_roles=roles,
    )
    rulebook = load_rulebook(settings.rules)
    listener = WhisperListener(resolve(settings.model, path=settings.model_path))
    heard = next(iter(listener.listen_many([(call, recording)])))
    if isinstance(heard, Exception):
        raise heard
    return assess(call, recording, heard, rulebook), rulebook
