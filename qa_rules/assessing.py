"""The evaluation of one call: mask, measure, judge, score."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.metrics import conversation_metrics
from qa_rules.evaluation.incomplete import why_unmeasurable, with_notes
from qa_rules.evaluation.judging import judge
from qa_rules.evaluation.scoring import score
from qa_rules.evaluation.second_reading import judge_twice, second_words, turns_of_flags
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.text import masked_before, redact
from qa_rules.results import Alternative, CallResult

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from models.call import Call, Recording
    from models.metrics import Metric
    from models.transcript import Transcript, Word
    from qa_rules.results import Evaluation, Finding, PiiSpan
    from qa_rules.rule_files.rulebook import RuleBook

    ListenAgain = Callable[[frozenset[int]], Mapping[int, tuple[Word, ...]]]

RESULTS_VERSION = 11
"""Incremented when the same transcript and rules should give different findings or scores: stored
calls are then judged again. `MASKING_VERSION` is for changes of recognition and masking."""


def assess(
    call: Call,
    recording: Recording,
    transcript: Transcript,
    rulebook: RuleBook,
    listen_again: ListenAgain | None = None,
) -> CallResult:
    """Evaluate one call.

    Args:
        call: The call.
        recording: Its recording.
        transcript: Unredacted; the result contains only redacted text.
        rulebook: The rules.
        listen_again: Recognises turns of the transcript, given by index, a second time.
    """
    transcript = with_notes(call, recording, transcript)
    spans = find_pii(transcript, rulebook.pii.on(call.started_at.date()), call.agent_name)
    redacted = redact(transcript, spans)
    metrics = conversation_metrics(redacted)
    findings = judge(call, redacted, spans, metrics, rulebook)
    turns = turns_of_flags(redacted, findings, rulebook, call)
    words = listen_again(turns) if listen_again and turns else {}
    alternatives = redacted_again(call, transcript, spans, rulebook, words)
    if turns:
        findings = judge_twice(call, redacted, spans, metrics, rulebook, alternatives)
    return CallResult(
        call=call,
        recording=recording,
        transcript=redacted,
        metrics=metrics,
        pii_spans=spans,
        findings=findings,
        evaluations=_scored(call, findings, rulebook, metrics, redacted),
        rules_sha256=rulebook.sha256,
        results_version=RESULTS_VERSION,
        masking_sha256=rulebook.masking_sha256,
        alternatives=alternatives,
    )


def judge_again(
    result: CallResult,
    rulebook: RuleBook,
    call: Call | None = None,
    recording: Recording | None = None,
) -> CallResult:
    """Judge a stored result by other rules, from its redacted transcript alone.

    Args:
        result: The stored result.
        rulebook: The rules.
        call: The call if its metadata changed; hearing must not depend on what changed.
        recording: The recording if it lies somewhere else now.
    """
    call, recording = call or result.call, recording or result.recording
    transcript, metrics = with_notes(call, recording, result.transcript), result.metrics
    findings = judge_twice(
        call, transcript, result.pii_spans, metrics, rulebook, result.alternatives
    )
    return replace(
        result,
        call=call,
        recording=recording,
        transcript=transcript,
        findings=findings,
        evaluations=_scored(call, findings, rulebook, metrics, transcript),
        rules_sha256=rulebook.sha256,
        results_version=RESULTS_VERSION,
    )


def _scored(
    call: Call,
    findings: tuple[Finding, ...],
    rulebook: RuleBook,
    metrics: tuple[Metric, ...],
    transcript: Transcript,
) -> tuple[Evaluation, ...]:
    return score(
        call,
        findings,
        rulebook,
        metrics=metrics,
        language=transcript.language,
        unmeasurable=why_unmeasurable(transcript),
    )


def redacted_again(
    call: Call,
    transcript: Transcript,
    spans: Sequence[PiiSpan],
    rulebook: RuleBook,
    words: Mapping[int, tuple[Word, ...]],
) -> tuple[Alternative, ...]:
    """Redact the words of a second recognition, in the dialogue of the first.

    What the first recognition masked is masked here as well, whatever is recognised there now.
    """
    if not words:
        return ()
    again = second_words(transcript, words)
    found = find_pii(again.transcript, rulebook.pii.on(call.started_at.date()), call.agent_name)
    found = (*found, *masked_before(again.transcript, found, transcript, spans))
    redacted = redact(again.transcript, found)
    places = {turn: place for place, turn in enumerate(again.kept)}
    return tuple(
        Alternative(
            turn=turn,
            words=redacted.turns[places[turn]].words if turn in places else (),
            pii_spans=tuple(
                replace(span, turn=turn) for span in found if span.turn == places.get(turn)
            ),
        )
        for turn in sorted(words)
    )
