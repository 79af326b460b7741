"""Transcripts from elsewhere are read strictly, and their spans point into what was given."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.errors import TranscriptLineError
from qa_rules.jsonl.scan import scan_line
from qa_rules.jsonl.transcripts import LineCall, read_line, transcript_of
from qa_rules.pii_detection.types.catalogue import load_pii_rules

RULES = load_pii_rules(Path(__file__).parents[3] / "qa_rules" / "pii")
CARD = "four one one one one one one one one one one one one one one one"

_TEXTS = st.text(st.sampled_from("ab 12.\n\u00a0"), max_size=20)


def turn(role: str, start_s: float, text: str, **more: Any) -> dict[str, Any]:
    """A turn of two seconds."""
    return {"role": role, "start_s": start_s, "end_s": start_s + 2, "text": text, **more}


def call(*turns: dict[str, Any], **more: Any) -> str:
    """A transcript line."""
    return json.dumps({"call_id": "c1", "language": "en", "turns": turns, **more})


def call_line(text: str) -> LineCall:
    """Read a line that holds a call."""
    line = read_line(text, "calls.jsonl:1")
    assert isinstance(line, LineCall)
    return line


def test_spans_of_words_index_the_words_given() -> None:
    """Also where some of the words are empty."""
    words = ["", "my", "card", "number", "is", *CARD.split(), "thanks"]
    (span,) = scan_line(json.dumps({"language": "en", "words": words}), "-:1", RULES)
    assert span["type"] == "card_number"
    assert " ".join(words[span["first"] : span["last"]]) == CARD
    assert set(span) == {"type", "first", "last", "act", "confidence", "reported"}


def test_spans_of_a_transcript_name_the_turn_of_the_line() -> None:
    """Turns are counted as given: empty ones count, and the order in the line stays."""
    line = call(
        turn("customer", 9, f"yes {CARD} thank you"),
        turn("agent", 3, " "),
        turn("agent", 5, "what is your card number"),
    )
    (span,) = scan_line(line, "-:1", RULES)
    assert (span["turn"], span["first"], span["last"], span["act"]) == (0, 1, 17, "asked")


def test_words_without_times_share_their_turns_time() -> None:
    """From the turn's start to its end, in order."""
    (read,) = transcript_of(call_line(call(turn("agent", 4, "one  two")))).turns
    assert [(word.text, word.start_s, word.end_s) for word in read.words] == [
        ("one", 4.0, 5.0),
        ("two", 5.0, 6.0),
    ]


def test_times_of_words_are_kept() -> None:
    """Where the other system knows them."""
    words = [{"text": "hi", "start_s": 4.5, "end_s": 4.75, "confidence": 0.5}]
    (read,) = transcript_of(call_line(call(turn("agent", 4, "hi", words=words)))).turns
    assert (read.words[0].start_s, read.words[0].confidence) == (4.5, 0.5)


def test_words_may_be_written_otherwise_than_the_text() -> None:
    """Recognisers punctuate the text and not the words, or the other way round."""
    words = [{"text": one, "start_s": 4.0, "end_s": 4.5} for one in ("good", "morning,", "Anna")]
    (read,) = transcript_of(
        call_line(call(turn("agent", 4, "Good morning Anna!", words=words)))
    ).turns
    assert read.text == "good morning, Anna"


@given(st.lists(st.tuples(st.sampled_from(["agent", "customer", "unknown"]), _TEXTS), max_size=5))
def test_every_word_of_the_line_is_in_the_transcript(turns: list[tuple[str, str]]) -> None:
    """None is lost or added, and each turn of the transcript knows which turn of the line it is."""
    line = call_line(call(*(turn(role, 7, text) for role, text in turns)))
    read = [given.text.split() for given in line.turns if given.text.split()]
    assert [one.text.split() for one in transcript_of(line).turns] == read
    assert [line.turns[number].text.split() for number in line.turn_numbers] == read


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("4111", "`the line` is not right; expected "),
        ("{", "`the line` is not right; expected one JSON object"),
        (
            '{"language": "en", "words": ["a", 4111]}',
            "`words.1` is not right; expected a valid str",
        ),
        (
            '{"language": "en", "words": [], "queue": 4111}',
            "unknown key `queue`; expected one of language",
        ),
        (call(turn("4111", 0, "")), "`turns.0.role` is not right; expected 'agent', 'customer'"),
        (call(turn("agent", -1, "")), "`turns.0.start_s` is not right; expected greater than"),
        (
            call(turn("agent", 4, "") | {"end_s": 3}),
            "`turns.0` is not right; expected `end_s` not before `start_s`",
        ),
        (
            call(turn("agent", 0, "4111", words=[{"text": "4", "start_s": 0, "end_s": 1}])),
            "`turns.0` is not right; expected `words` that say what `text` says",
        ),
        ('{"call_id": "4111"}', "`language` is missing; expected it"),
        ("[4111]", "`the line` is not right; expected one JSON object"),
        (b'{"call_id": "4111 \xe9"}', "`the line` is not right; expected one JSON object"),
        (call(turn("agent", 0, "") | {"end_s": math.inf}), "`turns.0.end_s` is not right"),
        (
            call(turn("agent", 0, "hi"), started_at="2026-03-01T10:00:00"),
            "`started_at` is not right; expected an instant with its zone",
        ),
    ],
)
def test_a_fault_names_place_and_key_but_quotes_nothing(line: str | bytes, fault: str) -> None:
    """The line may hold a number, and errors go to logs."""
    with pytest.raises(TranscriptLineError) as caught:
        read_line(line, "calls.jsonl:7")
    assert f"calls.jsonl:7: {fault}" in str(caught.value)
    assert "4111" not in str(caught.value)


def test_all_errors_of_a_line_are_reported() -> None:
    """All errors of a line are reported at once."""
    with pytest.raises(TranscriptLineError) as caught:
        read_line('{"call_id": 1, "turns": [{"role": "agent"}]}', "-:1")
    assert len(str(caught.value).splitlines()) == 5
