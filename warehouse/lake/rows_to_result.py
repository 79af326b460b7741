"""Conversion of rows of the lake's tables to a call's result; the inverse of `result_to_rows`."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import TYPE_CHECKING

from models.call import Role
from models.transcript import KeyedDigits, Transcript, Turn, Unheard, Word
from qa_rules.results import Alternative, CallResult
from warehouse.lake.columns import (
    ANSWER,
    CALL,
    EVALUATION,
    EVIDENCE,
    FINDING,
    METRIC,
    PII_SPAN,
    RECORDING,
    notes_of,
    reason_of,
)

if TYPE_CHECKING:
    from models.call import Call
    from qa_rules.results import Evaluation, Finding
    from warehouse.lake.columns import Row


def result_from(call: Row, children: dict[str, list[Row]]) -> CallResult:
    """Rebuild a result.

    Args:
        call: Its row of the table `call`.
        children: Its rows of every other table, in the order in which they were written.
    """
    return CallResult(
        call=_call(call),
        recording=RECORDING.record(call),
        transcript=Transcript(
            call_id=call["call_id"],
            language=call["language"],
            language_confidence=call["language_confidence"],
            duration_s=call["heard_s"],
            channel_count=call["heard_channel_count"],
            turns=tuple(_turn(row) for row in children["turn"]),
            model_pin=call["model_pin"],
            notes=notes_of(call),
            unheard=tuple(Unheard(**stretch) for stretch in call["unheard"] or ()),
            keyed_digits=tuple(KeyedDigits(**stretch) for stretch in call["keyed_digits"] or ()),
        ),
        metrics=tuple(map(METRIC.record, children["metric"])),
        pii_spans=tuple(map(PII_SPAN.record, children["pii_span"])),
        findings=tuple(_finding(row, children["evidence"]) for row in children["finding"]),
        evaluations=tuple(_evaluation(row, children["answer"]) for row in children["evaluation"]),
        masking_sha256=call["masking_sha256"],
        rules_sha256=call["rules_sha256"],
        results_version=call["results_version"],
        alternatives=tuple(map(_alternative, call["alternatives"] or ())),
        remuted_count=call["remuted_count"],
    )


def _call(row: Row) -> Call:
    zone = timezone(timedelta(seconds=row["utc_offset_s"]))
    roles = row["channel_roles"]
    return CALL.record(
        row,
        started_at=row["started_at"].astimezone(zone),
        channel_roles=None if roles is None else tuple(map(Role, roles)),
        fields=tuple((field["name"], field["value"]) for field in row["fields"] or ()),
    )


def _turn(row: Row) -> Turn:
    return Turn(
        role=Role(row["role"]),
        role_confidence=row["role_confidence"],
        channel=row["channel"],
        words=_words(row["words"]),
        language=row["language"],
    )


def _alternative(row: Row) -> Alternative:
    return Alternative(
        turn=row["turn"],
        words=_words(row["words"]),
        pii_spans=tuple(map(PII_SPAN.record, row["pii_spans"])),
    )


def _words(rows: list[Row]) -> tuple[Word, ...]:
    return tuple(Word(**word) for word in rows)


def _finding(row: Row, evidence: list[Row]) -> Finding:
    own = [place for place in evidence if place["rule_id"] == row["rule_id"]]
    # Older results have the rule's severity only.
    row = {**row, "rule_severity": row["rule_severity"] or row["severity"]}
    return FINDING.record(row, reason=reason_of(row), evidence=tuple(map(EVIDENCE.record, own)))


def _evaluation(row: Row, answers: list[Row]) -> Evaluation:
    own = [answer for answer in answers if answer["scorecard_id"] == row["scorecard_id"]]
    answered = [ANSWER.record(answer, reason=reason_of(answer)) for answer in own]
    reason = None if row["why"] is None else reason_of(row)
    return EVALUATION.record(row, answers=tuple(answered), reason=reason)
