"""What a run does with each call, in which order, and until when."""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.errors import FlowsError
from flows.sources.duplicates import is_other_call, moved_ids, replaced_calls

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from flows.sources.folder import Pair
    from models.call import Call
    from warehouse.lake.index.result_identity import ResultIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The calls of a run.

    Attributes:
        clashes: Calls that bear the id of a stored call, and are not that call.
        replaced: By id of a planned call, the stored call that its result replaces.
        hear: Calls whose recording has to be heard: new ones, those with another recording or with
            metadata on which hearing depends, and on request outdated ones.
        judge: Ids of calls whose stored transcript has to be judged again; no recording is opened.
        restricted: Of the calls to judge, those that become restricted.
        unchanged_count: Calls whose stored result stands.
        outdated_count: Calls that another model heard or other rules masked, and that stay so.
    """

    clashes: tuple[Pair, ...] = ()
    replaced: Mapping[str, str] = field(default_factory=dict)
    hear: tuple[Pair, ...] = ()
    judge: tuple[str, ...] = ()
    restricted: frozenset[str] = frozenset()
    unchanged_count: int = 0
    outdated_count: int = 0

    @property
    def call_count(self) -> int:
        """Number of planned calls."""
        return len(self.hear) + len(self.judge) + self.unchanged_count

    def with_copies(
        self, ready: Iterable[Pair], known: Mapping[str, ResultIdentity]
    ) -> Iterator[Call]:
        """The stored calls of a source that should have a redacted copy."""
        heard = {call.call_id for call, _ in self.hear}
        for call, _ in ready:
            stored = known.get(call.call_id)
            if call.call_id not in heard and stored and not stored.audio_removed_on:
                yield call

    def in_order_of_need(self, stored_calls: Mapping[str, int]) -> Plan:
        """The same plan for a run that may not reach every call; a run without end needs no order.

        Args:
            stored_calls: Number of evaluated calls by agent.
        """
        return replace(self, hear=tuple(most_needed_first(self.hear, stored_calls)))


def plan_source(
    ready: Collection[Pair],
    known: Mapping[str, ResultIdentity],
    wanted: Callable[[Pair], ResultIdentity],
    is_over: Callable[[Call], bool],
    *,
    rehear: bool,
) -> Plan:
    """Plan the calls of a source.

    Args:
        ready: Calls with their recordings.
        known: The identity of every stored result, by call id.
        wanted: Returns the identity that the result of a call would have now.
        is_over: Whether the retention policy keeps the words of a call no longer.
        rehear: Whether to hear outdated calls again.
    """
    hear, judge, clashes, unchanged, outdated = [], [], [], 0, 0
    moved = moved_ids(ready, known)
    for pair in ready:
        stored, now = known.get(pair[0].call_id), wanted(pair)
        if stored and pair[0].call_id not in moved and is_other_call(pair[0], stored, now):
            clashes.append(pair)
        elif stored.transcript_removed_on if stored else is_over(pair[0]):
            unchanged += 1
        elif stored is None or _is_to_hear(stored, now, rehear=rehear):
            hear.append(pair)
        else:
            outdated += stored.hearing != now.hearing
            unchanged += stored.judging == now.judging
            if stored.judging != now.judging:
                judge.append(pair[0].call_id)
    return Plan(
        clashes=tuple(clashes),
        replaced=replaced_calls({*judge, *(call.call_id for call, _ in hear)}, ready, known),
        hear=tuple(hear),
        judge=tuple(judge),
        unchanged_count=unchanged,
        outdated_count=outdated,
    )


def _is_to_hear(stored: ResultIdentity, now: ResultIdentity, *, rehear: bool) -> bool:
    return stored.call != now.call or (rehear and stored.hearing != now.hearing)


def plan_stored(
    known: Mapping[str, ResultIdentity], rules_sha256: str, results_version: int
) -> Plan:
    """Plan to judge every stored call whose rules or whose version of judging are others now."""
    judge = [
        call_id
        for call_id, stored in known.items()
        if (stored.rules_sha256, stored.results_version) != (rules_sha256, results_version)
        and not stored.transcript_removed_on
    ]
    return Plan(judge=tuple(judge), unchanged_count=len(known) - len(judge))


NEW_AGENT_CALLS = 10
"""Until so many calls of an agent are evaluated, further ones say the most about them."""

_FIRST_CALLS = 4
"""Calls per worker that a run with a time limit hears before it knows its pace."""

_CAUTION = 1.1
"""Calls are expected to take longer than measured by this factor, since some do."""

SAMPLE_CALLS = 5
"""Calls per agent that are drawn at random before the rest."""


def most_needed_first(hear: Iterable[Pair], stored_calls: Mapping[str, int]) -> list[Pair]:
    """Order calls for a run that may not reach the last of them.

    First come restricted calls; then those of agents with few evaluated calls, fewest first; then a
    random sample of each agent, so that what is evaluated says something about everybody; then the
    rest in its order. The draw depends on the ids alone: the next run continues the same order.

    Args:
        hear: The calls to hear.
        stored_calls: Number of evaluated calls by agent.
    """
    pairs = list(hear)
    drawn: dict[str, int] = {}
    placed = []
    for place in sorted(range(len(pairs)), key=lambda place: _draw(pairs[place][0].call_id)):
        call = pairs[place][0]
        number = drawn[call.agent_id] = drawn.get(call.agent_id, -1) + 1
        known = stored_calls.get(call.agent_id, 0) + number
        if call.restricted:
            key = 0, 0
        elif known < NEW_AGENT_CALLS:
            key = 1, known
        elif number < SAMPLE_CALLS:
            key = 2, number
        else:
            key = 3, 0
        placed.append((*key, place))
    return [pairs[place] for *_, place in sorted(placed)]


def _draw(call_id: str) -> bytes:
    """A number that looks random and is always the same for a call."""
    return hashlib.sha256(f"sample {call_id}".encode(errors="surrogatepass")).digest()


def next_time(wanted: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The next time at which the clock of a time zone shows `wanted`, after `now`.

    Raises:
        FlowsError: It is not a time of day such as 06:00.
    """
    try:
        time_of_day = datetime.strptime(wanted, "%H:%M").time()  # noqa: DTZ007  a zone follows
    except ValueError:
        raise FlowsError(f"--until {wanted}: expected a time of day such as 06:00") from None
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=more) for more in range(3))
    # In UTC, since two times of one zone are compared by what the clock shows, even where it is
    # set forward or back in between.
    times = (datetime.combine(day, time_of_day, zone).astimezone(UTC) for day in days)
    return next(time for time in times if time > now)


