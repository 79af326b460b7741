"""Transcribe and evaluate a single recording without metadata. Nothing is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from flows.errors import FlowsError
from flows.workers.listener import listener_of
from models.audio.decoding import probe
from models.call import Call, Direction, Role
from qa_rules.assessing import assess
from qa_rules.rule_files.rulebook import load_rulebook

if TYPE_CHECKING:
    from pathlib import Path

    from flows.settings import Settings
    from models.call import Recording
    from models.speech.listener import Listener
    from models.transcript import Transcript
    from qa_rules.results import CallResult
    from qa_rules.rule_files.rulebook import RuleBook

STEREO = 2


class Heard(NamedTuple):
    """A recording, placeholder metadata of its call, and the unredacted transcript."""

    call: Call
    recording: Recording
    transcript: Transcript


def try_recording(
    settings: Settings, file: Path, agent_channel: str | None, language: str | None
) -> tuple[CallResult, RuleBook]:
    """Transcribe one recording and evaluate it by the rules in force today.

    Raises:
        ModelsError: The file cannot be decoded or transcribed.
        FlowsError: The file is mono, but a channel was given for the agent.
    """
    rulebook = load_rulebook(settings.rules)
    heard = hear(listener_of(settings)(), file, agent_channel, language)
    return assess(heard.call, heard.recording, heard.transcript, rulebook), rulebook


def hear(listener: Listener, file: Path, agent_channel: str | None, language: str | None) -> Heard:
    """Transcribe one recording.

    Raises:
        ModelsError: The file cannot be decoded or transcribed.
        FlowsError: The file is mono, but a channel was given for the agent.
    """
    recording = probe(file)
    if agent_channel and recording.channel_count != STEREO:
        raise FlowsError(f"{file.name} is not stereo; leave out --agent-channel")
    sides = (Role.AGENT, Role.CUSTOMER)
    roles = {None: None, "left": sides, "right": sides[::-1]}[agent_channel]
    call = nobodys_call(file, roles, language)
    return Heard(call, recording, listener.listen(call, recording))


def nobodys_call(file: Path, roles: tuple[Role, ...] | None, language: str | None) -> Call:
    """A call without metadata other than, perhaps, channel roles and language."""
    return Call(
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
