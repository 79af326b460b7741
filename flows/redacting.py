"""Make the redacted copy of a single recording, and prove that a copy holds nothing personal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flows.trying import hear
from models.redacted_audio import write_redacted
from qa_rules.muting import mute_spans
from qa_rules.rulebook import load_rulebook
from qa_rules.spotting import find_pii

if TYPE_CHECKING:
    from pathlib import Path

    from flows.settings import Settings
    from flows.trying import Heard
    from qa_rules.muting import Muted
    from qa_rules.results import PiiSpan


class RedactedCopy(NamedTuple):
    """A copy that was written, and where it is silent."""

    audio: Path
    muted: tuple[Muted, ...]


def write_copy(
    settings: Settings, file: Path, out: Path, agent_channel: str | None, language: str | None
) -> RedactedCopy:
    """Listen to a recording and write its redacted copy as `<stem>.redacted.opus`.

    Raises:
        ModelsError: The file cannot be read or heard, or the copy cannot be written.
        FlowsError: The file is mono, but a channel was given for the agent.
    """
    heard, spans = _spans(settings, file, agent_channel, language)
    muted = mute_spans(heard.transcript, spans)
    audio = out / f"{file.stem}.redacted.opus"
    write_redacted(heard.recording, [stretch.bounds_s for stretch in muted], audio)
    return RedactedCopy(audio, muted)


def left_over(
    settings: Settings, file: Path, agent_channel: str | None, language: str | None
) -> tuple[PiiSpan, ...]:
    """Listen to a redacted copy like a stranger and say what personal can still be heard in it.

    Raises:
        ModelsError: The file cannot be read or heard.
        FlowsError: The file is mono, but a channel was given for the agent.
    """
    _, spans = _spans(settings, file, agent_channel, language)
    return spans


def _spans(
    settings: Settings, file: Path, agent_channel: str | None, language: str | None
) -> tuple[Heard, tuple[PiiSpan, ...]]:
    rules = load_rulebook(settings.rules).pii  # a fault in a rule file is told before listening
    heard = hear(settings, file, agent_channel, language)
    return heard, find_pii(heard.transcript, rules)
