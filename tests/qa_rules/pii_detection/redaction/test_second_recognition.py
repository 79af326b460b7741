"""The words of a second recognition hold no more personal data than those of the first."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from qa_rules.assessing import redacted_again
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.pii_detection.detector import find_pii
from tests.night.ground_truth import protected_spans
from tests.night.recognitions.recorded import RENDERINGS, recognitions, second_recognitions
from tests.qa_rules.rule_folders import shipped_rulebook

if TYPE_CHECKING:
    from models.transcript import Transcript, Word
    from qa_rules.results import Alternative

CALL = invented_call(dt.date(2026, 3, 10))
BOOK = shipped_rulebook()


def _again(heard: Transcript, words: dict[int, tuple[Word, ...]]) -> tuple[Alternative, ...]:
    spans = find_pii(heard, BOOK.pii.on(CALL.started_at.date()), CALL.agent_name)
    return redacted_again(CALL, heard, spans, BOOK, words)


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_no_word_inside_a_protected_span_is_kept(rendering: str) -> None:
    """Of the whole night, recognised twice: what is said as a protected value is masked."""
    again = second_recognitions(rendering)
    seen = 0
    for call_id, one in recognitions(rendering).items():
        heard = one.transcript
        kept = _again(heard, dict(enumerate(again[call_id])))
        assert [alternative.turn for alternative in kept] == list(range(len(heard.turns)))
        for span in protected_spans(call_id):
            for alternative in kept:
                if heard.turns[alternative.turn].role != span["role"]:
                    continue
                for word in alternative.words:
                    if span["start_s"] <= (word.start_s + word.end_s) / 2 <= span["end_s"]:
                        seen += 1
                        assert word.text.startswith("["), f"{call_id} {span['type']}"
    assert seen


def test_words_on_which_the_first_recognition_has_a_number_are_masked() -> None:
    """Harmless words are masked at the times of a masked number, and are not reported as PII."""
    heard = invented_transcript("customer: my card number is 4111 1111 1111 1111\nagent: thanks")
    turn = heard.turns[0]
    words = tuple(
        replace(word, text=text) for word, text in zip(turn.words, "abcdefgh", strict=True)
    )
    (again,) = _again(heard, {0: words})
    assert [word.text for word in again.words[:4]] == ["a", "b", "c", "d"]
    assert {word.text for word in again.words[4:]} == {"[card_number]"}
    assert not any(span.reported for span in again.pii_spans)


def test_a_number_that_moved_to_the_next_turn_is_masked_there() -> None:
    """The times decide, not the turn: recognition puts a word on either side of a border."""
    heard = invented_transcript("customer: my card number is 4111 1111 1111 1111\ncustomer: yes")
    late = heard.turns[0].words[-1]
    moved = (replace(late, text="elephant"), *heard.turns[1].words)
    again = _again(heard, {1: moved})
    assert [word.text for word in again[0].words] == ["[card_number]", "yes"]


def test_nothing_recognised_again_is_nothing_kept() -> None:
    """A turn without words has no words and no spans; without turns there is no second reading."""
    heard = invented_transcript("customer: my card number is 4111 1111 1111 1111\nagent: thanks")
    (again,) = _again(heard, {0: ()})
    assert (again.words, again.pii_spans) == ((), ())
    assert _again(heard, {}) == ()
