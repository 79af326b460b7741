"""Original recordings whose period is over: which go, and why others stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.governance.originals import (
    Candidate,
    Originals,
    State,
    delete,
    source_root,
    state_of,
)
from flows.governance.retention.policy import Kept

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from pathlib import Path

    from flows.governance.retention.policy import Originals as Permission
    from flows.settings.centre import Settings
    from warehouse.lake.index.stored_calls import StoredCall

NOT_PERMITTED = "not_permitted"
COPY_NOT_PROVEN = "copy_not_proven"
_STATES = {State.CHANGED: "other_file", State.OUTSIDE: "other_place", State.GONE: "unreadable"}
IN_STORE = "in_store"
WHY_THEY_STAY = {
    NOT_PERMITTED: "their period is over, but the policy does not permit to delete them",
    COPY_NOT_PROVEN: "their period is over, but their redacted copies were not proven",
    IN_STORE: "their period is over; delete them in the store, which callqa does not",
    "other_file": "their period is over, but the files are not those that were evaluated",
    "other_place": "their period is over, but the files are not in the source folder itself",
    "unreadable": "their period is over, but the files cannot be read",
}
"""Stand in the place of a policy, which has no `_` in its id."""


class SourceFiles:
    """The original recordings of calls, as a retention policy sees them.

    Args:
        settings: Settings of the centre.
        permission: What the policy permits.
        today: The day, in the centre's time zone.
    """

    def __init__(self, settings: Settings, permission: Permission, today: date) -> None:
        self._here, self._root = Originals(settings), source_root(settings)
        self._permission, self._today = permission, today

    def kept(self, call: StoredCall, kept: Kept) -> Kept | None:
        """Until when the original of a call is kept by its policy, or for another reason.

        None if it is gone. Only a file that could go is read.

        Raises:
            FlowsError: The key is another one than that which hid the names.
        """
        files, is_in_store = self._here.files(call)
        if not files:
            return None
        if not kept.is_over(self._today):
            return kept
        if not self._permission.delete:
            return Kept(None, NOT_PERMITTED)
        if is_in_store:
            return Kept(None, IN_STORE)
        if not self._permission.unproven and not is_proven(self._here, call):
            return Kept(None, COPY_NOT_PROVEN)
        state = state_of(call, files, self._root)
        return kept if state is State.DELETABLE else Kept(None, _STATES[state])


def is_proven(here: Originals, call: StoredCall) -> bool:
    """Whether the redacted copy of a call was proven, and was not lost since."""
    return call.remuted_count is not None and here.has_proven_copy(
        call.call_id,
        call.call_date,
        restricted=call.restricted,
        was_removed=call.audio_removed_on is not None,
    )


def delete_originals(settings: Settings, calls: Collection[StoredCall]) -> None:
    """Delete the originals of calls; each is compared with what was evaluated once more."""
    here = Originals(settings)
    for proven in (True, False):
        chosen = []
        for call in calls:
            files: tuple[Path, ...] = here.files(call)[0]
            if files and is_proven(here, call) is proven:
                chosen.append(Candidate(call, State.DELETABLE, files))
        delete(settings, chosen, is_unproven=not proven, why=("retention",))
