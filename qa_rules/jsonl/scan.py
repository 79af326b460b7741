"""The PII detector alone, on one JSON line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qa_rules.jsonl.transcripts import LineCall, read_line, transcript_of
from qa_rules.pii_detection.detector import find_pii

if TYPE_CHECKING:
    from qa_rules.pii_detection.types.catalogue import PiiRules


def scan_line(
    text: str, place: str, rules: PiiRules, *, is_explained: bool = False
) -> list[dict[str, Any]]:
    """Find PII in one line of JSON (see `transcript_lines`).

    Returns:
        For each span its type, first and last word (exclusive), act, confidence, whether it is
        reported, and for a transcript the turn, as an index into the turns of the line; with
        explanations also the evidence: shape, checksum and context, never the value.

    Raises:
        TranscriptLineError: The line is invalid.
    """
    line = read_line(text, place)
    turn_numbers = line.turn_numbers if isinstance(line, LineCall) else None
    rows = []
    for span in find_pii(transcript_of(line), rules):
        row: dict[str, Any] = {} if turn_numbers is None else {"turn": turn_numbers[span.turn]}
        row |= {"type": span.type, "first": span.first, "last": span.last, "act": str(span.act)}
        row |= {"confidence": span.confidence, "reported": span.reported}
        row |= {"why": span.why} if is_explained else {}
        rows.append(row)
    return rows
