"""Verification of redacted copies: personal data that is still audible."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.recognizers.unclear_answers import UNSURE_ANSWER

if TYPE_CHECKING:
    from models.transcript import KeyedDigits, Transcript
    from qa_rules.pii_detection.types.catalogue import PiiRules
    from qa_rules.results import PiiSpan

IN_WORDS = ("words", "address", "phrases")
"""Spotters of values in ordinary words."""


class Proof(NamedTuple):
    """Personal data found in a redacted copy.

    Attributes:
        numbers: Numbers, codes, dates and e-mail addresses. A copy without any passes.
        words: Names, addresses and passwords in ordinary words, and answers of low confidence.
            Recognition produces such words from partly muted syllables, so they need to be
            checked by a person.
        keyed_digits: Digits keyed on a telephone, whose tones can be decoded. A copy without any
            passes.
    """

    numbers: tuple[PiiSpan, ...]
    words: tuple[PiiSpan, ...]
    keyed_digits: tuple[KeyedDigits, ...]

    @property
    def passes(self) -> bool:
        """Whether the copy discloses no number, neither spoken nor by its tones."""
        return not self.numbers and not self.keyed_digits


def left_over(heard: Transcript, rules: PiiRules) -> Proof:
    """Find personal data in the transcript of a redacted copy.

    Args:
        heard: Transcript of the copy.
        rules: The detectors.
    """
    spans = find_pii(heard, rules)
    in_words = {rule.id for rule in rules.by_id.values() if rule.spotter in IN_WORDS}
    words = tuple(span for span in spans if span.type in in_words or span.why == UNSURE_ANSWER)
    numbers = tuple(span for span in spans if span not in words)
    return Proof(numbers=numbers, words=words, keyed_digits=heard.keyed_digits)
