"""The distributions of a seeded night's calls, and how columns become a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from warehouse.lake.schema import ADDED_BY_LAKE, SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

PASS, FAIL, NOT_APPLICABLE, CANNOT_TELL, OBSERVED = range(5)


@dataclass(frozen=True, kw_only=True)
class NightDraw:
    """The parameters of the calls of one day.

    Attributes:
        name: Makes the call ids unique.
        midnight: Start of the day, in the site's zone.
        call_count: Calls.
        turns_per_call: Mean.
        pass_ratios: How likely each agent passes each rule, one row per agent, one column per rule.
        rule_ids: The rules.
        rule_versions: Their versions on that day.
        question_count: How many of the first rules answer a question.
        observed_rule: Index of the rule that matches in a few calls, and is flagged there.
        generator: The random generator.
    """

    name: str
    midnight: datetime
    call_count: int
    turns_per_call: int
    pass_ratios: np.ndarray
    rule_ids: Sequence[str]
    rule_versions: Sequence[int]
    question_count: int
    observed_rule: int
    generator: np.random.Generator


def frame_of(table: str, columns: dict[str, Any]) -> pl.DataFrame:
    """Columns of a lake table; scalars are repeated in every row, and what is not given is null."""
    schema = {name: SCHEMAS[table][name] for name in SCHEMAS[table] if name not in ADDED_BY_LAKE}
    columns = dict.fromkeys(schema) | columns
    frame = pl.DataFrame(
        [
            columns[name].cast(kind).alias(name)
            if isinstance(columns[name], pl.Series)
            else pl.Series(name, columns[name], dtype=kind)
            for name, kind in schema.items()
            if isinstance(columns[name], (pl.Series, np.ndarray))
        ]
    )
    constants = {
        name: pl.lit(columns[name], dtype=kind)
        for name, kind in schema.items()
        if not isinstance(columns[name], (pl.Series, np.ndarray))
    }
    return frame.with_columns(**constants).select(*schema)
