"""Why words that were not recognised in a part of a call may nevertheless have been said.

Only the part itself is considered; `uncertainty` also considers what was expected there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.call import Role
from models.reasons.codes import ReasonCode
from models.reasons.reason import uncertain

if TYPE_CHECKING:
    from models.reasons.reason import Reason
    from qa_rules.matching.call_index import CallIndex, Window

SURE_RECOGNITION = 0.5
"""Below this mean word confidence of a window, an absence is not conclusive."""
SENTENCE_S = 3.0
"""Eight words at telephone pace: shorter unrecognised speech is a name or a number."""
_UNKNOWN = {Role.AGENT: ReasonCode.AGENT_UNKNOWN, Role.CUSTOMER: ReasonCode.CUSTOMER_UNKNOWN}


def uncertainty_of_silence(call_index: CallIndex, window: Window) -> Reason | None:
    """Why words that were not recognised in a window may nevertheless have been said."""
    if window.role is not None and (reason := _unsure_speaker(call_index, window, window.role)):
        return reason
    if call_index.clarity((window,)) < SURE_RECOGNITION:
        return uncertain(ReasonCode.WORDS_UNSURE)
    if _mostly_masked(call_index, window):
        return uncertain(ReasonCode.MOSTLY_MASKED)
    channels = {stream.channel for stream in call_index.streams if stream.role is window.role}
    if any(
        min(stretch.end_s, window.end_s) - max(stretch.start_s, window.start_s) >= SENTENCE_S
        and (window.role is None or stretch.channel in channels)
        for stretch in call_index.transcript.unheard
    ):
        return uncertain(ReasonCode.NOT_UNDERSTOOD)
    return None


def _unsure_speaker(call_index: CallIndex, window: Window, role: Role) -> Reason | None:
    """Why words of other speakers, or unrecognised ones, may be this speaker's."""
    if role is Role.SYSTEM:  # an announcement is on both channels, whoever else speaks
        return None
    if role in call_index.unheard:
        return call_index.unheard[role]
    if not any(stream.role is role for stream in call_index.streams):
        return uncertain(_UNKNOWN[role])
    if any(
        stream.speaks(window.start_s, window.end_s)
        for stream in call_index.streams
        if stream.role is Role.UNKNOWN
    ):
        return uncertain(ReasonCode.SPEAKER_UNSURE)
    return None


def _mostly_masked(call_index: CallIndex, window: Window) -> bool:
    """Whether more of a window is masked than not, and enough to contain a sentence."""
    spoken_s = masked_s = 0.0
    for stream in call_index.streams:
        if stream.masked and window.role in (None, stream.role):
            first, last = stream.between(window.start_s, window.end_s)
            spoken_s += stream.seconds(range(first, last))
            masked_s += stream.seconds(at for at in stream.masked if first <= at < last)
    return masked_s >= SENTENCE_S and 2 * masked_s > spoken_s