class Budget:
    """Hands out batches of calls while the measured pace says that they end in time."""

    def __init__(self, time_zone: str, until: str | None) -> None:
        """Begin now.

        Args:
            time_zone: IANA name of the site's time zone.
            until: Time of day there, such as 06:00, by which the calls are heard; None for no end.

        Raises:
            FlowsError: It is not a time of day.
        """
        self.is_limited = until is not None
        self._end_s = math.inf
        if until is not None:
            now = datetime.now(UTC)
            left = next_time(until, ZoneInfo(time_zone), now) - now
            # By a clock that nobody sets while the run goes on.
            self._end_s = time.monotonic() + left.total_seconds()

    def batches(self, todo: Sequence[Pair], size: int, workers: int) -> Iterator[list[Pair]]:
        """Take batches from the front; the last one is shortened to what still fits.

        Args:
            todo: The calls to hear, most needed first.
            size: Calls per batch.
            workers: Recognition processes, which hear a few calls before the pace is known.
        """
        began_s = time.monotonic()
        first_size = min(_FIRST_CALLS * workers, size) if self.is_limited else size
        taken, heard_s = 0, 0.0
        while taken < len(todo):
            now_s = time.monotonic()
            pace = _CAUTION * (now_s - began_s) / heard_s if heard_s else 0.0
            left_s = self._end_s - now_s
            batch: list[Pair] = []
            for pair in todo[taken : taken + (size if taken else first_size)]:
                left_s -= pace * pair[1].duration_s
                if left_s <= 0:
                    break
                batch.append(pair)
            if not batch:
                return
            taken += len(batch)
            heard_s += sum(recording.duration_s for _, recording in batch)
            yield batch


def new_run_id(started_at: datetime, taken: Collection[str]) -> str:
    """An id of its own for each run, even in the same second or after the clock went back."""
    second = f"{started_at:%Y%m%dT%H%M%SZ}"
    ids = (second if number == 1 else f"{second}-{number}" for number in count(1))
    return next(run_id for run_id in ids if run_id not in taken)
