"""Time stamps of the words of a window.

Whisper aligns the end of a word better than its start, which it puts at the end of the word before,
across a pause or the rest of a number. So words are placed by their ends.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.speech.windows import Window
    from models.transcript import Word

# How long a word may last. Of 3,211 words of the night 11 last longer than by their letters, the
# longest by .32 s; a digit of a number that is written as one word is a word by itself.
_ALWAYS_S = 0.3
_LETTER_S = 0.06
_DIGIT_S = 0.5
_CONTIGUOUS_S = 0.1  # such words have no pause between them
_NO_LENGTH_S = 0.05  # one aligned position is 40 ms
_SENTENCE_ENDS = (".", "?", "!", "。")


def timed(window: Window, words: Iterable[Word]) -> list[Word]:
    """Place the words of a window in the recording.

    Each lies in one span of the window, lasts no longer than its letters can, and stands once: an
    answer of one word may be written twice, the second time without any length.

    Args:
        window: The window in which they were recognised.
        words: With times in the window, in order.
    """
    placed: list[Word] = []
    for word in words:
        start_s, end_s = window.place(word.start_s, word.end_s)
        if placed and _is_doubled(placed[-1], word, end_s - start_s):
            continue
        begins_s = max(start_s, end_s - longest_s(word.text))
        if begins_s > start_s and placed and start_s - placed[-1].end_s <= _CONTIGUOUS_S:
            # What lies between belongs to the word before, from the same speaker: the rest of a
            # number.
            placed[-1] = replace(placed[-1], end_s=round(begins_s, 3))
        placed.append(
            replace(
                word,
                start_s=round(begins_s, 3),
                end_s=round(end_s, 3),
                confidence=round(word.confidence, 3),
            )
        )
    return placed


def longest_s(text: str) -> float:
    """How long a word may last, in seconds."""
    digits = sum(map(str.isdecimal, text))
    letters = sum(map(str.isalpha, text))
    return _ALWAYS_S + _DIGIT_S * digits + _LETTER_S * letters


def _is_doubled(before: Word, word: Word, length_s: float) -> bool:
    """Whether a word repeats the one before it in less time than it takes to say it."""
    text = word.text.casefold()
    return (
        length_s < _NO_LENGTH_S
        and text == before.text.casefold()
        and text.endswith(_SENTENCE_ENDS)
        and not any(map(str.isdecimal, text))
    )
