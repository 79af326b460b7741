"""The pieces that Whisper aligns become the words that people read."""

from __future__ import annotations

from typing import Any

import pytest

from models.speech.word_alignment import as_words


def pieces(*texts: str) -> list[dict[str, Any]]:
    """Aligned pieces of one token each, a tenth of a second long, ever less sure."""
    return [
        {
            "word": text,
            "tokens": [number],
            "start": number / 10,
            "end": (number + 1) / 10,
            "probability": 1 - number / 10,
        }
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ((" l", "'", "umina", " è"), ["l'umina", "è"]),
        ((" 4", "-0", "-1", "-2", ",", " yes"), ["4-0-1-2,", "yes"]),
        ((" 0", ".6", ".28"), ["0.6.28"]),
        ((" 40", "%", " off"), ["40%", "off"]),
        ((" 40", " %"), ["40", "%"]),
        ((" wait", "...", "what"), ["wait...", "what"]),
        (("Good", " morning", "."), ["Good", "morning."]),
        ((" ", "-"), ["-"]),
        ((), []),
    ],
)
def test_a_space_begins_a_word(heard: tuple[str, ...], expected: list[str]) -> None:
    """Marks inside a word do not split it; nothing that was recognised is lost."""
    words = as_words(pieces(*heard), is_spaced=True)
    assert [word.text for word in words] == expected


def test_a_word_lasts_from_its_first_piece_to_its_last() -> None:
    """Times span the pieces, and the confidence is their mean."""
    (word,) = as_words(pieces(" 4", "-0", "-1"), is_spaced=True)
    assert word.start_s == 0.0
    assert word.end_s == pytest.approx(0.3)
    assert word.confidence == pytest.approx(0.9)


def test_a_language_without_spaces_keeps_its_pieces() -> None:
    """In a language without spaces, a whole window must not become one word."""
    assert len(as_words(pieces("今", "日", "は"), is_spaced=False)) == 3


def test_a_number_is_parted_where_the_speaker_paused() -> None:
    """Groups that were dictated with a pause between them have times of their own."""
    words = as_words(pieces(" 4", "-0", "-1", ".", " l", "'acqua"), [0.1, 0.5], is_spaced=True)
    assert [word.text for word in words] == ["4", "0-1.", "l'acqua"]
