"""Words from the aligned pieces of Whisper's output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from faster_whisper.transcribe import merge_punctuations

from models.transcript import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEADING, _TRAILING = "\"'“¿¡([{-", "\"'.,!?:;”)]}…"  # punctuation that is attached to a word
# After these at the end of a piece, a new word begins even without a space.
_WORD_ENDS = ("...", "…", "—", "--", "?", "!")


def as_words(
    pieces: list[dict[str, Any]], joins_s: Sequence[float] = (), *, is_spaced: bool
) -> list[Word]:
    """Join the aligned pieces of a window to words.

    Pieces end at every mark inside a word, as in l|'energia, 4|-0|-1 or 0|.6; a space begins the
    next word. A number that was dictated with pauses may be written without spaces: it is split
    into several words, so that each has the right time.

    Args:
        pieces: Output of faster-whisper's alignment; modified in place.
        joins_s: Positions at which a pause of the speaker was removed from the window.
        is_spaced: Whether the language separates words by spaces.
    """
    merge_punctuations(pieces, _LEADING, _TRAILING)
    words: list[list[dict[str, Any]]] = []
    for piece in pieces:
        if not piece["word"].strip():
            continue
        before = words[-1][-1] if words else None
        if not (before and is_spaced and _belongs_to(before["word"], piece["word"])):
            words.append([piece])
        elif _is_split(before, piece, joins_s):
            words.append([piece | {"word": piece["word"].lstrip("-") or piece["word"]}])
        else:
            words[-1].append(piece)
    return [_joined(word) for word in words]


def _belongs_to(before: str, piece: str) -> bool:
    return not piece[0].isspace() and not before.endswith((*_WORD_ENDS, " "))


def _is_split(before: dict[str, Any], piece: dict[str, Any], joins_s: Sequence[float]) -> bool:
    """Whether the speaker paused between two pieces of a number."""
    middle_s, next_s = ((one["start"] + one["end"]) / 2 for one in (before, piece))
    return any(middle_s < join_s <= next_s for join_s in joins_s) and any(
        map(str.isdecimal, before["word"] + piece["word"])
    )


def _joined(pieces: list[dict[str, Any]]) -> Word:
    """One word, with the mean probability of its tokens as confidence."""
    token_counts = [len(piece["tokens"]) for piece in pieces]
    confidences = [float(piece["probability"]) for piece in pieces]
    return Word(
        text="".join(piece["word"] for piece in pieces).strip(),
        start_s=float(pieces[0]["start"]),
        end_s=float(pieces[-1]["end"]),
        confidence=float(np.average(confidences, weights=token_counts)),
    )
