"""Conversion of a call's result to rows of the lake's tables; the inverse of `rows_to_result`."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import asdict
from datetime import UTC
from statistics import mean
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

import polars as pl

from warehouse.lake.columns import (
    ANSWER,
    CALL,
    EVALUATION,
    EVIDENCE,
    FINDING,
    METRIC,
    PII_SPAN,
    RECORDING,
    SIDES_SEPARATOR,
    note_cells,
    reason_cells,
)
from warehouse.lake.schema import ADDED_BY_LAKE, SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from models.call import Recording
    from models.transcript import Word
    from qa_rules.results import Alternative, CallResult
    from warehouse.lake.columns import Row

_SHORTENED = re.compile(r"^([a-z][a-z0-9+.-]+):/(?=[^/])")
"""The beginning of a URL of which a path has shortened the `//`."""


DayRows: TypeAlias = "Mapping[date, Mapping[str, pl.DataFrame]]"
"""The rows of every table by day and table, as `Lake.commit_frames` takes them."""


def frames(results: Sequence[CallResult]) -> dict[str, pl.DataFrame]:
    """The rows of every table, without the commit and the run that the lake adds."""
    tables: dict[str, list[Row]] = {table: [] for table in SCHEMAS}
    for result in results:
        call_id = result.call.call_id
        tables["call"].append(_call(result))
        for table, rows in _CHILDREN.items():
            tables[table].extend({"call_id": call_id, **row} for row in rows(result))
    return {
        table: pl.DataFrame(rows, SCHEMAS[table]).drop(ADDED_BY_LAKE, strict=False)
        for table, rows in tables.items()
    }


def frames_by_day(results: Iterable[CallResult], time_zone: str) -> DayRows:
    """The rows of every table by the day on which the calls started.

    Args:
        results: Results of any days.
        time_zone: IANA name of the site's time zone, which decides the day.
    """
    zone = ZoneInfo(time_zone)
    days: dict[date, list[CallResult]] = defaultdict(list)
    for result in results:
        days[result.call.started_at.astimezone(zone).date()].append(result)
    return {day: frames(of) for day, of in days.items()}


def _call(result: CallResult) -> Row:
    call, transcript = result.call, result.transcript
    offset = call.started_at.utcoffset()
    assert offset is not None, "a call's start carries its time zone"
    return {
        **CALL.row(call),
        **RECORDING.row(result.recording),
        "started_at": call.started_at.astimezone(UTC),
        "utc_offset_s": offset.total_seconds(),
        "channel_roles": call.channel_roles,
        "fields": [{"name": name, "value": value} for name, value in call.fields],
        "recording_path": _path(result.recording),
        "language": transcript.language,
        "language_confidence": transcript.language_confidence,
        "other_languages": transcript.other_languages,
        "heard_s": transcript.duration_s,
        "heard_channel_count": transcript.channel_count,
        **note_cells(transcript.notes),
        "unheard": [asdict(stretch) for stretch in transcript.unheard],
        "keyed_digits": [asdict(stretch) for stretch in transcript.keyed_digits],
        "alternatives": [_alternative(again) for again in result.alternatives],
        "metadata_sha256": call.metadata_sha256,
        "hearing_metadata_sha256": call.hearing_metadata_sha256,
        "model_pin": transcript.model_pin,
        "masking_sha256": result.masking_sha256,
        "rules_sha256": result.rules_sha256,
        "results_version": result.results_version,
        "remuted_count": result.remuted_count,
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
            "confidence": round(mean(word.confidence for word in turn.words), 3),
            "text": turn.text,
            "words": _words(turn.words),
            "language": turn.language,
        }


def _path(recording: Recording) -> str:
    """What is kept of its path; of two files in one folder, the name of the second one follows."""
    other = recording.other_side
    path = f"{recording.path}{SIDES_SEPARATOR}{other.name}" if other else str(recording.path)
    return _SHORTENED.sub(r"\1://", recording.kept_path or path)


def _alternative(again: Alternative) -> Row:
    return {
        "turn": again.turn,
        "words": _words(again.words),
        "pii_spans": [PII_SPAN.row(span) for span in again.pii_spans],
    }


def _words(words: Iterable[Word]) -> list[Row]:
    return [
        {
            "text": word.text,
            "start_s": word.start_s,
            "end_s": word.end_s,
            "confidence": word.confidence,
        }
        for word in words
    ]


def _pii_spans(result: CallResult) -> Iterator[Row]:
    for position, span in enumerate(result.pii_spans):
        yield {"position": position, **PII_SPAN.row(span)}


def _metrics(result: CallResult) -> Iterator[Row]:
    for position, metric in enumerate(result.metrics):
        yield {"position": position, **METRIC.row(metric)}


def _findings(result: CallResult) -> Iterator[Row]:
    for position, finding in enumerate(result.findings):
        yield {"position": position, **FINDING.row(finding), **reason_cells(finding.reason)}


def _evidence(result: CallResult) -> Iterator[Row]:
    for finding in result.findings:
        for position, place in enumerate(finding.evidence):
            yield {"rule_id": finding.rule_id, "position": position, **EVIDENCE.row(place)}


def _evaluations(result: CallResult) -> Iterator[Row]:
    for position, evaluation in enumerate(result.evaluations):
        why = reason_cells(evaluation.reason) if evaluation.reason else {}
        yield {"position": position, **EVALUATION.row(evaluation), **why}


def _answers(result: CallResult) -> Iterator[Row]:
    for evaluation in result.evaluations:
        card = {"scorecard_id": evaluation.scorecard_id}
        for position, answer in enumerate(evaluation.answers):
            cells = {**ANSWER.row(answer), **reason_cells(answer.reason)}
            yield {**card, "position": position, **cells}


_CHILDREN: dict[str, Callable[[CallResult], Iterator[Row]]] = {
    "turn": _turns,
    "pii_span": _pii_spans,
    "metric": _metrics,
    "finding": _findings,
    "evidence": _evidence,
    "evaluation": _evaluations,
    "answer": _answers,
}
