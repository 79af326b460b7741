"""Erasure of a customer, an agent or a call, with a receipt and a proof.

What erasing an agent means: the calls of the agent are removed like those of a customer, with the
agent's schedules, coaching and disputes, and later recordings of the agent are not heard. With a
pseudonym in the place of the name, the agent's voice and words would stay in copies and
transcripts, and whoever knows the rota could tell whose they are. Figures of past weeks change.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from flows.deliver.ledger import Ledger
from flows.deliver.parcel import parcels_of
from flows.errors import FlowsError
from flows.governance.audit import Act, Outcome, record
from flows.governance.erasure.handed_out import out_of_reach, remove_outside
from flows.governance.erasure.places import files_below
from flows.governance.erasure.proof import prove
from flows.governance.erasure.receipt import Receipt, keep_receipt
from flows.governance.erasure.removal import remove_everywhere
from flows.governance.erasure.subject import Owned, Subject, owned_by
from flows.governance.erasure.suppression import CALL, CONTACT, suppressions_of
from flows.governance.holds import Hold, Scope, holds_of
from flows.publishing import erase_from_lake, publish_anew
from flows.sources.centre.found_files import files_of
from flows.stores.listed import listed_if_reached
from warehouse.errors import DuckLakeError
from warehouse.files import private_folder, replace_atomically
from warehouse.lake.index.subject_calls import CallOf
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections import Counter
    from pathlib import Path

    from flows.governance.erasure.proof import Proof
    from flows.settings.centre import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure would remove.

    Attributes:
        subject: Whose data.
        owned: What there is, also of an erasure that was interrupted.
        holds: The legal holds that stop it.
        is_begun: Whether an erasure of the same subject was interrupted.
        originals: Paths of the original recordings that are still there; they stay.
    """

    subject: Subject
    owned: Owned
    holds: tuple[Hold, ...]
    is_begun: bool
    originals: tuple[str, ...] = ()


def plan_erasure(settings: Settings, subject: Subject) -> Plan:
    """What there is of a subject, and what stops its erasure.

    Raises:
        FlowsError: The subject has no name, or what is held cannot be read.
        LakeError: A part of the lake is damaged.
    """
    if not subject.ref.strip() or subject.scope is Scope.ALL:
        raise FlowsError("expected a reference of a customer, or the id of an agent or a call")
    lake = Lake(settings.lake, settings.time_zone)
    calls = subject.calls(settings, lake)
    owned = owned_by(subject, calls, settings, lake)
    journal = _journal(settings, subject)
    if journal.exists():
        owned = owned.with_(read_owned(journal))
    held = holds_of(settings).of_all([*calls, _stand_in(subject)])
    holds = {hold.hold_id: hold for some in held.values() for hold in some}
    paths = files_of(settings, sorted(owned.recordings), listed_if_reached)
    return Plan(subject, owned, tuple(holds.values()), journal.exists(), tuple(paths))


def erase(settings: Settings, plan: Plan) -> Receipt:
    """Erase a subject; whoever calls holds the lock of the home folder.

    An interrupted erasure is completed by planning and erasing again.

    Raises:
        FlowsError: A legal hold stops it; nothing was removed.
    """
    subject, owned = plan.subject, plan.owned
    hashed = _hash(settings, subject)
    if plan.holds:
        _tell(settings, plan, Outcome.REFUSED)
        listed = "\n".join(f"{one.hold_id} ({one.scope}): {one.reason}" for one in plan.holds)
        raise FlowsError(
            f"nothing was erased: a legal hold stops it.\n{listed}\n`callqa hold release` ends one"
        )
    journal = _journal(settings, subject)
    private_folder(journal.parent)
    replace_atomically(journal, _written(owned))
    journal.chmod(0o600)
    suppressed = suppressions_of(settings)
    suppressed.add(subject.scope, [subject.ref.strip()])
    suppressed.add(CONTACT, owned.contacts)
    suppressed.add(CALL, owned.calls)  # also if the customer is heard again some day
    told = owned.left_out_of(out_of_reach(settings, _lists_with(settings, owned)))
    removed = remove_everywhere(settings, owned)
    faults = publish_again(settings)
    removed["outside the home folder"] = remove_outside(settings, owned.traces)
    proof = prove(settings, owned.traces, without=journal)
    told += _originals_told(len(plan.originals))
    receipt = Receipt.of(hashed, subject.scope, removed, told, faults, proof)
    keep_receipt(settings.home, receipt)
    is_whole = not faults and proof.is_clean
    _tell(settings, plan, Outcome.DONE if is_whole else Outcome.PARTLY, removed, proof)
    if is_whole:
        journal.unlink()
    return receipt


