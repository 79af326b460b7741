"""Write the redacted copy of a single recording, and verify redacted copies."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from flows.one_recording.single_recording import STEREO, hear
from flows.workers.listener import listener_of
from models.audio.excerpts import channel_counts, write_single_channel
from models.audio.redacted_copy import in_memory, write_redacted
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.muting import mute_spans
from qa_rules.pii_detection.redaction.proof import Proof, left_over
from qa_rules.rule_files.rulebook import load_rulebook
from warehouse.lake.encryption import key_id_of, read_decrypted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flows.settings.centre import Settings
    from models.speech.listener import Listener
    from models.transcript import Transcript
    from qa_rules.pii_detection.redaction.muting import Muted


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
    heard = hear(listener_of(settings)(), file, agent_channel, language)
    muted = mute_spans(heard.transcript, find_pii(heard.transcript, rules), rules)
    audio = out / f"{file.stem}.redacted.opus"
    bounds_s = [stretch.bounds_s for stretch in muted]
    write_redacted(heard.recording, bounds_s, audio, heard.transcript.not_listened)
    return RedactedCopy(audio, muted)


def proofs(
    settings: Settings, files: Iterable[Path], agent_channel: str | None, language: str | None
) -> Iterator[tuple[Path, Proof]]:
    """Transcribe redacted copies without metadata, and find personal data that is still audible.

    Every channel of every track is transcribed: those that recognition of the call skips, such as
    copies of other channels, are transcribed on their own.

    Raises:
        ModelsError: A file cannot be decoded or transcribed.
        FlowsError: A file is mono, but a channel was given for the agent.
    """
    rules = load_rulebook(settings.rules).pii
    listener = listener_of(settings)()
    for file in files:
        is_plain = key_id_of(file) is None
        with nullcontext(file) if is_plain else in_memory(read_decrypted(file)) as clear:
            found = [
                left_over(transcript, rules)
                for transcript in _hearings(listener, clear, agent_channel, language)
            ]
        numbers = tuple(span for proof in found for span in proof.numbers)
        words = tuple(span for proof in found for span in proof.words)
        tones = tuple(stretch for proof in found for stretch in proof.keyed_digits)
        yield file, Proof(numbers, words, tones)


def _hearings(
    listener: Listener, file: Path, agent_channel: str | None, language: str | None
) -> Iterator[Transcript]:
    """Transcribe the sides of a call together, and each channel that this skips on its own."""
    counts = channel_counts(file)
    alone = [(track, channel) for track, count in enumerate(counts) for channel in range(count)]
    if len(counts) == 1 and counts[0] <= STEREO:
        transcript = hear(listener, file, agent_channel, language).transcript
        yield transcript
        alone = sorted({(0, stretch.channel) for stretch in transcript.not_listened})
    with TemporaryDirectory() as folder:
        for track, channel in alone:
            single = Path(folder) / f"{track}-{channel}.wav"
            write_single_channel(file, track, channel, single)
            yield hear(listener, single, None, language).transcript
