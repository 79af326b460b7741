"""Redaction of transcripts: every PII span becomes one word that names its type."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from models.transcript import Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


def masked_before(
    again: Transcript,
    found: Sequence[PiiSpan],
    first: Transcript,
    spans: Sequence[PiiSpan],
) -> Iterator[PiiSpan]:
    """Find words of a second recognition where only the first one recognised PII.

    Args:
        again: The second recognition.
        found: Its spans.
        first: The first recognition.
        spans: Its spans.

    Yields:
        Spans of the second recognition to be masked as a precaution, and not reported.
    """
    masked = {(span.turn, word) for span in found for word in range(span.first, span.last)}
    for span in spans:
        channel = first.turns[span.turn].channel
        for number, turn in enumerate(again.turns):
            if turn.channel != channel or turn.start_s >= span.end_s or turn.end_s <= span.start_s:
                continue
            for at, word in enumerate(turn.words):
                is_there = word.start_s < span.end_s and span.start_s < word.end_s
                if is_there and (number, at) not in masked:
                    masked.add((number, at))
                    yield replace(
                        span,
                        turn=number,
                        first=at,
                        last=at + 1,
                        start_s=word.start_s,
                        end_s=word.end_s,
                        checksum_valid=None,
                        confidence=0.0,
                        reported=False,
                        why="masked in another recognition",
                    )


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
