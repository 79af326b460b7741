"""The rows of one seeded night, drawn as whole columns."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tests.seed.draw import CANNOT_TELL, FAIL, NOT_APPLICABLE, OBSERVED, PASS, frame_of
from tests.seed.judged import judged_frames

if TYPE_CHECKING:
    from tests.seed.draw import NightDraw

_TEAM_SIZE = 12
_QUEUES = ("billing", "claims", "sales")
_LANGUAGES = ("en", "es", "it")
_DISPOSITIONS = ("refund", "resolved", "callback")
_VOCABULARY = re.findall(
    r"\w+",
    """
    account amount answer bill call change charge check contract cover customer date day doubt good
    help hour invoice know line manager minute moment month morning need number offer order pay plan
    please policy price problem question receive refund repair sorry support thank today week wait
    """,
)
_SENTENCE_COUNT = 4000
_NOT_APPLICABLE_RATIO, _CANNOT_TELL_RATIO, _PII_RATIO = 0.12, 0.03, 0.3
_UNOBSERVED_RATIO = 0.95
_HEARD_RATIO = 0.6
_FEELINGS = (0.9, 0.05, 0.05)


def draw_frames(draw: NightDraw) -> dict[str, pl.DataFrame]:
    """Draw a day: one frame per table of the lake, like `result_to_rows.frames` gives."""
    chance, count = draw.generator, draw.call_count
    agents = chance.integers(len(draw.pass_ratios), size=count)
    durations_s = np.round(chance.lognormal(5.3, 0.4, count), 2)
    outcomes = _outcomes(draw, agents)
    ids = np.array([f"seed-{draw.name}-{number:06}" for number in range(count)])
    return {
        "call": _calls(draw, ids, agents, durations_s),
        "turn": _turns(draw, ids, durations_s),
        "pii_span": _pii_spans(draw, ids),
        "metric": _metrics(draw, ids, durations_s),
        **judged_frames(draw, ids, outcomes),
    }


def _outcomes(draw: NightDraw, agents: np.ndarray) -> np.ndarray:
    """The outcome of each rule for each call: one row per call, one column per rule."""
    luck = draw.generator.random((draw.call_count, len(draw.rule_ids)))
    judged = np.where(luck > draw.pass_ratios[agents], FAIL, PASS)
    judged[:, draw.observed_rule] = OBSERVED
    other = draw.generator.random(luck.shape)
    silent = np.full(len(draw.rule_ids), _NOT_APPLICABLE_RATIO)
    silent[draw.observed_rule] = _UNOBSERVED_RATIO
    applies = np.where(other < silent, NOT_APPLICABLE, judged)
    return np.where(other > 1 - _CANNOT_TELL_RATIO, CANNOT_TELL, applies)


_SAME_FOR_ALL = {
    "direction": "inbound",
    "fixed_language": None,
    "channel_roles": ["agent", "customer"],
    "contact_id": None,
    "channel_count": 2,
    "sample_rate_hz": 8000,
    "language_confidence": 0.99,
    "other_languages": [],
    "heard_channel_count": 2,
    "notes": [],
    "note_codes": [],
    "note_values": [],
    "unheard": [],
    "keyed_digits": [],
    "alternatives": [],
    "model_pin": "seed",
    "rules_sha256": "seed",
    "results_version": 1,
    "restricted": False,
}


def _calls(
    draw: NightDraw, ids: np.ndarray, agents: np.ndarray, durations_s: np.ndarray
) -> pl.DataFrame:
    chance, count = draw.generator, draw.call_count
    seconds = chance.integers(8 * 3600, 20 * 3600, count) * 1_000_000
    started = pl.Series(seconds, dtype=pl.Duration("us")) + draw.midnight.astimezone(UTC)
    teams = agents // _TEAM_SIZE
    offset = draw.midnight.utcoffset()
    assert offset is not None, "midnight is in the site's zone"
    return frame_of(
        "call",
        {
            "call_id": ids,
            "started_at": started,
            "utc_offset_s": offset.total_seconds(),
            "agent_id": np.char.add("agent-", np.char.zfill(agents.astype(str), 3)),
            "agent_name": np.char.add("Agent ", agents.astype(str)),
            "team": np.char.add("Team ", teams.astype(str)),
            "supervisor_id": np.char.add("supervisor-", teams.astype(str)),
            "supervisor_name": np.char.add("Supervisor ", teams.astype(str)),
            "queue": np.array(_QUEUES)[chance.integers(3, size=count)],
            "customer_ref": np.char.add("k", chance.integers(40 * count, size=count).astype(str)),
            "recording_path": np.char.add(np.char.add("/seed/", ids), ".wav"),
            "audio_sha256": ids,
            "duration_s": durations_s,
            "language": np.array(_LANGUAGES)[chance.integers(3, size=count)],
            "heard_s": durations_s,
            "metadata_sha256": ids,
            "hearing_metadata_sha256": "seed",
            "masking_sha256": "seed",
            "stated_duration_s": None,
            "replaces": None,
            **_custom(count),
            **_SAME_FOR_ALL,
        },
    )


def _custom(count: int) -> dict[str, pl.Series]:
    """What only some centres export: of a quarter of the calls nothing is known."""
    known = [number if number % 4 else None for number in range(count)]
    campaigns = [("spring", "retention")[number % 2] for number in range(count)]
    return {
        "after_call_work_s": pl.Series(
            [None if number is None else 10.0 + 7 * number % 60 for number in known],
            dtype=pl.Float64,
        ),
        "disposition": pl.Series(
            [None if number is None else _DISPOSITIONS[number % 3] for number in known]
        ),
        "fields": pl.Series(
            [
                [
                    {"name": "attempt", "value": str(1 + number % 3)},
                    {"name": "campaign", "value": campaign},
                ]
                for number, campaign in enumerate(campaigns)
            ]
        ),
    }


def _turns(draw: NightDraw, ids: np.ndarray, durations_s: np.ndarray) -> pl.DataFrame:
    chance = draw.generator
    counts = np.maximum(chance.poisson(draw.turns_per_call, draw.call_count), 2)
    calls = np.repeat(np.arange(draw.call_count), counts)
    numbers = np.arange(len(calls)) - np.repeat(np.cumsum(counts) - counts, counts)
    slot_s = durations_s[calls] / counts[calls]
    sentences = _sentences()
    drawn = chance.integers(len(sentences), size=len(calls))
    return frame_of(
        "turn",
        {
            "call_id": ids[calls],
            "turn": numbers,
            "role": np.where(numbers % 2, "customer", "agent"),
            "role_confidence": 1.0,
            "channel": numbers % 2,
            "start_s": np.round(numbers * slot_s, 2),
            "end_s": np.round((numbers + 0.9) * slot_s, 2),
            "word_count": sentences.str.count_matches(" ").gather(drawn) + 1,
            "confidence": np.round(chance.uniform(0.7, 1.0, len(calls)), 3),
            "text": sentences.gather(drawn),
            "words": [],
            "language": None,
        },
    )


def _sentences() -> pl.Series:
    chance = np.random.default_rng(0)
    lengths = chance.integers(3, 25, _SENTENCE_COUNT)
    said = [" ".join(chance.choice(_VOCABULARY, length)) for length in lengths]
    feelings = chance.choice(["", " i am fed up", " that is brilliant"], len(said), p=_FEELINGS)
    return pl.Series(said) + pl.Series(feelings)


def _pii_spans(draw: NightDraw, ids: np.ndarray) -> pl.DataFrame:
    """Some calls have one or two; security codes may be masked as a precaution only."""
    chance = draw.generator
    has_any = chance.random(draw.call_count) < _PII_RATIO
    counts = np.where(has_any, chance.integers(1, 3, draw.call_count), 0)
    calls = np.repeat(np.arange(draw.call_count), counts)
    positions = np.arange(len(calls)) - np.repeat(np.cumsum(counts) - counts, counts)
    kinds = np.array(["card_number", "phone", "iban", "email", "cvv"])
    acts = np.array(["asked", "volunteered", "repeated"])
    drawn = kinds[chance.integers(len(kinds), size=len(calls))]
    return frame_of(
        "pii_span",
        {
            "call_id": ids[calls],
            "position": positions,
            "pii_type": drawn,
            "pii_type_version": 1,
            "role": "customer",
            "act": acts[chance.integers(3, size=len(calls))],
            "turn": 1,
            "first_word": 2 * positions,
            "last_word": 2 * positions + 1,
            "start_s": 10.0 + 5 * positions,
            "end_s": 14.0 + 5 * positions,
            "checksum_valid": None,
            "confidence": 0.9,
            "reported": (drawn != "cvv") | (chance.random(len(calls)) < _HEARD_RATIO),
            "why": "Invented for seed data.",
        },
    )


def _metrics(draw: NightDraw, ids: np.ndarray, durations_s: np.ndarray) -> pl.DataFrame:
    agent = draw.generator.uniform(0.3, 0.5, draw.call_count)
    customer = draw.generator.uniform(0.2, 0.4, draw.call_count)
    values = {
        ("talk_s", "agent"): agent * durations_s,
        ("talk_s", "customer"): customer * durations_s,
        ("talk_ratio", "agent"): agent / (agent + customer),
        ("words_per_minute", "agent"): draw.generator.normal(150, 15, draw.call_count),
        ("interruption_count", "agent"): draw.generator.poisson(1, draw.call_count),
        ("non_talk_s", None): (1 - agent - customer) * durations_s,
        ("overtalk_s", None): np.zeros(draw.call_count),
        ("hold_s", None): draw.generator.exponential(5, draw.call_count),
    }
    return pl.concat(
        frame_of(
            "metric",
            {"call_id": ids, "position": position, "metric": name, "role": role, "value": numbers},
        )
        for position, ((name, role), numbers) in enumerate(values.items())
    )
