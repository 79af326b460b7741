"""What personal data can still be heard in a redacted copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.recognizers.unclear_answers import UNSURE_ANSWER

if TYPE_CHECKING:
    from models.transcript import Transcript
    from qa_rules.pii_detection.types.catalogue import PiiRules
    from qa_rules.results import PiiSpan


class Proof(NamedTuple):
    """What was found in a copy that should hold nothing personal.

    Attributes:
        numbers: Numbers, codes, dates and e-mail addresses: what a thief can use. A copy without
            any is proven.
        words: Names, addresses and passwords in ordinary words, and answers that recognition was
            unsure of. It hears such words in half-muted syllables, so they are told for a human
            ear and prove nothing.
    """

    numbers: tuple[PiiSpan, ...]
    words: tuple[PiiSpan, ...]


def left_over(heard: Transcript, rules: PiiRules) -> Proof:
    """Look for personal data in a copy as it was heard by a stranger.

    Args:
        heard: The copy's transcript.
        rules: The detectors.
    """
    spans = find_pii(heard, rules)
    in_words = {rule.id for rule in rules.by_id.values() if rule.spotter in ("words", "address")}
    words = tuple(span for span in spans if span.type in in_words or span.why == UNSURE_ANSWER)
    return Proof(numbers=tuple(span for span in spans if span not in words), words=words)
