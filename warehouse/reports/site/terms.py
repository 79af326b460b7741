"""Display names of data values."""

from __future__ import annotations

METRIC_NAMES = {
    "duration_s": "length, seconds",
    "talk_s": "talk, seconds",
    "non_talk_s": "nobody talks, seconds",
    "non_talk_count": "pauses",
    "longest_non_talk_s": "longest pause, seconds",
    "hold_s": "on hold, seconds",
    "overtalk_s": "both talk, seconds",
    "unheard_s": "not understood, seconds",
    "turn_count": "turns",
    "word_count": "words",
    "question_count": "questions",
    "interruption_count": "interruptions",
    "longest_interruption_s": "longest interruption, seconds",
    "longest_monologue_s": "longest monologue, seconds",
    "talk_ratio": "share of the talk",
    "words_per_minute": "words per minute",
    "response_latency_s": "time to answer, seconds",
}
"""Display names of metrics."""
