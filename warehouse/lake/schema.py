"""The tables of the lake and their columns."""

from __future__ import annotations

from typing import Any

import polars as pl

_INSTANT = pl.Datetime("us", "UTC")
_WORD = pl.Struct(
    {"text": pl.String, "start_s": pl.Float64, "end_s": pl.Float64, "confidence": pl.Float64}
)
_PII_SPAN: dict[str, Any] = {
    "pii_type": pl.String,
    "pii_type_version": pl.Int32,
    "role": pl.String,
    "act": pl.String,
    "turn": pl.Int32,
    "first_word": pl.Int32,
    "last_word": pl.Int32,
    "start_s": pl.Float64,
    "end_s": pl.Float64,
    "checksum_valid": pl.Boolean,
    "confidence": pl.Float64,
    "reported": pl.Boolean,
    "why": pl.String,
}
_KEY: dict[str, Any] = {"call_id": pl.String, "commit_no": pl.Int64}

SCHEMAS: dict[str, dict[str, Any]] = {
    "call": {
        **_KEY,
        "run_id": pl.String,
        "started_at": _INSTANT,
        "utc_offset_s": pl.Float64,
        "agent_id": pl.String,
        "agent_name": pl.String,
        "team": pl.String,
        "supervisor_id": pl.String,
        "supervisor_name": pl.String,
        "queue": pl.String,
        "direction": pl.String,
        "fixed_language": pl.String,
        "channel_roles": pl.List(pl.String),
        "contact_id": pl.String,
        "customer_ref": pl.String,
        "recording_path": pl.String,
        "audio_sha256": pl.String,
        "duration_s": pl.Float64,
        "channel_count": pl.Int32,
        "sample_rate_hz": pl.Int32,
        "language": pl.String,
        "language_confidence": pl.Float64,
        "other_languages": pl.List(pl.String),
        "heard_s": pl.Float64,
        "heard_channel_count": pl.Int32,
        "notes": pl.List(pl.String),
        "note_codes": pl.List(pl.String),
        "note_values": pl.List(pl.String),
        "unheard": pl.List(
            pl.Struct({"channel": pl.Int32, "start_s": pl.Float64, "end_s": pl.Float64})
        ),
        "keyed_digits": pl.List(
            pl.Struct(
                {
                    "channel": pl.Int32,
                    "start_s": pl.Float64,
                    "end_s": pl.Float64,
                    "digit_count": pl.Int32,
                }
            )
        ),
        "alternatives": pl.List(
            pl.Struct(
                {
                    "turn": pl.Int32,
                    "words": pl.List(_WORD),
                    "pii_spans": pl.List(pl.Struct(_PII_SPAN)),
                }
            )
        ),
        "metadata_sha256": pl.String,
        "hearing_metadata_sha256": pl.String,
        "model_pin": pl.String,
        "masking_sha256": pl.String,
        "rules_sha256": pl.String,
        "results_version": pl.Int32,
        "restricted": pl.Boolean,
        "stated_duration_s": pl.Float64,
        "replaces": pl.String,
        "after_call_work_s": pl.Float64,
        "disposition": pl.String,
        "fields": pl.List(pl.Struct({"name": pl.String, "value": pl.String})),
        "transcript_removed_on": pl.Date,
        "audio_removed_on": pl.Date,
        "remuted_count": pl.Int32,
    },
    "turn": {
        **_KEY,
        "turn": pl.Int32,
        "role": pl.String,
        "role_confidence": pl.Float64,
        "channel": pl.Int32,
        "start_s": pl.Float64,
        "end_s": pl.Float64,
        "word_count": pl.Int32,
        "confidence": pl.Float64,
        "text": pl.String,
        "words": pl.List(_WORD),
        "language": pl.String,
    },
    "pii_span": {
        **_KEY,
        "position": pl.Int32,
        **_PII_SPAN,
    },
    "metric": {
        **_KEY,
        "position": pl.Int32,
        "metric": pl.String,
        "role": pl.String,
        "value": pl.Float64,
    },
    "finding": {
        **_KEY,
        "position": pl.Int32,
        "rule_id": pl.String,
        "rule_version": pl.Int32,
        "outcome": pl.String,
        "severity": pl.String,
        "rule_severity": pl.String,
        "flagged": pl.Boolean,
        "confidence": pl.Float64,
        "reason_code": pl.String,
        "reason_values": pl.String,
        "why": pl.String,
    },
    "evidence": {
        **_KEY,
        "rule_id": pl.String,
        "position": pl.Int32,
        "role": pl.String,
        "turn": pl.Int32,
        "start_s": pl.Float64,
        "end_s": pl.Float64,
        "quote": pl.String,
    },
    "evaluation": {
        **_KEY,
        "position": pl.Int32,
        "scorecard_id": pl.String,
        "scorecard_version": pl.Int32,
        "score": pl.Float64,
        "critical_score": pl.Float64,
        "auto_fail": pl.Boolean,
        "band": pl.String,
        "answered_ratio": pl.Float64,
        "min_answered_ratio": pl.Float64,
        "reason_code": pl.String,
        "reason_values": pl.String,
        "why": pl.String,
    },
    "answer": {
        **_KEY,
        "scorecard_id": pl.String,
        "position": pl.Int32,
        "section": pl.String,
        "question": pl.String,
        "answer": pl.String,
        "weight": pl.Float64,
        "points_ratio": pl.Float64,
        "rule_ids": pl.List(pl.String),
        "is_weak": pl.Boolean,
        "reason_code": pl.String,
        "reason_values": pl.String,
        "why": pl.String,
    },
}
"""The lake's tables with their columns; `call_date` comes from the partition's path."""

ADDED_BY_LAKE = ("commit_no", "run_id")
"""Columns that a commit fills in."""
