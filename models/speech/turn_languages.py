"""The language of a call, and of each turn."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.transcript import Turn, Word


class Stretch(NamedTuple):
    """A part of a channel in one language.

    Attributes:
        channel: Index of the audio channel.
        start_s: Start, in seconds from the start of the recording.
        end_s: End, in seconds.
        language: ISO 639-1 code.
        confidence: 0..1; 1 if the language was given.
    """

    channel: int
    start_s: float
    end_s: float
    language: str
    confidence: float


def main_language(stretches: Sequence[Stretch]) -> tuple[str | None, float]:
    """The language of most of the speech and its confidence, weighted by length."""
    lengths_s: defaultdict[str, float] = defaultdict(float)
    sure_s: defaultdict[str, float] = defaultdict(float)
    for stretch in stretches:
        lengths_s[stretch.language] += stretch.end_s - stretch.start_s
        sure_s[stretch.language] += stretch.confidence * (stretch.end_s - stretch.start_s)
    if not lengths_s:
        return None, 0.0
    language = max(sorted(lengths_s), key=lengths_s.__getitem__)
    return language, round(sure_s[language] / lengths_s[language], 3)


def in_languages(
    turns: Sequence[Turn], stretches: Sequence[Stretch], language: str
) -> tuple[Turn, ...]:
    """Split turns where the language changes, and set it where it is not the call's.

    Args:
        turns: Turns of a call, ordered by start.
        stretches: The language of each part of each channel.
        language: The language of the call.
    """
    others = [stretch for stretch in stretches if stretch.language != language]
    if not others:
        return tuple(turns)

    def language_of(turn: Turn, word: Word) -> str | None:
        middle_s = (word.start_s + word.end_s) / 2
        return next(
            (
                stretch.language
                for stretch in others
                if stretch.channel == turn.channel and stretch.start_s <= middle_s <= stretch.end_s
            ),
            None,
        )

    return tuple(
        replace(turn, words=tuple(words), language=code)
        for turn in turns
        for code, words in groupby(turn.words, partial(language_of, turn))
    )


def language_notes(turns: Sequence[Turn]) -> list[Reason]:
    """One note per language that is not the call's."""
    codes = sorted({turn.language for turn in turns if turn.language})
    return [Reason(ReasonCode.OTHER_LANGUAGE, {"language": code}) for code in codes]
