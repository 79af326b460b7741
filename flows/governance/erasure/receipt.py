"""Receipts of erasures: JSON for machines, text for people; neither names the subject."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.governance.erasure.places import PLACES
from flows.governance.holds import current_user
from warehouse.files import private_folder, replace_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from flows.governance.erasure.proof import Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an erasure did.

    Attributes:
        subject: Keyed hash of whom it was about; `callqa erase` computes the same one again.
        scope: Customer, agent or call.
        at: When, in UTC.
        by: User of the operating system.
        removed: Numbers of files or rows, by place.
        by_hand: What left the system, which a person has to delete.
        not_done: What could not be done, and what to do about it.
        proof: The scan.
    """

    subject: str
    scope: str
    at: str
    by: str
    removed: Mapping[str, int]
    by_hand: Sequence[str]
    not_done: Sequence[str]
    proof: Proof

    @classmethod
    def of(
        cls,
        subject: str,
        scope: str,
        removed: Mapping[str, int],
        by_hand: Sequence[str],
        not_done: Sequence[str],
        proof: Proof,
    ) -> Receipt:
        """A receipt of now."""
        return cls(
            subject=subject,
            scope=str(scope),
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            by=current_user(),
            removed={name: count for name, count in removed.items() if count},
            by_hand=by_hand,
            not_done=not_done,
            proof=proof,
        )

    @property
    def stem(self) -> str:
        """Name of its files, without suffix."""
        return f"{self.at.replace(':', '').replace('+0000', 'Z')}-{self.subject}"

    @property
    def text(self) -> str:
        """For people."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"Erasure of a {self.scope} (keyed hash {self.subject}), {self.at}, by {self.by}"
        yield "\nRemoved (files, or rows where others stay):"
        yield from (f"- {name}: {count}" for name, count in self.removed.items())
        yield "\nTo be deleted by a person, since it left the system:"
        yield from (f"- {one}" for one in self.by_hand or ["nothing that is known of"])
        yield "\nNot done:"
        yield from (f"- {one}" for one in self.not_done or ["nothing"])
        yield "\nStays, and why:"
        yield from (f"- {place.name}: {place.why}" for place in PLACES if place.why)
        proof = self.proof
        yield (
            f"\nProof: {proof.files} files ({proof.size_bytes} bytes) were searched for the"
            " reference, its hash, ids of calls and quotes, Parquet, DuckDB, SQLite and archives"
            " also decoded."
        )
        for what, files in (("Found in", proof.left), ("Cannot be read", proof.unread)):
            yield f"{what}: {', '.join(files) or 'no file'}"
        if proof.kept:
            yield f"Ids of calls stay in: {', '.join(proof.kept)}"


def keep_receipt(home: Path, receipt: Receipt) -> Path:
    """Write a receipt beside earlier ones; returns its text."""
    text = receipt_file(home, receipt.stem)
    private_folder(text.parent)
    content = json.dumps(asdict(receipt), indent=1).encode()
    replace_atomically(text.with_suffix(".json"), content)
    replace_atomically(text, receipt.text.encode())
    return text


def receipt_file(home: Path, stem: str) -> Path:
    """The text of a receipt."""
    return home / "governance" / "receipts" / f"{stem}.txt"
