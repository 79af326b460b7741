"""Conversation metrics, computed from word times alone.

A stretch is one side's speech without a pause of more than `turns.PAUSE_S`; shorter pauses and
redacted words are part of it. Talk is the length of a side's stretches, non-talk is time without
any stretch, and overtalk is time that is counted twice when all talk is added up. For every call,
`talk_s` of agent, customer, system and unknown - `overtalk_s` + `non_talk_s` = `duration_s`. Speech
without recognised words is in none of them; `unheard_s` is its length. A pause lies between the
first and the last word of agent and customer: nobody is kept waiting by ringing or music before the
call, or by a recorder that goes on after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from models.call import Role
from models.turns import PAUSE_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.transcript import Transcript

HOLD_S = 20.0  # longer silence in a conversation means that the caller was put on hold
_INTERRUPTION_S = 0.5  # shorter overlaps are normal in turn-taking
_BACK_CHANNEL_S = 1.0  # "mm hm", "right": shorter speech does not take the turn

CALL_METRICS = frozenset(
    {
        "duration_s",
        "talk_s",
        "non_talk_s",
        "non_talk_count",
        "longest_non_talk_s",
        "hold_s",
        "overtalk_s",
        "unheard_s",
    }
)
"""Names of the metrics of a whole call."""
ROLE_METRICS = frozenset(
    {
        "talk_s",
        "turn_count",
        "word_count",
        "question_count",
        "interruption_count",
        "longest_interruption_s",
        "longest_monologue_s",
        "talk_ratio",
        "words_per_minute",
        "response_latency_s",
    }
)
"""Names of the metrics of one role."""
TWO_SIDED_METRICS = frozenset(
    {
        "non_talk_s",
        "non_talk_count",
        "longest_non_talk_s",
        "hold_s",
        "overtalk_s",
        "interruption_count",
        "longest_interruption_s",
        "longest_monologue_s",
        "talk_ratio",
        "response_latency_s",
    }
)
"""Metrics that are undefined where no word of one of the two sides was recognised."""


_SIDES = (Role.AGENT, Role.CUSTOMER)


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of one call.

    Attributes:
        name: Such as `talk_s`; the unit is in the name.
        role: Role that is measured; None for the whole call.
        value: Value in the unit of the name.
    """

    name: str
    role: Role | None
    value: float


class _Stretch(NamedTuple):
    start_s: float
    end_s: float
    role: Role
    channel: int

    @property
    def side(self) -> tuple[Role, int]:
        return self.role, self.channel


def conversation_metrics(
    transcript: Transcript, conversation_s: tuple[float, float] | None = None
) -> tuple[Metric, ...]:
    """Compute the metrics of a call, the same before and after redaction.

    Speech of unknown role has metrics of its own. If there is such speech, agent and customer are
    measured only where some speech is attributed to them. Undefined rates and latencies (words per
    minute of a silent side) are left out.

    Args:
        transcript: The call, or a part of one.
        conversation_s: Start and end of the conversation in it; None takes the first and the last
            word of a side, which are not those of a part.
    """
    stretches = _stretches(transcript)
    gaps = list(_gaps(stretches, 0.0, transcript.duration_s))
    pauses = list(_gaps(stretches, *(conversation_s or transcript.conversation_s)))
    talk_s = sum(stretch.end_s - stretch.start_s for stretch in stretches)
    non_talk_s = sum(gaps)
    metrics = [
        Metric("duration_s", None, transcript.duration_s),
        Metric("talk_s", None, transcript.duration_s - non_talk_s),
        Metric("non_talk_s", None, non_talk_s),
        Metric("non_talk_count", None, sum(pause_s > PAUSE_S for pause_s in pauses)),
        Metric("longest_non_talk_s", None, max(pauses, default=0.0)),
        Metric("hold_s", None, sum(pause_s for pause_s in pauses if pause_s >= HOLD_S)),
        Metric("overtalk_s", None, max(0.0, talk_s - (transcript.duration_s - non_talk_s))),
        Metric("unheard_s", None, sum(gap.end_s - gap.start_s for gap in transcript.unheard)),
    ]
    for role in _measured_roles(transcript):
        metrics.extend(_role_metrics(transcript, role, stretches, talk_s))
    return tuple(metrics)


