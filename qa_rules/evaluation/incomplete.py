"""What cannot be told of a recording whose end is missing, or that hardly began."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason, rounded
from qa_rules.evaluation.reasons import facts_of
from qa_rules.rule_files.rule import Expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.call import Call, Recording
    from models.transcript import Transcript
    from qa_rules.matching.call_index import Verdict
    from qa_rules.rule_files.condition import Condition
    from qa_rules.rule_files.rule import Rule

SHORT_CALL_S = 10.0
"""A greeting with a name takes about five seconds, and the answer to it as long."""

_LEAST_MISSING_S = 1.0  # less is rounding, or padding of an encoder
_LEAST_MISSING_RATIO = 0.05  # in metadata: telephone systems also count seconds of connecting

CUTS = frozenset(
    {
        ReasonCode.RECORDING_CUT,
        ReasonCode.RECORDING_UNFINISHED,
        ReasonCode.SHORTER_THAN_STATED,
        ReasonCode.ENDS_IN_SPEECH,
    }
)
"""Notes that say that the end of a call is missing."""

_DECIDED_BY_METADATA = {ReasonCode.SHORTER_THAN_STATED, ReasonCode.ENDS_IN_SPEECH}
_OF_METRICS = frozenset({ReasonCode.METRIC_COMPARED, ReasonCode.METRIC_OF_ROLE_COMPARED})
_OF_METADATA = frozenset({ReasonCode.METADATA_FITS, ReasonCode.METADATA_DOES_NOT_FIT})


def with_notes(call: Call, recording: Recording, transcript: Transcript) -> Transcript:
    """A transcript that says whether the end of its recording is missing, or hardly began.

    Args:
        call: Its metadata may state the length. They may be corrected, so that is noted anew each
            time; a recording that is as long as they state is whole, even if it ends in speech.
        recording: As probed; one from the lake no longer knows what its container states.
        transcript: May have such notes already.
    """
    end_s, stated_s = rounded(recording.duration_s), call.stated_duration_s
    of_metadata = _DECIDED_BY_METADATA if stated_s else {ReasonCode.SHORTER_THAN_STATED}
    others = [note for note in transcript.notes if note.code not in of_metadata]
    new = []
    if stated_s and stated_s - end_s > max(_LEAST_MISSING_S, _LEAST_MISSING_RATIO * stated_s):
        said = {"end_s": end_s, "total_s": stated_s}
        new.append(Reason(ReasonCode.SHORTER_THAN_STATED, said))
    if recording.stated_s and recording.stated_s - end_s > _LEAST_MISSING_S:
        said = {"end_s": end_s, "total_s": rounded(recording.stated_s)}
        new.append(Reason(ReasonCode.RECORDING_CUT, said))
    if recording.is_unfinished:
        new.append(Reason(ReasonCode.RECORDING_UNFINISHED, {"end_s": end_s}))
    if end_s < SHORT_CALL_S:
        new.append(Reason(ReasonCode.SHORT_RECORDING, {"end_s": end_s}))
    known = {note.code for note in others}
    return replace(transcript, notes=(*others, *(one for one in new if one.code not in known)))


def why_open(rule: Rule, verdict: Verdict, transcript: Transcript) -> Reason | None:
    """Why a verdict proves nothing for or against the agent; None if it does.

    What was heard stands. In a recording of a few seconds, what was not heard proves nothing. In
    one that was cut, what should be said proves to be missing only where the recording covers the
    window that was searched; a window that is measured from the end of the call is unknown, and so
    is a metric of the whole call.
    What must not be said was not said in the part that was heard, and the finding cites that part.
    """
    codes = {note.code for note in transcript.notes}
    facts = facts_of(verdict)
    if rule.expect is Expect.OBSERVE or all(fact.code in _OF_METADATA for fact in facts):
        return None
    heard = verdict.matched and any(place.turn is not None for place in verdict.evidence)
    if ReasonCode.SHORT_RECORDING in codes and not heard:
        return _reason(ReasonCode.TOO_SHORT, verdict, transcript)
    if CUTS.isdisjoint(codes):
        return None
    is_measured = any(fact.code in _OF_METRICS for fact in facts)
    is_missing = rule.expect is Expect.PRESENT and not verdict.matched
    if _needs_end(rule) or ((is_missing or is_measured) and _reaches_end(verdict, transcript)):
        return _reason(ReasonCode.END_MISSING, verdict, transcript)
    return None


def why_unmeasurable(transcript: Transcript) -> Reason | None:
    """The note for which no metric of the call can be scored; None if there is none."""
    codes = {*CUTS, ReasonCode.SHORT_RECORDING}
    return next((note for note in transcript.notes if note.code in codes), None)


def _reason(code: ReasonCode, verdict: Verdict, transcript: Transcript) -> Reason:
    return Reason(code, {"facts": facts_of(verdict), "end_s": transcript.duration_s})


def _reaches_end(verdict: Verdict, transcript: Transcript) -> bool:
    """Whether the window that was searched may go on in the missing part."""
    ends = [window.end_s for window in verdict.searched]
    return not ends or max(ends) >= transcript.duration_s


def _needs_end(rule: Rule) -> bool:
    """Whether a window of the rule depends on the length of the call."""
    matches = (rule.match, *(wording.match for wording in rule.languages.values()))
    windows = [rule.within, *(part.within for match in matches for part in _parts(match))]
    return any(window.depends_on_length for window in windows if window)


def _parts(condition: Condition | None) -> Iterator[Condition]:
    if condition:
        yield condition
        for part in condition.parts:
            yield from _parts(part)
