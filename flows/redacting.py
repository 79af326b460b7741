"""Write the redacted copy of a single recording, and verify redacted copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flows.single_recording import hear
from models.audio.redacted_copy import write_redacted
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.muting import mute_spans
from qa_rules.pii_detection.proof import left_over
from qa_rules.rule_files.rulebook import load_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from flows.settings import Settings
    from qa_rules.pii_detection.muting import Muted
    from qa_rules.pii_detection.proof import Proof


class RedactedCopy(NamedTuple):
    """A copy that was written, and its muted spans."""

    audio: Path
    muted: tuple[Muted, ...]


def write_copy(
    settings: Settings, file: Path, out: Path, agent_channel: str | None, language: str | None
) -> RedactedCopy:
    """Transcribe a recording and write its redacted copy as `<stem>.redacted.opus`.

    Raises:
        ModelsError: The file cannot be decoded or transcribed, or the copy cannot be written.
        FlowsError: The file is mono, but a channel was given for the agent.
    """
    rules = load_rulebook(settings.rules).pii  # report errors in rule files before recognition
    heard = hear(settings, file, agent_channel, language)
    muted = mute_spans(heard.transcript, find_pii(heard.transcript, rules), rules)
    audio = out / f"{file.stem}.redacted.opus"
    write_redacted(heard.recording, [stretch.bounds_s for stretch in muted], audio)
    return RedactedCopy(audio, muted)


def proofs(
    settings: Settings, files: Iterable[Path], agent_channel: str | None, language: str | None
) -> Iterator[tuple[Path, Proof]]:
    """Transcribe redacted copies without metadata, and find personal data that is still audible.

    Raises:
        ModelsError: A file cannot be decoded or transcribed.
        FlowsError: A file is mono, but a channel was given for the agent.
    """
    rules = load_rulebook(settings.rules).pii
    for file in files:
        yield file, left_over(hear(settings, file, agent_channel, language).transcript, rules)