def _originals_told(count: int) -> list[str]:
    """What a person has to do with the originals, without naming them."""
    if not count:
        return []
    files = "recording" if count == 1 else "recordings"
    where = "`callqa sources find --erased` says where, as long as the metadata are beside"
    return [f"{count} original {files}: {where}"]


def publish_again(settings: Settings) -> list[str]:
    """Publish what is left, from the lake alone; returns what could not be done."""
    lake = Lake(settings.lake, settings.time_zone)
    published = publish_anew(settings, lake)
    ledger = Ledger(settings.deliveries)
    for parcel in parcels_of(settings.site.lists / published.snapshot.stem):
        ledger.renew(parcel)
    faults = [f"page {fault}" for fault in published.page_faults]
    try:
        erase_from_lake(settings)
    except DuckLakeError as error:
        faults.append(f"DuckLake: {error}; run `callqa ducklake maintain --erase`")
    return faults


def _stand_in(subject: Subject) -> CallOf:
    """A call of the subject, so that a hold also counts where nothing is stored."""
    ref, scope = subject.ref.strip(), subject.scope
    return CallOf(
        call_id=ref if scope is Scope.CALL else "",
        agent_id=ref if scope is Scope.AGENT else "",
        agent_name="",
        customer_ref=ref if scope is Scope.CUSTOMER else None,
        contact_id=None,
        recording_path="",
    )


def _lists_with(settings: Settings, owned: Owned) -> list[Path]:
    """The folders of lists and alerts in which calls of the subject are named."""
    roots = (settings.site.lists, settings.site.alerts)
    files = [path for root in roots if root.is_dir() for path in files_below(root)]
    return sorted({path.parent for path in owned.traces.files_with(files)})


def _tell(
    settings: Settings,
    plan: Plan,
    outcome: Outcome,
    removed: Counter[str] | None = None,
    proof: Proof | None = None,
) -> None:
    counts = {name.replace(" ", "_").lower(): count for name, count in (removed or {}).items()}
    if proof:
        counts |= {"files_scanned": proof.files, "files_left": len(proof.left)}
    subject = (_hash(settings, plan.subject),)
    record(
        settings.home,
        Act.ERASED,
        outcome=outcome,
        what=str(plan.subject.scope),
        customers=subject,  # a hash whoever it is of: an id would be a trace
        counts={name: count for name, count in counts.items() if count},
    )


def _hash(settings: Settings, subject: Subject) -> str:
    """What names the subject in receipts: not the pseudonym of the lake, which is a trace."""
    return suppressions_of(settings).name_of(subject.scope, subject.ref.strip())


def _journal(settings: Settings, subject: Subject) -> Path:
    return journal_folder(settings) / f"{_hash(settings, subject)}.json"


def journal_folder(settings: Settings) -> Path:
    """Where an erasure keeps what it looks for until it is complete."""
    return settings.home / "governance" / "erasing"


def _written(owned: Owned) -> bytes:
    return json.dumps(
        {one.name: sorted(getattr(owned, one.name)) for one in fields(owned)}
    ).encode()


def read_owned(path: Path) -> Owned:
    """What an interrupted erasure was looking for."""
    return Owned(
        **{name: frozenset(values) for name, values in json.loads(path.read_bytes()).items()}
    )
