"""What a run does with each call: hear its recording, judge its stored transcript, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from flows.sources.folder import Pair
    from warehouse.lake.result_identity import ResultIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The calls of a run.

    Attributes:
        hear: Calls whose recording has to be heard: new ones, those with another recording or with
            metadata on which hearing depends, and on request outdated ones.
        judge: Ids of calls whose stored transcript has to be judged again, by other rules or with
            other metadata. Their recordings are not opened.
        unchanged_count: Calls whose stored result stands.
        outdated_count: Calls that another model heard, or other rules masked, and that were not
            asked to be heard again.
    """

    hear: tuple[Pair, ...] = ()
    judge: tuple[str, ...] = ()
    unchanged_count: int = 0
    outdated_count: int = 0

    @property
    def call_count(self) -> int:
        """Number of planned calls."""
        return len(self.hear) + len(self.judge) + self.unchanged_count


def plan_source(
    ready: Collection[Pair],
    known: Mapping[str, ResultIdentity],
    wanted: Callable[[Pair], ResultIdentity],
    *,
    rehear: bool,
) -> Plan:
    """Plan the calls of a source.

    Args:
        ready: Calls with their recordings.
        known: The identity of every stored result, by call id.
        wanted: Returns the identity that the result of a call would have now.
        rehear: Whether to hear outdated calls again.
    """
    hear, judge, unchanged, outdated = [], [], 0, 0
    for pair in ready:
        stored, now = known.get(pair[0].call_id), wanted(pair)
        if stored is None or stored.call != now.call:
            hear.append(pair)
            continue
        is_outdated = stored.hearing != now.hearing
        if is_outdated and rehear:
            hear.append(pair)
            continue
        outdated += is_outdated
        if stored.judging == now.judging:
            unchanged += 1
        else:
            judge.append(pair[0].call_id)
    return Plan(
        hear=tuple(hear), judge=tuple(judge), unchanged_count=unchanged, outdated_count=outdated
    )


def plan_stored(
    known: Mapping[str, ResultIdentity], rules_sha256: str, results_version: int
) -> Plan:
    """Plan to judge every stored call whose rules or whose version of judging are others now."""
    judge = [
        call_id
        for call_id, stored in known.items()
        if (stored.rules_sha256, stored.results_version) != (rules_sha256, results_version)
    ]
    return Plan(judge=tuple(judge), unchanged_count=len(known) - len(judge))
