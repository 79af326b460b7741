"""How the corpus is made: gold by the clock, shares of lists, and a seed that decides all."""

from __future__ import annotations

from itertools import combinations, islice
from typing import TYPE_CHECKING

import pytest

from models.call import Role
from models.transcript import Transcript, Turn, Word
from tests.qa_rules.pii_detection.misheard.alignment import value_words
from tests.qa_rules.pii_detection.misheard.corpus import Misheard, load, write
from tests.qa_rules.pii_detection.misheard.dialogues import LANGUAGES, SPLITS, Deal, SpokenValues

if TYPE_CHECKING:
    from pathlib import Path

SAID = [
    ("the", False, 1.0, 1.2),
    ("pin", False, 1.2, 1.5),
    ("is", False, 1.5, 1.7),
    ("four", True, 1.7, 2.0),
    ("nine", True, 2.0, 2.3),
    ("thanks", False, 2.3, 2.7),
]


def recognised(*words: tuple[str, float, float]) -> Transcript:
    """Words of a customer."""
    turn = Turn(Role.CUSTOMER, 1.0, 1, tuple(Word(*word, 0.9) for word in words))
    return Transcript(
        call_id="call-1",
        language="en",
        language_confidence=1.0,
        duration_s=3.0,
        channel_count=2,
        turns=(turn,),
        model_pin="invented",
    )


@pytest.mark.parametrize(
    ("words", "value", "unsure"),
    [
        ([("is", 1.5, 1.7), ("fore", 1.7, 2.0), ("mine", 2.0, 2.3)], {1, 2}, set()),
        ([("is", 1.5, 1.72), ("49", 1.72, 1.8), ("thanks", 2.2, 2.5)], {1}, set()),
        ([("his", 1.5, 1.72), ("49", 1.9, 2.1), ("tanks", 2.3, 2.7)], {1}, {0}),
        ([("this", 1.0, 1.6), ("four", 1.55, 1.75), ("nine", 1.8, 2.3)], {1, 2}, set()),
        ([("the", 1.0, 1.2), ("pin", 1.2, 1.5)], set(), set()),
    ],
    ids=["misheard", "beside the carrier", "edge unknown", "verbatim at the edge", "not heard"],
)
def test_gold_follows_the_clock(
    words: list[tuple[str, float, float]], value: set[int], unsure: set[int]
) -> None:
    """What was recognised while the value was said is the value, whatever it reads."""
    inside, left_out = value_words(recognised(*words), SAID)
    assert {word for _, word in inside} == value
    assert {word for _, word in left_out} == unsure


def test_where_only_the_value_is_said_late_words_are_the_value() -> None:
    """Nothing else was said that they could stand for."""
    inside, unsure = value_words(recognised(("forty", 1.5, 1.7), ("9", 2.4, 2.6)), SAID[3:5])
    assert inside == [(0, 0), (0, 1)]
    assert not unsure


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_are_dealt_out(language: str) -> None:
    """No two files share an entry of a list of values, and every file has some of each."""
    shares = [SpokenValues(language, split, 1).data for split in SPLITS]
    for key in ("people", "addresses", "passwords", "secrets", "cards", "ibans", "postcodes"):
        assert all(share[key] for share in shares)
        assert not any(set(one[key]) & set(other[key]) for one, other in combinations(shares, 2))


def test_a_seed_decides_what_is_said() -> None:
    """The same one says the same, another one something else."""
    first, again, other = (
        list(islice(Deal("en", "fit", seed).dialogues(), 30)) for seed in (1, 1, 2)
    )
    assert first == again
    assert [one.value for one in first] != [one.value for one in other]
    assert sum(one.kind is None for one in first) == 7


def test_lines_read_as_they_were_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is written again has the same lines."""
    rows = load("fit")[:5]
    monkeypatch.setattr("tests.qa_rules.pii_detection.misheard.corpus.FOLDER", tmp_path)
    write(tmp_path / "fit.jsonl", rows)
    again: list[Misheard] = load("fit")
    assert again == rows
