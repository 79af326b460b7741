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
PAUSE_BEFORE_S, PAUSE_AFTER_S = 0.3, 1.0
"""Where nothing else is said, words that begin too early or end too late are the value's."""
_MARKS = re.compile(r"[^\w]")


def value_words(
    heard: Transcript, said: Sequence[SpokenWord]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Places (turn, word) that stand for the value, and places of which it cannot be said.

    A word belongs to the value if its middle lies in the value's time, on any channel: an echo is
    as readable. Near an edge, words that were recognised as they were said decide, and so does
    the carrier's last word before the value, or its first after it, beside them; where they do
    not help, a word is left out.

    Args:
        heard: What was recognised.
        said: The customer's words, with times in the recording of `heard`.
    """
    places = [at for at, (_, is_value, *_) in enumerate(said) if is_value]
    if not places:
        return [], []
    first, last = places[0], places[-1]
    start_s = said[first][2] - (0 if first else PAUSE_BEFORE_S)
    end_s = said[last][3] + (PAUSE_AFTER_S if last == len(said) - 1 else 0)
    inside, unsure = [], []
    for number, turn in enumerate(heard.turns):
        known = _verbatim(turn.words, said)
        for at, word in enumerate(turn.words):
            middle_s = (word.start_s + word.end_s) / 2
            depth_s = min(middle_s - start_s, end_s - middle_s)
            beside_carrier = known.get(at - 1) == first - 1 or known.get(at + 1) == last + 1
            if at in known and abs(depth_s) <= 2 * EDGE_S:
                is_value = said[known[at]][1]
            elif abs(depth_s) <= EDGE_S and not beside_carrier:
                unsure.append((number, at))
                continue
            else:
                is_value = depth_s > -EDGE_S
            if is_value:
                inside.append((number, at))
    return inside, unsure


def _verbatim(heard: Sequence[Word], said: Sequence[SpokenWord]) -> dict[int, int]:
    """Of each word that was recognised as it was said, the place in what was said."""
    written = [_MARKS.sub("", word.text).lower() for word in heard]
    spoken = [_MARKS.sub("", text).lower() for text, *_ in said]
    blocks = SequenceMatcher(None, written, spoken, autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}
