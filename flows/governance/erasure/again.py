"""What was erased and is stored again, such as after a backup was restored: each run removes it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.errors import FlowsError
from flows.governance.audit import Act, record
from flows.governance.erasure.erasing import journal_folder, read_owned
from flows.governance.erasure.removal import remove_everywhere
from flows.governance.erasure.subject import Owned, Subject, owned_by
from flows.governance.erasure.suppression import AGENT, CUSTOMER, suppressions_of
from flows.governance.holds import Scope, holds_of
from flows.sources.centre.key import HomeKey
from flows.sources.centre.personal_ids import known_ids
from flows.sources.centre.roster import roster_of
from flows.sources.described import Reading, metadata_of
from flows.sources.file_names import sides_by_shared_name
from flows.sources.listing import list_items
from models.call import Call
from warehouse.lake.index.subject_calls import calls_where
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

    from flows.governance.erasure.suppression import Suppressions
    from flows.settings.centre import Settings
    from flows.sources.folder import Intake
    from warehouse.lake.index.subject_calls import CallOf


def erase_again(settings: Settings) -> int:
    """Remove what is stored of suppressed subjects; publishing is left to the run.

    What an interrupted erasure has left is removed, too; it stays to be completed, for its receipt.

    Returns:
        The number of calls.
    """
    HomeKey(settings.home).hash("")  # drawn now, so that every backup of a home has it
    suppressed = suppressions_of(settings)
    if not suppressed:
        return 0
    suppressed.even_out()
    lake = Lake(settings.lake, settings.time_zone)
    found = list(calls_where(lake, lambda call: bool(_why(suppressed, call))))
    held = holds_of(settings).of_all(found)
    free = [call for call in found if call.call_id not in held]
    pending = sorted(journal_folder(settings).glob("*.json"))
    if not free and not pending:
        return 0
    subjects = {_subject_of(call, _why(suppressed, call)) for call in free}
    owned = Owned(calls=frozenset())
    for subject in sorted(subjects, key=repr):
        owned = owned.with_(owned_by(subject, subject.calls(settings, lake), settings, lake))
    owned = replace(owned, calls=owned.calls - held.keys())
    for path in pending:
        owned = owned.with_(read_owned(path))
    remove_everywhere(settings, owned)
    count = len({call.call_id for call in free})
    record(settings.home, Act.ERASED, what="again", counts={"calls": count})
    return count


def without_erased(intake: Intake, settings: Settings) -> Intake:
    """The items of a source but those of suppressed subjects, which are only counted by reason."""
    suppressions = suppressions_of(settings)
    if not suppressions:
        return intake

    def is_free(call: object) -> bool:
        why = _why(suppressions, call) if isinstance(call, Call) else None
        if why:
            intake.not_kept.suppressed[why] += 1
        return not why

    described = {str(path): one for path, one in intake.described.items()}
    kept = replace(
        intake,
        ready=tuple(pair for pair in intake.ready if is_free(pair[0])),
        quarantined=tuple(one for one in intake.quarantined if is_free(described.get(one.item))),
    )
    if counts := dict(intake.not_kept.suppressed):
        record(settings.home, Act.SUPPRESSED, counts=counts)
    return kept


def erased_originals(settings: Settings) -> list[Path]:
    """The recordings of the source that belong to erased subjects, and that no run hears.

    They are told by their metadata: nothing that is kept of an erasure names a recording.

    Raises:
        FlowsError: The source is no folder of this machine.
        DataFilesError: A file of the centre has errors.
    """
    folder, suppressed = settings.source, suppressions_of(settings)
    if not folder.is_dir():
        raise FlowsError(f"{folder}: not a folder of this machine; expected the recordings")
    if not suppressed:
        return []
    files, roster = list_items(folder).files, roster_of(settings)
    pairs = sides_by_shared_name(files)
    ids = known_ids(settings.home, settings.home_country)
    zone = ZoneInfo(settings.time_zone)
    reading = Reading(limits=settings.only_limits(), zone=zone, ids=ids)
    described = metadata_of(folder, [*files, *pairs], reading)
    found = [
        path
        for path, call in described.items()
        if isinstance(call, Call) and _why(suppressed, roster.completed(call))
    ]
    sides = (side for path in found for side in pairs.get(path, (path,)))
    return sorted(path for path in sides if path.exists())


def _why(suppressed: Suppressions, call: Call | CallOf) -> str | None:
    return suppressed.why(call.call_id, call.agent_id, call.customer_ref, call.contact_id)


def _subject_of(call: CallOf, why: str | None) -> Subject:
    if why == CUSTOMER and call.customer_ref:
        return Subject(Scope.CUSTOMER, call.customer_ref)
    return (
        Subject(Scope.AGENT, call.agent_id) if why == AGENT else Subject(Scope.CALL, call.call_id)
    )
