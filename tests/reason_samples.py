"""A reason of every declared code."""

from __future__ import annotations

from typing import Any

from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason

_VALUES: dict[str, Any] = {
    "answered_ratio": 0.3,
    "min_answered_ratio": 0.5,
    "answer": "yes",
    "at_s": 42.5,
    "blocks_ratio": 0.96,
    "channel": 1,
    "correlation": 0.987,
    "end_s": 605.2,
    "facts": (
        Reason(ReasonCode.HEARD_MORE_FROM_CUSTOMER, {"at_s": 61.0, "more": 2}),
        Reason(
            ReasonCode.METRIC_OF_ROLE_COMPARED,
            {
                "role": "agent",
                "metric": "words_per_minute",
                "value": 187.5,
                "range": Reason(ReasonCode.BETWEEN, {"low": 110.0, "high": 180.0}),
            },
        ),
    ),
    "gain_db": -3.1,
    "high": 180.0,
    "lag_s": 0.04,
    "language": "fr",
    "low": 2.5,
    "metric": "hold_s",
    "more": 1,
    "num": 3,
    "other": 0,
    "outcome": "not_applicable",
    "points_ratio": 0.25,
    "question": "greeting",
    "range": Reason(ReasonCode.AT_MOST, {"high": 12.5}),
    "reason": Reason(
        ReasonCode.FORBIDDEN, {"facts": (Reason(ReasonCode.HEARD_FROM_AGENT, {"at_s": 12.0}),)}
    ),
    "role": "customer",
    "rule": "script-hold",
    "rule_severity": "critical",
    "second_reading": Reason(
        ReasonCode.AS_EXPECTED,
        {"facts": (Reason(ReasonCode.NOT_HEARD_FROM_AGENT, {"start_s": 0.0, "end_s": 605.2}),)},
    ),
    "severity": "major",
    "start_s": 0.0,
    "text": "The colour is blue.",
    "tones": ("negative", "mixed"),
    "total": 8,
    "total_s": 612.4,
    "value": 1234.5,
}


def sample_reason(code: ReasonCode) -> Reason:
    """A reason of this code with values of every kind that it names."""
    return Reason(code, {name: _VALUES[name] for name in code.names})
