"""Customers' expressions are found when calls are loaded, in their turns and at their times."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from models.call import Role
from tests.warehouse.factory import night, result, transcript, turn
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from qa_rules.results import CallResult
    from warehouse.lake.lake import Lake


def _said(call_id: str, *turns: tuple[Role, float, str], language: str = "en") -> CallResult:
    said = tuple(turn(text, start_s, role) for role, start_s, text in turns)
    words = replace(transcript(call_id), turns=said, language=language)
    return replace(result(call_id), transcript=words)


def _rows(lake: Lake, snapshots: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(publish(lake, snapshots), read_only=True) as connection:
        return connection.execute(sql).fetchall()


_SAID = "select call_id, turn, at_s, phrase, is_positive from core.customer_expression order by all"


def test_expressions_of_customers_are_found(lake: Lake, snapshots: Path) -> None:
    """Not of agents; each language by its own phrases; the place in the turn gives the time."""
    calls = [
        _said("c1", (Role.AGENT, 1, "I am fed up"), (Role.CUSTOMER, 10, "well I am so fed up")),
        _said("c2", (Role.CUSTOMER, 1, "estoy harta, fed up"), language="es"),
        _said("c3", (Role.CUSTOMER, 50, "I am not happy"), (Role.CUSTOMER, 55, "no thanks")),
    ]
    night(lake, "night-1", calls)
    assert _rows(lake, snapshots, _SAID) == [
        ("c1", 1, pytest.approx(11.94, abs=0.01), "fed up", False),
        ("c2", 0, pytest.approx(1.48, abs=0.01), "harta", False),
        ("c3", 0, pytest.approx(50.95, abs=0.01), "not happy", False),
    ]
    told = "select quarter, sentiment from mart.customer_sentiment where sentiment is not null"
    assert _rows(lake, snapshots, f"{told} order by call_id") == [
        (1, "negative"),
        (1, "negative"),
        (4, "negative"),
    ]


def test_a_call_that_is_heard_again_has_only_its_new_words(lake: Lake, snapshots: Path) -> None:
    """What a superseded result said is gone, in the table and in the mart."""
    night(lake, "night-1", [_said("c1", (Role.CUSTOMER, 1, "this is rubbish"))])
    assert [row[3] for row in _rows(lake, snapshots, _SAID)] == ["is rubbish"]
    night(lake, "night-2", [_said("c1", (Role.CUSTOMER, 1, "this is brilliant"))])
    assert [row[3] for row in _rows(lake, snapshots, _SAID)] == ["brilliant"]
    told = "select sentiment from mart.customer_sentiment where quarter = 1"
    assert _rows(lake, snapshots, told) == [("positive",)]
