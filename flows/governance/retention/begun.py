"""Calls of a removal that has begun, kept until everything derived from them is written anew."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flows.governance.retention.policy import Kind
from warehouse.files import private_folder, replace_atomically
from warehouse.lake.index.stored_calls import stored_calls

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from warehouse.lake.index.stored_calls import StoredCall
    from warehouse.lake.lake import Lake


@dataclass(frozen=True, slots=True)
class Begun:
    """Calls of which something was removed, or is about to be.

    Attributes:
        calls: The day of each call, by class of what goes.
    """

    calls: Mapping[Kind, Mapping[str, date]]

    @classmethod
    def read(cls, mark: Path, lake: Lake) -> Begun:
        """What an interrupted removal has left: calls that the lake has no more, or not whole.

        Of what is still there the next plan decides, which knows the holds and the policy of now.
        """
        if not mark.exists() or not (content := mark.read_bytes()):  # older ones were empty
            return cls({})
        stored = {call.call_id: call for call in stored_calls(lake)}
        read = {
            Kind(kind): {
                call_id: date.fromisoformat(day)
                for call_id, day in days.items()
                if _is_gone(Kind(kind), stored.get(call_id))
            }
            for kind, days in json.loads(content).items()
        }
        return cls({kind: days for kind, days in read.items() if days})

    def with_(self, planned: Mapping[Kind, Collection[StoredCall]]) -> Begun:
        """These and the calls of a plan."""
        found = {kind: dict(days) for kind, days in self.calls.items()}
        for kind, calls in planned.items():
            found.setdefault(kind, {}).update({one.call_id: one.call_date for one in calls})
        return Begun(found)

    def write(self, mark: Path) -> None:
        """Keep them in a file that only its owner reads."""
        private_folder(mark.parent)
        content = {
            kind: {call_id: str(day) for call_id, day in days.items()}
            for kind, days in self.calls.items()
        }
        replace_atomically(mark, json.dumps(content).encode())
        mark.chmod(0o600)

    def ids(self, kind: Kind) -> set[str]:
        """The calls of a class."""
        return set(self.calls.get(kind, ()))

    def by_day(self, kind: Kind, but: Collection[str]) -> dict[date, set[str]]:
        """The calls of a class by day, without some."""
        found: dict[date, set[str]] = {}
        for call_id, day in self.calls.get(kind, {}).items():
            if call_id not in but:
                found.setdefault(day, set()).add(call_id)
        return found


def _is_gone(kind: Kind, call: StoredCall | None) -> bool:
    if call is None or kind not in {Kind.AUDIO, Kind.TRANSCRIPT}:
        return call is None
    removed = call.audio_removed_on if kind is Kind.AUDIO else call.transcript_removed_on
    return removed is not None
