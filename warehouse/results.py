"""A call's result from rows of the lake's tables; `warehouse.rows` is the way there."""

from __future__ import annotations

from datetime import timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from models.call import Call, Direction, Recording, Role
from models.metrics import Metric
from models.transcript import Transcript, Turn, Unheard, Word
from qa_rules.results import (
    Act,
    Answer,
    AnswerValue,
    CallResult,
    Evaluation,
    Evidence,
    Finding,
    Outcome,
    PiiSpan,
    Severity,
)

if TYPE_CHECKING:
    from warehouse.rows import Row


def result_from(call: Row, children: dict[str, list[Row]]) -> CallResult:
    """Put a result together again.

    Args:
        call: Its row of the table `call`.
        children: Its rows of every other table, in the order in which they were written.
    """
    return CallResult(
        call=_call(call),
        recording=Recording(
            path=Path(call["recording_path"]),
            audio_sha256=call["audio_sha256"],
            duration_s=call["duration_s"],
            channel_count=call["channel_count"],
            sample_rate_hz=call["sample_rate_hz"],
        ),
        transcript=Transcript(
            call_id=call["call_id"],
            language=call["language"],
            language_confidence=call["language_confidence"],
            duration_s=call["heard_s"],
            channel_count=call["heard_channel_count"],
            turns=tuple(_turn(row) for row in children["turn"]),
            model_pin=call["model_pin"],
            notes=tuple(call["notes"]),
            unheard=tuple(Unheard(**stretch) for stretch in call["unheard"]),
        ),
        metrics=tuple(_metric(row) for row in children["metric"]),
        pii_spans=tuple(_pii_span(row) for row in children["pii_span"]),
        findings=tuple(_finding(row, children["evidence"]) for row in children["finding"]),
        evaluations=tuple(_evaluation(row, children["answer"]) for row in children["evaluation"]),
        rules_sha256=call["rules_sha256"],
        results_version=call["results_version"],
    )


def _call(row: Row) -> Call:
    zone = timezone(timedelta(seconds=row["utc_offset_s"]))
    roles = row["channel_roles"]
    return Call(
        call_id=row["call_id"],
        started_at=row["started_at"].astimezone(zone),
        agent_id=row["agent_id"],
        agent_name=row["agent_name"],
        team=row["team"],
        supervisor_id=row["supervisor_id"],
        supervisor_name=row["supervisor_name"],
        queue=row["queue"],
        direction=Direction(row["direction"]),
        language=row["fixed_language"],
        channel_roles=None if roles is None else tuple(Role(role) for role in roles),
        contact_id=row["contact_id"],
        customer_ref=row["customer_ref"],
        restricted=bool(row["restricted"]),
    )


def _turn(row: Row) -> Turn:
    return Turn(
        role=Role(row["role"]),
        role_confidence=row["role_confidence"],
        channel=row["channel"],
        words=tuple(Word(**word) for word in row["words"]),
    )


def _metric(row: Row) -> Metric:
    role = row["role"]
    return Metric(row["metric"], None if role is None else Role(role), row["value"])


def _pii_span(row: Row) -> PiiSpan:
    return PiiSpan(
        type=row["pii_type"],
        role=Role(row["role"]),
        act=Act(row["act"]),
        turn=row["turn"],
        first=row["first_word"],
        last=row["last_word"],
        start_s=row["start_s"],
        end_s=row["end_s"],
        checksum_valid=row["checksum_valid"],
        confidence=row["confidence"],
        reported=row["reported"],
        why=row["why"],
    )


def _finding(row: Row, evidence: list[Row]) -> Finding:
    return Finding(
        rule_id=row["rule_id"],
        rule_version=row["rule_version"],
        outcome=Outcome(row["outcome"]),
        severity=Severity(row["severity"]),
        flagged=row["flagged"],
        confidence=row["confidence"],
        why=row["why"],
        evidence=tuple(
            Evidence(
                role=Role(place["role"]),
                turn=place["turn"],
                start_s=place["start_s"],
                end_s=place["end_s"],
                quote=place["quote"],
            )
            for place in evidence
            if place["rule_id"] == row["rule_id"]
        ),
    )


def _evaluation(row: Row, answers: list[Row]) -> Evaluation:
    return Evaluation(
        scorecard_id=row["scorecard_id"],
        scorecard_version=row["scorecard_version"],
        score=row["score"],
        critical_score=row["critical_score"],
        auto_fail=row["auto_fail"],
        band=row["band"],
        answers=tuple(
            Answer(
                section=answer["section"],
                question=answer["question"],
                value=AnswerValue(answer["answer"]),
                weight=answer["weight"],
                points_ratio=answer["points_ratio"],
                rule_ids=tuple(answer["rule_ids"]),
                why=answer["why"],
            )
            for answer in answers
            if answer["scorecard_id"] == row["scorecard_id"]
        ),
    )
