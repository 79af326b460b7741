"""A call: its metadata, its recording, and quarantined items of a source."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path


UNASSIGNED = "unassigned"
"""Team, supervisor or queue of a call whose metadata name none."""


class Role(StrEnum):
    """Who speaks. Where it is `unknown`, rules that need the role return `cannot_tell`.

    `system` is what both sides are played: a menu, a notice, an announcement.
    """

    AGENT = "agent"
    CUSTOMER = "customer"
    SYSTEM = "system"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """Who placed the call, seen from the contact centre."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One recorded conversation leg: everything that is known without the audio.

    Attributes:
        call_id: Id in the source; identifies the call, independently of the file name.
        started_at: Start of the call, with a time zone.
        agent_id: Id of the agent in the contact centre.
        agent_name: Name of the agent for lists.
        team: Name of the agent's team on that day.
        supervisor_id: Supervisor who receives the flags of this call.
        supervisor_name: Name of the supervisor for lists.
        queue: Queue of the call.
        direction: Inbound or outbound.
        language: ISO 639-1 code if the metadata fixes it; None means it is detected.
        channel_roles: Role of each audio channel in order (left first); None if not supplied.
            A mono recording of both sides has the one role `unknown`.
        contact_id: The contact, which may span several calls.
        customer_ref: Reference of the customer in the contact centre.
        restricted: Whether only named people may see the call.
        stated_duration_s: Length of the recording as the telephone system states it.
        replaces: Id whose stored result this call replaces: an earlier, wrong id of it, or its own
            id where its recording was exported again and its metadata corrected.
        after_call_work_s: Time that the agent worked on the call after it ended; None if unknown.
        disposition: Code by which the agent closed the call.
        fields: Custom fields of the centre by name, in the order of names.
    """

    call_id: str
    started_at: datetime
    agent_id: str
    agent_name: str
    team: str
    supervisor_id: str
    supervisor_name: str
    queue: str
    direction: Direction
    language: str | None = None
    channel_roles: tuple[Role, ...] | None = None
    contact_id: str | None = None
    customer_ref: str | None = None
    restricted: bool = False
    stated_duration_s: float | None = None
    replaces: str | None = None
    after_call_work_s: float | None = None
    disposition: str | None = None
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def metadata_sha256(self) -> str:
        """Hash of all fields: a corrected sidecar changes it, so the call is judged again."""
        known = asdict(self)
        for field in fields(self):
            if field.name in _LATER_FIELDS and known[field.name] == field.default:
                del known[field.name]  # keeps the hash of calls from before this field existed
        return _sha256(known)

    @property
    def hearing_metadata_sha256(self) -> str:
        """Hash of the fields on which hearing and masking depend.

        While it is equal, a call whose metadata changed is judged again from its transcript.
        """
        return _sha256({name: getattr(self, name) for name in _HEARING_FIELDS})


_LATER_FIELDS = frozenset(
    {
        "restricted",
        "stated_duration_s",
        "replaces",
        "after_call_work_s",
        "disposition",
        "fields",
    }
)

_HEARING_FIELDS = ("call_id", "started_at", "language", "channel_roles", "agent_name")
"""Language and roles steer recognition, the agent's own name is not masked, and the day of the
call decides which rules mask and where the redacted copy is."""


def _sha256(fields: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(fields, default=str, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One audio file that can be decoded, or two that are the sides of one call.

    Attributes:
        path: Path of the file.
        audio_sha256: Hash of the file's bytes, in hexadecimal.
        duration_s: Length in seconds.
        channel_count: 1 for mono, 2 for stereo.
        sample_rate_hz: Sample rate of the file.
        stated_s: Length that the file's header states, of a whole file; None if it states none.
        is_unfinished: Whether its container has no end, as of a file that was cut.
        other_side: A second mono file that is the second channel; None if one file has both. The
            other properties are then those of both together.
        kept_path: What is kept of its path, of which the names of people and their numbers are no
            part; None if it was not looked for them.
    """

    path: Path
    audio_sha256: str
    duration_s: float
    channel_count: int
    sample_rate_hz: int
    stated_s: float | None = None
    is_unfinished: bool = False
    other_side: Path | None = None
    kept_path: str | None = None


class QuarantineReason(StrEnum):
    """Why an item of a source cannot be evaluated."""

    CORRUPT_AUDIO = "corrupt_audio"
    EMPTY_FILE = "empty_file"
    UNREADABLE = "unreadable"
    MISSING_METADATA = "missing_metadata"
    MISSING_RECORDING = "missing_recording"
    INVALID_METADATA = "invalid_metadata"
    DUPLICATE = "duplicate"
    TOO_LARGE = "too_large"
    RECOGNITION_FAILED = "recognition_failed"
    EVALUATION_FAILED = "evaluation_failed"
    REDACTION_FAILED = "redaction_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """An item that cannot be evaluated until a person acts.

    Attributes:
        item: Path of the file in its source.
        call_id: The call, if the metadata could be read that far.
        reason: Why it cannot be evaluated.
        detail: What is wrong and what to do, in one sentence without personal data.
        restricted: Whether only named people may see the call.
    """

    item: str
    call_id: str | None
    reason: QuarantineReason
    detail: str
    restricted: bool = False


def marked(items: Iterable[Quarantined], restricted: Collection[str]) -> list[Quarantined]:
    """The same items; those of restricted calls say that they are."""
    return [
        replace(item, restricted=item.restricted or item.call_id in restricted) for item in items
    ]
