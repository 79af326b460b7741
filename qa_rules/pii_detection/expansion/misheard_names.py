"""Names that recognition wrote in small letters, or as words that the language does not have.

A surname that recognition does not know is often written in small letters after a given name, and a
whole name in a side without capitals. Next to what announces a name, a word that is in no
dictionary of the language is taken for one. It is masked, and not reported by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.call import Role
from models.language.lemmas import readings
from qa_rules.pii_detection.context.cues import CueKind
from qa_rules.pii_detection.recognizers.named_entities import begins_sentence
from qa_rules.pii_detection.recognizers.names_and_passwords import PERSON_NAME, UNSURE_SCORE
from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from qa_rules.pii_detection.context.cues import Cue
    from qa_rules.pii_detection.context.word_view import WordView
    from qa_rules.pii_detection.recognizers.names_and_passwords import WordSpotter

MIN_LETTERS = 4
"""Shorter words that no dictionary has are abbreviations and sounds."""
MAX_WORDS = 2
"""Words of a name that are written in small letters."""
BEFORE_OWN_NAMES = frozenset(
    {CueKind.INTRODUCER, CueKind.OWN_INTRODUCER, CueKind.WEAK_INTRODUCER, CueKind.TITLE}
)
"""Cues by which customers name themselves."""


class MisheardNames:
    """Finds the words of names in small letters.

    Args:
        reading: The side's words; what other types hold is barred.
        spotter: Knows the words that are part of no name.
        code: The language, whose dictionary is read where a word may be a name.
    """

    def __init__(self, reading: WordView, spotter: WordSpotter, code: str) -> None:
        self._reading = reading
        self._stops = spotter.stops
        self._code = code

    def completed(self, names: Sequence[Candidate]) -> Iterator[Candidate]:
        """Names with what follows them, and in answers with what precedes them."""
        taken = {word for one in names for word in range(one.first, one.last)}
        for one in names:
            first, last = one.first, one.last
            if not self._reading.ends(last - 1):
                last = self._end(last, taken, is_answer=one.asked)
            while one.asked and self._goes_on(first - 1, first, taken):
                first -= 1
            text = " ".join(self._reading.folded[first:last])
            yield one._replace(first=first, last=last, text=text)

    def announced(self, cues: Iterable[Cue], names: Sequence[Candidate]) -> Iterator[Candidate]:
        """Names right after what announces them, outside of those that were found."""
        taken = {word for one in names for word in range(one.first, one.last)}
        is_agent = self._reading.stream.role is Role.AGENT
        for cue in cues:
            is_own = cue.kind in BEFORE_OWN_NAMES and not is_agent
            if cue.kind is CueKind.WEAK_INTRODUCER and not begins_sentence(
                self._reading, cue.first
            ):
                continue
            if not (is_own or cue.kind is CueKind.RELATION):
                continue
            if self._reading.ends(cue.last - 1, at_comma=False):
                continue
            last = self._end(cue.last, taken, is_answer=False)
            if last > cue.last:
                taken.update(range(cue.last, last))
                yield Candidate(
                    type=PERSON_NAME,
                    first=cue.last,
                    last=last,
                    score=UNSURE_SCORE,
                    checksum_valid=None,
                    asked=False,
                    text=" ".join(self._reading.folded[cue.last : last]),
                    why="words that are in no dictionary, announced",
                )

    def _end(self, first: int, taken: Collection[int], *, is_answer: bool) -> int:
        last = first
        while last - first < MAX_WORDS and self._goes_on(last, last - 1, taken):
            last += 1
            if self._reading.ends(last - 1):
                return last
        is_rest = is_answer and last == first and self._may_be_name(last, taken)
        if is_rest and self._reading.same_turn(last - 1, last) and self._reading.ends_turn(last):
            return last + 1  # the last word of an answer is the surname, whatever word it is
        return last

    def _goes_on(self, word: int, beside: int, taken: Collection[int]) -> bool:
        """Whether a word is part of the name beside it."""
        return (
            self._may_be_name(word, taken)
            and self._reading.same_turn(word, beside)
            and not self._reading.ends(min(word, beside))
            and not readings(self._reading.folded[word], self._code)
        )

    def _may_be_name(self, word: int, taken: Collection[int]) -> bool:
        if not self._reading.is_free(word, taken):
            return False
        folded = self._reading.folded[word]
        return (
            len(folded) >= MIN_LETTERS
            and folded.isalpha()
            and folded not in self._stops
            and word not in self._reading.symbol_at
        )