def _measured_roles(transcript: Transcript) -> Iterator[Role]:
    heard = {turn.role for turn in transcript.turns}
    for role in Role:
        if role in heard or (role in _SIDES and Role.UNKNOWN not in heard):
            yield role


def _role_metrics(
    transcript: Transcript, role: Role, stretches: Sequence[_Stretch], all_talk_s: float
) -> Iterator[Metric]:
    turns = [turn for turn in transcript.turns if turn.role is role]
    own_s = [stretch.end_s - stretch.start_s for stretch in stretches if stretch.role is role]
    talk_s = sum(own_s)
    words = [word for turn in turns for word in turn.words]
    latencies_s = [
        after.start_s - before.end_s
        for before, after in pairwise(stretches)
        if after.role is role
        and before.role is not Role.SYSTEM
        and before.side != after.side
        and after.start_s >= before.end_s
    ]
    yield Metric("talk_s", role, talk_s)
    yield Metric("turn_count", role, len(turns))
    yield Metric("word_count", role, len(words))
    yield Metric("question_count", role, sum(word.text.endswith("?") for word in words))
    interruptions_s = _interruptions_s(stretches, role)
    yield Metric("interruption_count", role, len(interruptions_s))
    yield Metric("longest_interruption_s", role, max(interruptions_s, default=0.0))
    yield Metric("longest_monologue_s", role, _longest_monologue_s(stretches, role))
    if talk_s:
        yield Metric("talk_ratio", role, talk_s / all_talk_s)
        yield Metric("words_per_minute", role, len(words) / talk_s * 60)
    if latencies_s:
        yield Metric("response_latency_s", role, median(latencies_s))


def _stretches(transcript: Transcript) -> list[_Stretch]:
    """Join the turns of each side that only another speaker separates, clipped to the recording."""
    open_stretches: dict[tuple[Role, int], _Stretch] = {}
    closed: list[_Stretch] = []
    for turn in transcript.turns:
        start_s = min(max(turn.start_s, 0.0), transcript.duration_s)
        end_s = min(max(word.end_s for word in turn.words), transcript.duration_s)
        current = _Stretch(start_s, max(start_s, end_s), turn.role, turn.channel)
        last = open_stretches.get(current.side)
        if last and start_s - last.end_s <= PAUSE_S:
            current = last._replace(end_s=max(last.end_s, current.end_s))
        elif last:
            closed.append(last)
        open_stretches[current.side] = current
    return sorted([*closed, *open_stretches.values()])


def _gaps(stretches: Iterable[_Stretch], start_s: float, end_s: float) -> Iterator[float]:
    """Lengths of the periods in which nobody speaks, between two times."""
    reached_s = start_s
    for stretch in stretches:
        if min(stretch.start_s, end_s) > reached_s:
            yield min(stretch.start_s, end_s) - reached_s
        reached_s = max(reached_s, stretch.end_s)
    if end_s > reached_s:
        yield end_s - reached_s


def _interruptions_s(stretches: Iterable[_Stretch], role: Role) -> list[float]:
    """Length of the overlap each time that a role begins while another side speaks."""
    lengths_s = []
    latest: dict[tuple[Role, int], _Stretch] = {}
    for stretch in stretches:
        if stretch.role is role and stretch.end_s - stretch.start_s >= _BACK_CHANNEL_S:
            overlap_s = max(
                (
                    min(before.end_s, stretch.end_s) - stretch.start_s
                    for side, before in latest.items()
                    if side != stretch.side
                    and before.role is not Role.SYSTEM  # nobody is interrupted
                    and before.start_s < stretch.start_s
                ),
                default=0.0,
            )
            if overlap_s >= _INTERRUPTION_S:
                lengths_s.append(overlap_s)
        latest[stretch.side] = stretch
    return lengths_s


def _longest_monologue_s(stretches: Iterable[_Stretch], role: Role) -> float:
    """Longest time that a role holds the floor; back-channels do not end it."""
    longest_s = 0.0
    began_s: float | None = None
    for stretch in stretches:
        if stretch.role is role:
            began_s = stretch.start_s if began_s is None else began_s
            longest_s = max(longest_s, stretch.end_s - began_s)
        elif stretch.end_s - stretch.start_s >= _BACK_CHANNEL_S:
            began_s = None
    return longest_s
