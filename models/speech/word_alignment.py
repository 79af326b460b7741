"""The pieces that Whisper aligns become the words that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from faster_whisper.transcribe import merge_punctuations

from models.transcript import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEADING, _TRAILING = "\"'“¿¡([{-", "\"'.,!?:;”)]}…"  # punctuation belongs to a word
# Where these end a piece, what follows is a word of its own even without a space.
_PARTING = ("...", "…", "—", "--", "?", "!")


def as_words(
    pieces: list[dict[str, Any]], joins_s: Sequence[float] = (), *, is_spaced: bool
) -> list[Word]:
    """Put the aligned pieces of a window together to words.

    Pieces end at every mark inside a word, as in l|'energia, 4|-0|-1 or 0|.6; a space tells
    where the next word begins. What is dictated with pauses may be written as one number: it is
    several words, or else no more than one of them would have the right time.

    Args:
        pieces: As faster-whisper aligns them; changed on the way.
        joins_s: Where the window leaves out a pause of the speaker.
        is_spaced: Whether the language puts spaces between words.
    """
    merge_punctuations(pieces, _LEADING, _TRAILING)
    words: list[list[dict[str, Any]]] = []
    for piece in pieces:
        if not piece["word"].strip():
            continue
        before = words[-1][-1] if words else None
        if not (before and is_spaced and _belongs_to(before["word"], piece["word"])):
            words.append([piece])
        elif _is_parted(before, piece, joins_s):
            words.append([piece | {"word": piece["word"].lstrip("-") or piece["word"]}])
        else:
            words[-1].append(piece)
    return [_joined(word) for word in words]


def _belongs_to(before: str, piece: str) -> bool:
    return not piece[0].isspace() and not before.endswith((*_PARTING, " "))


def _is_parted(before: dict[str, Any], piece: dict[str, Any], joins_s: Sequence[float]) -> bool:
    """Whether the speaker paused between two pieces of a number."""
    middle_s, next_s = ((one["start"] + one["end"]) / 2 for one in (before, piece))
    return any(middle_s < join_s <= next_s for join_s in joins_s) and any(
        map(str.isdecimal, before["word"] + piece["word"])
    )


def _joined(pieces: list[dict[str, Any]]) -> Word:
    """One word, as sure as its tokens are on average."""
    token_counts = [len(piece["tokens"]) for piece in pieces]
    confidences = [float(piece["probability"]) for piece in pieces]
    return Word(
        text="".join(piece["word"] for piece in pieces).strip(),
        start_s=float(pieces[0]["start"]),
        end_s=float(pieces[-1]["end"]),
        confidence=float(np.average(confidences, weights=token_counts)),
    )
