"""Transcribe and evaluate a single recording without metadata. Nothing is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from flows.errors import FlowsError
from flows.workers.listener import listener_of
from models.audio.decoding import probe
from models.audio.redacted_copy import write_redacted
from models.call import Call, Direction, Role
from qa_rules.assessing import assess
from qa_rules.phrase_search.tokens import tokenize
from qa_rules.pii_detection.redaction.muting import mute_spans
from qa_rules.rule_files.rulebook import load_rulebook
from warehouse.lake.rule_catalogue import catalogue_of
from warehouse.reports.calls.pages import PageFrame, call_page
from warehouse.reports.site.rule_texts import RuleTexts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flows.settings.centre import Settings
    from models.call import Recording
    from models.speech.listener import Listener
    from models.transcript import NotListened, Transcript
    from qa_rules.pii_detection.redaction.muting import Muted
    from qa_rules.results import CallResult
    from qa_rules.rule_files.rulebook import RuleBook

STEREO = 2


class Heard(NamedTuple):
    """A recording, placeholder metadata of its call, and the unredacted transcript."""

    call: Call
    recording: Recording
    transcript: Transcript


class Tried(NamedTuple):
    """The evaluation of a single recording.

    Attributes:
        result: Everything that was found.
        rulebook: The rules, for the company that was named.
        muted: What a redacted copy mutes.
        not_listened: What it leaves out because it was not transcribed.
    """

    result: CallResult
    rulebook: RuleBook
    muted: tuple[Muted, ...]
    not_listened: tuple[NotListened, ...]


def try_recording(
    settings: Settings,
    file: Path,
    agent_channel: str | None,
    language: str | None,
    company: Sequence[str] = (),
) -> Tried:
    """Transcribe one recording and evaluate it by the rules in force today.

    Args:
        settings: Model, rules and hotwords.
        file: The recording.
        agent_channel: `left` or `right`, if known.
        language: ISO 639-1 code, if known.
        company: Name and variants of another company than that of the rules; recognition
            expects them, too.

    Raises:
        ModelsError: The file cannot be decoded or transcribed.
        FlowsError: The file is mono, but a channel was given for the agent; or a name of the
            company has no letters.
    """
    rulebook = load_rulebook(settings.rules)
    if company:
        if not all(map(tokenize, company)):
            raise FlowsError("the company's name has no letters; expected it as callers say it")
        rulebook = rulebook.for_company(company)
    listener = listener_of(settings, rulebook.centre)()
    call, recording, heard = hear(listener, file, agent_channel, language)
    listen_again = partial(listener.listen_again, recording, heard)
    result = assess(call, recording, heard, rulebook, listen_again)
    muted = mute_spans(heard, result.pii_spans, rulebook.pii, alternatives=result.alternatives)
    return Tried(result, rulebook, muted, heard.not_listened)


def copy_beside(page: Path, file: Path) -> Path:
    """Where the redacted copy is that a page plays: beside it, as `.redacted.opus`.

    Raises:
        FlowsError: The page would not be an HTML file, or the copy would replace the recording.
    """
    if page.suffix.lower() not in {".html", ".htm"}:
        raise FlowsError(f"{page} is no page; expected a file name that ends in .html")
    audio = page.with_suffix(".redacted.opus")
    if audio.resolve() == file.resolve():
        raise FlowsError(f"{audio} is the recording itself; choose another name for the page")
    return audio


def write_page(tried: Tried, page: Path, language: str) -> None:
    """Write the call page of a recording, and the redacted copy `copy_beside` it.

    Raises:
        FlowsError: The page cannot be written.
        ModelsError: The copy cannot be written.
    """
    recording = tried.result.recording
    audio = copy_beside(page, recording.path)
    bounds_s = [stretch.bounds_s for stretch in tried.muted]
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        write_redacted(recording, bounds_s, audio, tried.not_listened)
        page.write_bytes(
            call_page(
                tried.result,
                RuleTexts([catalogue_of(tried.rulebook)]),
                language,
                PageFrame(heading=recording.path.name, audio_link=quote(audio.name)),
            )
        )
    except OSError as error:
        raise FlowsError(f"{page} cannot be written: {error.strerror}") from None


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
