"""Why words that were not recognised in a part of a call may nevertheless have been said.

Only the part itself is considered; `uncertainty` also considers what was expected there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from models.call import Role
from models.reasons.codes import ReasonCode
from models.reasons.reason import uncertain
from qa_rules.phrase_search.tokens import PAUSE, REDACTED
from qa_rules.results import Evidence

if TYPE_CHECKING:
    from models.reasons.reason import Reason
    from qa_rules.matching.call_index import CallIndex, Window

SURE_RECOGNITION = 0.5
"""Below this mean word confidence of a window, an absence is not conclusive."""
SENTENCE_S = 3.0
"""Eight words at telephone pace: shorter unrecognised speech is a name or a number."""
_CONTEXT_WORDS = 6
_UNKNOWN = {Role.AGENT: ReasonCode.AGENT_UNKNOWN, Role.CUSTOMER: ReasonCode.CUSTOMER_UNKNOWN}


class Doubt(NamedTuple):
    """Why words that were not recognised may nevertheless have been said, and where."""

    reason: Reason | None
    places: tuple[Evidence, ...] = ()


NO_DOUBT = Doubt(None)


def doubt_of_silence(call_index: CallIndex, window: Window) -> Doubt | None:
    """Why words that were not recognised in a window may nevertheless have been said."""
    if window.role is not None and (doubt := _unsure_speaker(call_index, window, window.role)):
        return doubt
    if call_index.clarity((window,)) < SURE_RECOGNITION:
        return Doubt(uncertain(ReasonCode.WORDS_UNSURE), _least_sure(call_index, window))
    if masked := _mostly_masked(call_index, window):
        return Doubt(uncertain(ReasonCode.MOSTLY_MASKED), masked)
    return _not_understood(call_index, window)


def _not_understood(call_index: CallIndex, window: Window) -> Doubt | None:
    """Speech without recognised words that is long enough for a sentence."""
    channels = {stream.channel for stream in call_index.streams if stream.role is window.role}
    for stretch in call_index.transcript.unheard:
        start_s, end_s = max(stretch.start_s, window.start_s), min(stretch.end_s, window.end_s)
        if end_s - start_s >= SENTENCE_S and (window.role is None or stretch.channel in channels):
            role = window.role or Role.UNKNOWN
            place = Evidence(role=role, turn=None, start_s=start_s, end_s=end_s, quote="")
            return Doubt(uncertain(ReasonCode.NOT_UNDERSTOOD), (place,))
    return None


def _least_sure(call_index: CallIndex, window: Window) -> tuple[Evidence, ...]:
    """The word of a window with the lowest confidence, among the words around it."""
    words = [
        (stream.confidence[at], number, at)
        for number, stream in enumerate(call_index.streams)
        if window.role in (None, stream.role)
        for at in range(*stream.between(window.start_s, window.end_s))
        if stream.tokens[at] not in (PAUSE, REDACTED)
    ]
    if not words:
        return ()
    _, number, at = min(words)
    return places(call_index, number, at, at + 1)


def _unsure_speaker(call_index: CallIndex, window: Window, role: Role) -> Doubt | None:
    """Why words of other speakers, or unrecognised ones, may be this speaker's."""
    if role is Role.SYSTEM:  # an announcement is on both channels, whoever else speaks
        return None
    if role in call_index.unheard:
        return Doubt(call_index.unheard[role])
    if not any(stream.role is role for stream in call_index.streams):
        return Doubt(uncertain(_UNKNOWN[role]))
    for number, stream in enumerate(call_index.streams):
        if stream.role is Role.UNKNOWN and stream.speaks(window.start_s, window.end_s):
            first, _ = stream.between(window.start_s, window.end_s)
            said = places(call_index, number, first, first + 1)
            return Doubt(uncertain(ReasonCode.SPEAKER_UNSURE), said)
    return None


def _mostly_masked(call_index: CallIndex, window: Window) -> tuple[Evidence, ...]:
    """What is masked of a window if that is most of it, and enough to contain a sentence."""
    spoken_s = masked_s = 0.0
    hidden: tuple[Evidence, ...] = ()
    for number, stream in enumerate(call_index.streams):
        if stream.masked and window.role in (None, stream.role):
            first, last = stream.between(window.start_s, window.end_s)
            spoken_s += stream.seconds(range(first, last))
            masked = [at for at in stream.masked if first <= at < last]
            masked_s += stream.seconds(masked)
            hidden += places(call_index, number, masked[0], masked[-1] + 1) if masked else ()
    return hidden if masked_s >= SENTENCE_S and 2 * masked_s > spoken_s else ()


def places(call_index: CallIndex, number: int, first: int, last: int) -> tuple[Evidence, ...]:
    """Tokens of a stream as evidence: one for each turn, with a few words of context."""
    stream = call_index.streams[number]
    return tuple(
        _place(call_index, number, [at for at in range(first, last) if stream.turns[at] == turn])
        for turn in sorted(set(stream.turns[first:last]))
    )


def _place(call_index: CallIndex, number: int, tokens: list[int]) -> Evidence:
    stream = call_index.streams[number]
    turn, first, last = stream.turns[tokens[0]], stream.words[tokens[0]], stream.words[tokens[-1]]
    spoken = call_index.transcript.turns[turn].words
    around = spoken[max(0, first - _CONTEXT_WORDS) : last + 1 + _CONTEXT_WORDS]
    return Evidence(
        role=stream.role,
        turn=turn,
        start_s=spoken[first].start_s,
        end_s=spoken[last].end_s,
        quote=" ".join(word.text for word in around),
    )
