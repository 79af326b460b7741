"""Findings and evaluations of the calls of a seeded night."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason
from tests.seed.draw import FAIL, OBSERVED, PASS, frame_of
from warehouse.lake.columns import reason_cells

if TYPE_CHECKING:
    from tests.seed.draw import NightDraw

_OUTCOMES = np.array(["pass", "fail", "not_applicable", "cannot_tell", "observed"])
_SEARCHED = Reason(ReasonCode.NOT_HEARD_FROM_AGENT, {"start_s": 0.0, "end_s": 25.0})
_REASONS = (
    Reason(
        ReasonCode.AS_EXPECTED, {"facts": (Reason(ReasonCode.HEARD_FROM_AGENT, {"at_s": 1.0}),)}
    ),
    Reason(ReasonCode.EXPECTED, {"facts": (_SEARCHED,)}),
    Reason(ReasonCode.OTHER_KIND_OF_CALL),
    Reason(ReasonCode.WORDS_UNSURE, {"facts": (_SEARCHED,)}),
    Reason(
        ReasonCode.OBSERVED, {"facts": (Reason(ReasonCode.HEARD_FROM_CUSTOMER, {"at_s": 1.0}),)}
    ),
)
"""One for each outcome."""
_ANSWERS = np.array(["yes", "no", "na", "unknown"])


def judged_frames(
    draw: NightDraw, ids: np.ndarray, outcomes: np.ndarray
) -> dict[str, pl.DataFrame]:
    """Findings, evidence, evaluations and answers for outcomes of one row per call."""
    return {
        "finding": _findings(draw, ids, outcomes),
        "evidence": _evidence(draw, ids, outcomes),
        **_evaluations(draw, ids, outcomes[:, : draw.question_count]),
    }


def _findings(draw: NightDraw, ids: np.ndarray, outcomes: np.ndarray) -> pl.DataFrame:
    count = len(draw.rule_ids)
    flagged = outcomes == FAIL
    flagged |= outcomes == OBSERVED
    kinds = np.array([rule_id.startswith("pii") for rule_id in draw.rule_ids])
    severities = np.tile(np.where(kinds, "critical", "major"), len(ids))
    return frame_of(
        "finding",
        {
            "call_id": np.repeat(ids, count),
            "position": np.tile(np.arange(count), len(ids)),
            "rule_id": np.tile(np.array(draw.rule_ids), len(ids)),
            "rule_version": np.tile(np.array(draw.rule_versions), len(ids)),
            "outcome": _OUTCOMES[outcomes.ravel()],
            "severity": severities,
            "rule_severity": severities,
            "flagged": flagged.ravel(),
            "confidence": np.round(draw.generator.uniform(0.6, 1.0, outcomes.size), 2),
            **_reasons(outcomes),
        },
    )


def _evidence(draw: NightDraw, ids: np.ndarray, outcomes: np.ndarray) -> pl.DataFrame:
    calls, rules = np.nonzero((outcomes <= FAIL) | (outcomes == OBSERVED))
    return frame_of(
        "evidence",
        {
            "call_id": ids[calls],
            "rule_id": np.array(draw.rule_ids)[rules],
            "position": 0,
            "role": "agent",
            "turn": 0,
            "start_s": 1.0,
            "end_s": 5.0,
            "quote": "good morning",
        },
    )


def _evaluations(draw: NightDraw, ids: np.ndarray, outcomes: np.ndarray) -> dict[str, pl.DataFrame]:
    count = outcomes.shape[1]
    told = (outcomes <= FAIL).sum(axis=1)
    passed = (outcomes == PASS).sum(axis=1)
    scores = pl.Series(np.where(told, 100 * passed / np.maximum(told, 1), np.nan)).fill_nan(None)
    ratios = pl.Series(np.select([outcomes == PASS, outcomes == FAIL], [1.0, 0.0], np.nan).ravel())
    rule_ids = draw.rule_ids[:count]
    questions = [rule_id.partition("-")[2] for rule_id in rule_ids]
    evaluation = {
        "call_id": ids,
        "position": 0,
        "scorecard_id": "service",
        "scorecard_version": 1,
        "score": scores,
        "critical_score": None,
        "auto_fail": False,
        "band": "meets",
        "answered_ratio": None,
        "min_answered_ratio": None,
        "reason_code": None,
        "reason_values": None,
        "why": None,
    }
    answer = {
        "call_id": np.repeat(ids, count),
        "scorecard_id": "service",
        "position": np.tile(np.arange(count), len(ids)),
        "section": "service",
        "question": np.tile(np.array(questions), len(ids)),
        "answer": _ANSWERS[outcomes.ravel()],
        "weight": 100 / count,
        "points_ratio": ratios.fill_nan(None),
        "rule_ids": pl.Series([[rule_id] for rule_id in rule_ids] * len(ids)),
        "is_weak": False,
        **_reasons(outcomes),
    }
    return {"evaluation": frame_of("evaluation", evaluation), "answer": frame_of("answer", answer)}


def _reasons(outcomes: np.ndarray) -> dict[str, pl.Series]:
    """Columns of the reasons that go with outcomes."""
    cells = pl.DataFrame([reason_cells(reason) for reason in _REASONS])
    return {column.name: column.gather(outcomes.ravel()) for column in cells}
