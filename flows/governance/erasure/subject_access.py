"""Subject access: what is held of a customer, as a package that can be read without callqa."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flows.errors import FlowsError
from flows.governance.audit import Act, record
from flows.governance.erasure.handed_out import note_handed_out
from flows.governance.erasure.subject import Subject
from flows.governance.erasure.suppression import suppressions_of
from flows.governance.holds import Scope, holds_of
from models.subtitles import to_text
from warehouse.audio_folder import call_file_stem
from warehouse.files import private_folder, replace_atomically
from warehouse.lake.encryption import read_decrypted
from warehouse.lake.index.upload_removal import upload_rows
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from flows.settings.centre import Settings
    from qa_rules.results import CallResult

_INTRODUCTION = (
    "What is stored of this customer: recordings in which personal data are muted, transcripts in"
    " which they are masked, what the calls were scored, and what was uploaded about them."
)


@dataclass(frozen=True, slots=True)
class Package:
    """What was written.

    Attributes:
        folder: Where.
        calls: Number of calls.
        copies: Number of redacted copies of recordings.
        index: The page to begin with.
    """

    folder: Path
    calls: int
    copies: int
    index: Path


def write_package(settings: Settings, reference: str, folder: Path) -> Package:
    """Write what is held of a customer into a new folder.

    Args:
        settings: Settings of the centre.
        reference: The customer, as the centre writes it.
        folder: A folder that does not exist, or is empty.

    Raises:
        FlowsError: The folder is not empty, or nothing is stored of the customer.
    """
    lake, subject = Lake(settings.lake, settings.time_zone), Subject(Scope.CUSTOMER, reference)
    found = subject.calls(settings, lake)
    if not found:
        raise FlowsError("no call of this customer is stored; check the reference")
    call_ids = sorted({call.call_id for call in found})
    contacts = {call.contact_id for call in found if call.contact_id}
    _make(settings, folder)
    results = list(lake.results(call_ids=call_ids))
    copies = [copy for one in results if (copy := _copied(settings, one, folder))]
    for one in results:
        _write(folder / f"{call_file_stem(one.call.call_id)}.txt", to_text(one.transcript))
    content = {
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "calls": [_call(one) for one in results],
        "uploads": upload_rows(lake, {"call_id": call_ids, "contact_id": contacts}),
        "legal_holds": sum(len(some) for some in holds_of(settings).of_all(found).values()),
    }
    text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
    _write(folder / "data.json", text)
    _write(folder / "index.html", "\n".join(_page(settings, results)))
    hashed = suppressions_of(settings).hashes(Scope.CUSTOMER, [reference])
    record(
        settings.home,
        Act.SUBJECT_ACCESS,
        customers=tuple(hashed),
        counts={"calls": len(results), "copies": len(copies)},
    )
    return Package(folder, len(results), len(copies), folder / "index.html")


def _make(settings: Settings, folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FlowsError(f"{folder}: not empty; expected a new folder")
    private_folder(folder)
    note_handed_out(settings.home, "subject access", folder)


def _write(path: Path, text: str) -> None:
    replace_atomically(path, text.encode())


def _copied(settings: Settings, result: CallResult, folder: Path) -> Path | None:
    copy = settings.audio.copy_of(result.call)
    if not copy.exists():
        return None
    out = folder / copy.name
    replace_atomically(out, read_decrypted(copy))
    return out


def _call(result: CallResult) -> dict[str, Any]:
    """What is stored of a call; the names of those who work at the centre are theirs."""
    call = result.call
    return {
        "call_id": call.call_id,
        "contact_id": call.contact_id,
        "customer_ref": call.customer_ref,
        "started_at": call.started_at.isoformat(),
        "duration_s": result.recording.duration_s,
        "direction": str(call.direction),
        "queue": call.queue,
        "restricted": call.restricted,
        "fields": dict(call.fields),
        "language": result.transcript.language,
        "turns": [
            {"role": str(turn.role), "start_s": turn.start_s, "text": turn.text}
            for turn in result.transcript.turns
        ],
        "findings": [
            {"rule_id": one.rule_id, "outcome": str(one.outcome)} for one in result.findings
        ],
        "scores": [
            {"scorecard_id": one.scorecard_id, "score": one.score} for one in result.evaluations
        ],
        "masked": sorted({span.type for span in result.pii_spans}),
    }


def _page(settings: Settings, results: Sequence[CallResult]) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><meta charset="utf-8"><title>Subject access</title>'
    yield f"<h1>Subject access</h1><p>{_INTRODUCTION}"
    yield '<p>All of it, for other programs: <a href="data.json">data.json</a>.'
    for result in results:
        call = result.call
        stem, copy = call_file_stem(call.call_id), settings.audio.copy_of(call)
        yield f"<h2>{html.escape(call.call_id)}</h2>"
        yield f"<p>{call.started_at:%Y-%m-%d %H:%M %Z}, {result.recording.duration_s:.0f} s,"
        yield f' {html.escape(call.queue)}. <a href="{quote(stem)}.txt">Transcript</a>'
        if copy.exists():
            yield f'<p><audio controls src="{quote(copy.name)}"></audio>'
        for one in result.evaluations:
            yield f"<p>{html.escape(one.scorecard_id)}: {_points(one.score)}"
        yield "<ul>"
        yield from (
            f"<li>{html.escape(one.rule_id)}: {html.escape(str(one.outcome))}"
            for one in result.findings
        )
        yield "</ul>"
    yield "</html>"


def _points(score: float | None) -> str:
    return "not scored" if score is None else f"{score:.0f} of 100"
