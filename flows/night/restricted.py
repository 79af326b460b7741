"""What a run has to know of restricted calls: their numbers, and VIP customers of earlier days."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.workers.judging import Stored
from models.call import marked
from warehouse.query.customers import customers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flows.night.planning import Plan
    from flows.settings.centre import Settings
    from flows.sources.centre.kept_names import KeptNames
    from flows.sources.centre.vips import Vips
    from flows.sources.folder import Intake, Pair
    from flows.stores.originals import Originals
    from flows.workers.tally import Tally
    from models.call import Quarantined
    from qa_rules.results import CallResult


def counts(intake: Intake, plan: Plan, heard: Iterable[Pair]) -> dict[str, int]:
    """The restricted calls among the unchanged and the pending ones, for the record of a run."""
    restricted = {call.call_id for call, _ in intake.ready if call.restricted}
    to_hear = {call.call_id for call, _ in plan.hear} & restricted
    left = to_hear - {call.call_id for call, _ in heard}
    unchanged = restricted - to_hear - {*plan.judge}
    return {
        "restricted_unchanged_count": len(unchanged),
        "restricted_pending_count": len(left),
    }


def quarantined(
    intake: Intake, tally: Tally, names: KeptNames, originals: Originals
) -> tuple[Quarantined, ...]:
    """What the intake and the evaluation quarantined; items of restricted calls say so."""
    restricted = {call.call_id for call, _ in intake.ready if call.restricted}
    items = marked((*intake.quarantined, *tally.quarantined), restricted)
    return originals.items_named(names.quarantined(items))


def with_access(
    results: Iterable[CallResult], plan: Plan, intake: Intake, names: KeptNames
) -> Iterator[Stored]:
    """Stored results to judge, with the metadata and the access that their calls have now."""
    now = {call.call_id: (call, recording) for call, recording in intake.ready}
    for result in results:
        recording = names.recording(result.recording, result.call)
        call, recording = now.get(result.call.call_id, (result.call, recording))
        is_restricted = call.restricted or call.call_id in plan.restricted
        yield Stored(result, replace(call, restricted=is_restricted), recording)


def newly(plan: Plan, settings: Settings, vips: Vips, intake: Intake) -> Plan:
    """A plan that also judges stored calls whose customers are VIPs now.

    Their recordings may have left the source long ago. A call stays restricted until its metadata
    are read again, since what is stored does not say why it is restricted.

    Args:
        plan: The plan of what is in the source.
        settings: The home, whose published warehouse has the calls that are not restricted.
        vips: The VIP customers.
        intake: What is in the source; its metadata have been looked at.
    """
    if not vips:
        return plan
    present = {call.call_id for call, _ in intake.ready}
    stored = [call for call in customers_of(settings.warehouse) if call.call_id not in present]
    found = [call_id for call_id in vips.call_ids(stored) if call_id not in plan.judge]
    return replace(plan, judge=(*plan.judge, *found), restricted=frozenset(found))
