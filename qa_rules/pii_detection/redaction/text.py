"""Redaction of transcripts: every PII span becomes one word that names its type."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from models.transcript import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.transcript import Transcript, Turn
    from qa_rules.results import PiiSpan


def redact(transcript: Transcript, spans: Sequence[PiiSpan]) -> Transcript:
    """Replace each span by one word such as `[card_number]`, with the span's start and end.

    All spans are masked, including those that are not reported. Other words are unchanged;
    detecting and masking again changes nothing.

    Args:
        transcript: The unredacted transcript.
        spans: Spans of this transcript.
    """
    by_turn: dict[int, list[PiiSpan]] = defaultdict(list)
    for span in spans:
        by_turn[span.turn].append(span)
    turns = tuple(
        _masked(turn, by_turn[index]) if index in by_turn else turn
        for index, turn in enumerate(transcript.turns)
    )
    return replace(transcript, turns=turns)


def _masked(turn: Turn, spans: list[PiiSpan]) -> Turn:
    words: list[Word] = []
    done = 0
    for span in sorted(spans, key=lambda span: (span.first, span.last)):
        words += turn.words[done : span.first]
        if span.last > done:
            first = max(span.first, done)
            start_s, end_s = turn.words[first].start_s, turn.words[span.last - 1].end_s
            words.append(Word(f"[{span.type}]", start_s, end_s, span.confidence))
            done = span.last
    words += turn.words[done:]
    return replace(turn, words=tuple(words))
