"""What a call is: its metadata and its recording, as intake hands them on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


class Role(StrEnum):
    """Who speaks. `unknown` is an honest answer: rules that need the role then cannot tell."""

    AGENT = "agent"
    CUSTOMER = "customer"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """Who placed the call, seen from the contact centre."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One recorded conversation leg: everything the contact centre knows before we listen.

    Attributes:
        call_id: The source's own id; it is the identity of the call, whatever the file is called.
        started_at: Start of the call, with a time zone.
        agent_id: The agent as the contact centre names them.
        agent_name: The agent's name, as it is shown in lists.
        team: Name of the agent's team on that day.
        supervisor_id: Who receives this call's flags.
        supervisor_name: The supervisor's name, as it is shown in lists.
        queue: Queue that the call came through.
        direction: Inbound or outbound.
        language: ISO 639-1 code if the metadata fixes it; None means it is detected.
        channel_roles: Role of each audio channel in order (left first); None if not supplied.
            A mono recording of both sides has the one role `unknown`.
        contact_id: The contact, which may span several calls.
        customer_ref: The contact centre's reference of the customer.
        restricted: Whether only named people may see the call.
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

    @property
    def metadata_sha256(self) -> str:
        """Hash of all fields: a corrected sidecar gives another one, so the call is judged anew."""
        known = asdict(self)
        if not self.restricted:
            del known["restricted"]  # calls from before there was such a field stay what they were
        fields = json.dumps(known, default=str, sort_keys=True)
        return hashlib.sha256(fields.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One audio file that opens.

    Attributes:
        path: Where the file is.
        audio_sha256: Hash of the file's bytes, in hexadecimal.
        duration_s: Length in seconds.
        channel_count: 1 for mono, 2 for stereo.
        sample_rate_hz: Samples a second of the file.
    """

    path: Path
    audio_sha256: str
    duration_s: float
    channel_count: int
    sample_rate_hz: int


class QuarantineReason(StrEnum):
    """Why an item of a source cannot be evaluated."""

    CORRUPT_AUDIO = "corrupt_audio"
    EMPTY_FILE = "empty_file"
    MISSING_METADATA = "missing_metadata"
    MISSING_RECORDING = "missing_recording"
    INVALID_METADATA = "invalid_metadata"
    DUPLICATE = "duplicate"
    RECOGNITION_FAILED = "recognition_failed"
    EVALUATION_FAILED = "evaluation_failed"
    REDACTION_FAILED = "redaction_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """An item that was seen and set aside until a person acts.

    Attributes:
        item: Where the file is in its source.
        call_id: The call, if the metadata could be read that far.
        reason: One of the known reasons.
        detail: What is wrong and what to do, in one sentence without personal data.
    """

    item: str
    call_id: str | None
    reason: QuarantineReason
    detail: str
