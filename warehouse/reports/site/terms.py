"""Display names of data values."""

from __future__ import annotations

METRIC_NAMES = {
    "duration_s": "duration, seconds",
    "talk_s": "talk time, seconds",
    "non_talk_s": "non-talk time, seconds",
    "non_talk_count": "pauses",
    "longest_non_talk_s": "longest pause, seconds",
    "hold_s": "hold time, seconds",
    "overtalk_s": "overtalk, seconds",
    "unheard_s": "speech not recognised, seconds",
    "turn_count": "turns",
    "word_count": "words",
    "question_count": "questions",
    "interruption_count": "interruptions",
    "longest_interruption_s": "longest interruption, seconds",
    "longest_monologue_s": "longest monologue, seconds",
    "talk_ratio": "share of talk time",
    "words_per_minute": "words per minute",
    "response_latency_s": "response latency, seconds",
}
"""Display names of metrics."""

_VALUE_NAMES = {
    "ar_cuit": "CUIT (Argentina)",
    "cannot_tell": "inconclusive",
    "cvv": "card security code",
    "es_dni": "DNI",
    "es_nie": "NIE",
    "iban": "IBAN",
    "ip_address": "IP address",
    "it_codice_fiscale": "codice fiscale",
    "mx_curp": "CURP (Mexico)",
    "mx_rfc": "RFC (Mexico)",
    "na": "not applicable",
    "uk_nino": "National Insurance number (UK)",
    "us_ssn": "Social Security number (US)",
}


def value_name(value: str) -> str:
    """The message for a data value, such as an outcome or a type of personal data."""
    return _VALUE_NAMES.get(value, value.replace("_", " "))
