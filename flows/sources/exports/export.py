"""What an export of a telephone system says of calls, in the words of a sidecar."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo
    from pathlib import Path

    from flows.sources.documents import Document
    from flows.sources.exports.versions import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One call as an export describes it, or more about a call that another document describes.

    Attributes:
        place: File, and line or item, for messages.
        key: Id by which documents of one export are joined, such as that of the contact.
        recordings: Names that its recording may have, the most exact first: a path as the export
            writes it, or an id that is part of the file's name. Without any, `fields` completes
            the calls of the same key.
        fields: What a sidecar would hold, as far as the export says it.
        version: Of several descriptions of one recording, which exports may repeat, the newest
            counts.
        contact: Another key by which it is completed: what is said of all legs of its contact.
        since: Of those that complete a call in turn, such as its agents one after another, when
            this one began, in ISO 8601. The only one that took part in the recording counts.
        until: When it ended; empty if that is not known.
        lacks: Why a required field may be missing or wrong, and where it can come from instead, by
            field; part of the message if it is.
    """

    place: str
    key: str
    recordings: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    version: Version = None
    contact: str = ""
    since: str = ""
    until: str = ""
    lacks: Mapping[str, str] = field(default_factory=dict)


class Export(Protocol):
    """One form of export: what its documents say of calls."""

    @property
    def name(self) -> str:
        """The system and its form, for people."""

    @property
    def lists_all_calls(self) -> bool:
        """Whether it also lists calls that were not recorded, which are no error."""

    def recognises(self, document: Document) -> bool:
        """Whether a document has this form; decided by its own field names, never by guesses."""

    def calls(self, document: Document, zone: tzinfo) -> Iterable[Described]:
        """The calls of such a document.

        Args:
            document: What `recognises` accepted.
            zone: The centre's time zone, for local times that are written without one.
        """


class NamedRecordings(Protocol):
    """A system that says of a call only what it writes into the name of the recording."""

    @property
    def name(self) -> str:
        """The system, for people."""

    @property
    def lists_all_calls(self) -> bool:
        """False: a name is that of a recording."""

    def described(self, path: Path, zone: tzinfo) -> Described | None:
        """What a name says; None if it has another form."""
