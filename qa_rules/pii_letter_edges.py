"""Letters at the edges of a code that were heard as other words.

Nobody hears letters well: "equis" comes back as "el", "i griega" as "sí, griega". Where a code that
was asked for lacks the letters it begins or ends with, the few words there are masked with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_rules.pii_reading import SENTENCE_END

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from qa_rules.pii_candidates import Candidate
    from qa_rules.pii_reading import Reading
    from qa_rules.pii_rules import PiiRule

MAX_LETTER_WORDS = 3


class LetterEdges:
    """Finds the words that stand for a code's first or last letters.

    Args:
        reading: The side's words.
        rules: The detectors by id.
        explainers: Words between a letter and the word that explains it ("for", "come").
    """

    def __init__(
        self, reading: Reading, rules: Mapping[str, PiiRule], explainers: Collection[str]
    ) -> None:
        self._reading = reading
        self._words = reading.stream.words
        self._rules = rules
        self._explainers = explainers

    def start(self, one: Candidate, taken: Collection[int]) -> int:
        """Where a code begins that should begin with letters and does not."""
        shape = self._rules[one.type].shape
        start = one.first
        if not (shape and shape.begins_with_letter and one.asked and one.text[0].isdecimal()):
            return start
        while (
            one.first - start < MAX_LETTER_WORDS
            and self._reading.is_free(start - 1, taken)
            and self._reading.same_turn(start - 1, one.first)
            and not self._words[start - 1].text.endswith(SENTENCE_END)
        ):
            start -= 1
        return start

    def end(self, one: Candidate, taken: Collection[int]) -> int:
        """Where a code ends that should end with a letter, if the sentence ends there too."""
        shape = self._rules[one.type].shape
        end = one.last
        if not (shape and shape.ends_with_letter and one.asked) or (
            one.text[-1].isupper() and not self._is_explained(one)
        ):
            return end
        while end - one.last < MAX_LETTER_WORDS and self._reading.is_free(end, taken):
            if not self._reading.same_turn(end, one.last - 1):
                break
            end += 1
            ends_sentence = self._words[end - 1].text.endswith(SENTENCE_END)
            if ends_sentence or self._reading.ends_turn(end - 1):
                return end
        return one.last

    def _is_explained(self, one: Candidate) -> bool:
        """Whether the word after a code explains its last letter."""
        following = self._reading.folded[one.last : one.last + 1]
        return bool(following) and following[0] in self._explainers
