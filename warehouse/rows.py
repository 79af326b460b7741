"""A call's result as rows of the lake's tables; `warehouse.results` is the way back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC
from typing import TYPE_CHECKING, Any

import polars as pl

from warehouse.schema import ADDED_BY_LAKE, SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from models.transcript import Turn
    from qa_rules.results import CallResult

Row = dict[str, Any]


def frames(results: Sequence[CallResult]) -> dict[str, pl.DataFrame]:
    """The rows of every table, without the commit and the run that the lake adds."""
    tables: dict[str, list[Row]] = {table: [] for table in SCHEMAS}
    for result in results:
        call_id = result.call.call_id
        tables["call"].append({"call_id": call_id, **_call(result)})
        for table, rows in _CHILDREN.items():
            tables[table].extend({"call_id": call_id, **row} for row in rows(result))
    return {
        table: pl.DataFrame(rows, SCHEMAS[table]).drop(ADDED_BY_LAKE, strict=False)
        for table, rows in tables.items()
    }


def _call(result: CallResult) -> Row:
    call, recording, transcript = result.call, result.recording, result.transcript
    offset = call.started_at.utcoffset()
    assert offset is not None, "a call's start carries its time zone"
    return {
        "started_at": call.started_at.astimezone(UTC),
        "utc_offset_s": offset.total_seconds(),
        "agent_id": call.agent_id,
        "agent_name": call.agent_name,
        "team": call.team,
        "supervisor_id": call.supervisor_id,
        "supervisor_name": call.supervisor_name,
        "queue": call.queue,
        "direction": call.direction,
        "fixed_language": call.language,
        "channel_roles": call.channel_roles,
        "contact_id": call.contact_id,
        "customer_ref": call.customer_ref,
        "recording_path": str(recording.path),
        "audio_sha256": recording.audio_sha256,
        "duration_s": recording.duration_s,
        "channel_count": recording.channel_count,
        "sample_rate_hz": recording.sample_rate_hz,
        "language": transcript.language,
        "language_confidence": transcript.language_confidence,
        "heard_s": transcript.duration_s,
        "heard_channel_count": transcript.channel_count,
        "notes": transcript.notes,
        "unheard": [asdict(stretch) for stretch in transcript.unheard],
        "metadata_sha256": call.metadata_sha256,
        "model_pin": transcript.model_pin,
        "rules_sha256": result.rules_sha256,
        "results_version": result.results_version,
        "restricted": call.restricted,
    }


def _turns(result: CallResult) -> Iterator[Row]:
    for number, turn in enumerate(result.transcript.turns):
        yield {
            "turn": number,
            "role": turn.role,
            "role_confidence": turn.role_confidence,
            "channel": turn.channel,
            "start_s": turn.start_s,
            "end_s": turn.end_s,
            "word_count": len(turn.words),
            "confidence": sum(word.confidence for word in turn.words) / len(turn.words),
            "text": turn.text,
            "words": _words(turn),
        }


def _words(turn: Turn) -> list[Row]:
    return [
        {
            "text": word.text,
            "start_s": word.start_s,
            "end_s": word.end_s,
            "confidence": word.confidence,
        }
        for word in turn.words
    ]


def _pii_spans(result: CallResult) -> Iterator[Row]:
    for position, span in enumerate(result.pii_spans):
        yield {
            "position": position,
            "pii_type": span.type,
            "role": span.role,
            "act": span.act,
            "turn": span.turn,
            "first_word": span.first,
            "last_word": span.last,
            "start_s": span.start_s,
            "end_s": span.end_s,
            "checksum_valid": span.checksum_valid,
            "confidence": span.confidence,
            "reported": span.reported,
            "why": span.why,
        }


def _metrics(result: CallResult) -> Iterator[Row]:
    for position, metric in enumerate(result.metrics):
        yield {
            "position": position,
            "metric": metric.name,
            "role": metric.role,
            "value": metric.value,
        }


def _findings(result: CallResult) -> Iterator[Row]:
    for position, finding in enumerate(result.findings):
        yield {
            "position": position,
            "rule_id": finding.rule_id,
            "rule_version": finding.rule_version,
            "outcome": finding.outcome,
            "severity": finding.severity,
            "flagged": finding.flagged,
            "confidence": finding.confidence,
            "why": finding.why,
        }


def _evidence(result: CallResult) -> Iterator[Row]:
    for finding in result.findings:
        for position, evidence in enumerate(finding.evidence):
            yield {
                "rule_id": finding.rule_id,
                "position": position,
                "role": evidence.role,
                "turn": evidence.turn,
                "start_s": evidence.start_s,
                "end_s": evidence.end_s,
                "quote": evidence.quote,
            }


def _evaluations(result: CallResult) -> Iterator[Row]:
    for position, evaluation in enumerate(result.evaluations):
        yield {
            "position": position,
            "scorecard_id": evaluation.scorecard_id,
            "scorecard_version": evaluation.scorecard_version,
            "score": evaluation.score,
            "critical_score": evaluation.critical_score,
            "auto_fail": evaluation.auto_fail,
            "band": evaluation.band,
        }


def _answers(result: CallResult) -> Iterator[Row]:
    for evaluation in result.evaluations:
        for position, answer in enumerate(evaluation.answers):
            yield {
                "scorecard_id": evaluation.scorecard_id,
                "position": position,
                "section": answer.section,
                "question": answer.question,
                "answer": answer.value,
                "weight": answer.weight,
                "points_ratio": answer.points_ratio,
                "rule_ids": answer.rule_ids,
                "why": answer.why,
            }


_CHILDREN: dict[str, Callable[[CallResult], Iterator[Row]]] = {
    "turn": _turns,
    "pii_span": _pii_spans,
    "metric": _metrics,
    "finding": _findings,
    "evidence": _evidence,
    "evaluation": _evaluations,
    "answer": _answers,
}
