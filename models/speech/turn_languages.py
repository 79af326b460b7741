"""The language of each turn."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.speech.languages import Stretch
    from models.transcript import Turn, Word


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
