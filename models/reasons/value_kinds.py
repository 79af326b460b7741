"""Kinds of values in reasons, which decide how the values are rendered."""

from __future__ import annotations

from enum import Enum, auto


class ValueKind(Enum):
    """What a value of a reason is, which decides how it is rendered."""

    SECOND = auto()
    """A place in the recording, in seconds."""
    NUMBER = auto()
    """In the unit of what is measured."""
    SHARE = auto()
    """0..1."""
    COUNT = auto()
    """A whole number; `more` chooses the plural of its message."""
    ROLE = auto()
    """agent or customer."""
    CHANNEL = auto()
    """Index of an audio channel; rendered as a number from 1."""
    METRIC = auto()
    """Name of a metric, such as `talk_s`."""
    NAME = auto()
    """Id of a rule or question, or a language's code; the same for every reader."""
    TERM = auto()
    """An outcome, an answer or a severity."""
    TERMS = auto()
    """Several, of which one is enough."""
    REASON = auto()
    """A reason that is a part of this one."""
    REASONS = auto()
    """Several, which hold together."""
    TEXT = auto()
    """Whole sentences in English."""


VALUE_KINDS = {
    "answer": ValueKind.TERM,
    "answered_ratio": ValueKind.SHARE,
    "at_s": ValueKind.SECOND,
    "blocks_ratio": ValueKind.SHARE,
    "channel": ValueKind.CHANNEL,
    "correlation": ValueKind.NUMBER,
    "end_s": ValueKind.SECOND,
    "facts": ValueKind.REASONS,
    "gain_db": ValueKind.NUMBER,
    "high": ValueKind.NUMBER,
    "lag_s": ValueKind.NUMBER,
    "language": ValueKind.NAME,
    "low": ValueKind.NUMBER,
    "metric": ValueKind.METRIC,
    "min_answered_ratio": ValueKind.SHARE,
    "more": ValueKind.COUNT,
    "num": ValueKind.COUNT,
    "other": ValueKind.CHANNEL,
    "outcome": ValueKind.TERM,
    "points_ratio": ValueKind.SHARE,
    "question": ValueKind.NAME,
    "range": ValueKind.REASON,
    "reason": ValueKind.REASON,
    "role": ValueKind.ROLE,
    "rule": ValueKind.NAME,
    "rule_severity": ValueKind.TERM,
    "second_reading": ValueKind.REASON,
    "severity": ValueKind.TERM,
    "start_s": ValueKind.SECOND,
    "text": ValueKind.TEXT,
    "tones": ValueKind.TERMS,
    "total": ValueKind.COUNT,
    "total_s": ValueKind.SECOND,
    "value": ValueKind.NUMBER,
}
"""Kinds of values by name; a name means the same in every message."""
