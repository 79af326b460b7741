"""Which recognised words stand for a value: by the clock of the renderer, never by their text.

The renderer knows when each word was said, so a word that was recognised as something else still
belongs to what it was recognised from.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.transcript import Transcript, Word

SpokenWord = tuple[str, bool, float, float]
"""Text, whether it is the value's, start and end in seconds."""

EDGE_S: Final = 0.12
"""A recogniser's word times are off by about this; nearer to the value's edge, text decides."""
_MARKS = re.compile(r"[^\w]")


def value_words(
    heard: Transcript, said: Sequence[SpokenWord], value_s: tuple[float, float] | None
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Places (turn, word) that stand for the value, and places of which it cannot be said.

    A word belongs to the value if its middle lies in the value's time, on any channel: an echo is
    as readable. Near an edge, a word whose neighbours outside were recognised verbatim is told
    from them; where that does not help either, it is left out of the account.

    Args:
        heard: What was recognised.
        said: The customer's words, on the clock of `heard`.
        value_s: The value's start and end; None if there is none.
    """
    if value_s is None:
        return [], []
    start_s, end_s = value_s
    inside, unsure = [], []
    for number, turn in enumerate(heard.turns):
        known = _verbatim(turn.words, said)
        for at, word in enumerate(turn.words):
            middle_s = (word.start_s + word.end_s) / 2
            depth_s = min(middle_s - start_s, end_s - middle_s)
            if at in known and abs(depth_s) <= 2 * EDGE_S:
                if known[at]:
                    inside.append((number, at))
            elif abs(depth_s) <= EDGE_S:
                unsure.append((number, at))
            elif depth_s > 0:
                inside.append((number, at))
    return inside, unsure


def _verbatim(heard: Sequence[Word], said: Sequence[SpokenWord]) -> dict[int, bool]:
    """Of each word that was recognised as it was said, whether it is the value's."""
    written = [_MARKS.sub("", word.text).lower() for word in heard]
    spoken = [_MARKS.sub("", text).lower() for text, *_ in said]
    blocks = SequenceMatcher(None, written, spoken, autojunk=False).get_matching_blocks()
    return {
        block.a + step: said[block.b + step][1] for block in blocks for step in range(block.size)
    }
