"""Phrases that by themselves disclose something about a person, such as their health.

A term ("epilepsy", "dialysis") is masked with the words that join it to a person ("has", "is on")
and with the rest of its clause if that is short. A weak term ("sick") counts only right after such
words, and none counts inside of an idiom ("sick of").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.spoken.language import fold
from qa_rules.pii_detection.evidence.weights import weights
from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from qa_rules.pii_detection.context.word_view import WordView
    from qa_rules.pii_detection.types.pii_type import Cues, PiiRule

SCORE = weights().recognizers.phrase
MAX_WORDS_AFTER_OPENER = 2
"""This many words may stand between the opener and its term: "has really bad asthma"."""
MAX_JOINED_GAP = 2
"""Two phrases with at most this many words between them are one: "has asthma and takes insulin"."""
ANY_ENDING = "-"


class _Phrases:
    """Phrases by their first word; a word that ends with a hyphen stands for all its endings."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._whole: dict[str, list[tuple[str, ...]]] = {}
        self._open: list[tuple[str, ...]] = []
        for phrase in phrases:
            words = tuple(fold(phrase).split())
            if words[0].endswith(ANY_ENDING):
                self._open.append(words)
            else:
                self._whole.setdefault(words[0], []).append(words)
        self._starts = tuple(words[0].rstrip(ANY_ENDING) for words in self._open)

    def end(self, folded: Sequence[str], word: int) -> int:
        """Index after the longest phrase that begins with a word; `word` itself if none does."""
        known = self._whole.get(folded[word], ())
        if self._starts and folded[word].startswith(self._starts):
            known = [*known, *self._open]
        ends = [
            word + len(phrase)
            for phrase in known
            if word + len(phrase) <= len(folded)
            and all(map(_is_word, phrase, folded[word : word + len(phrase)]))
        ]
        return max(ends, default=word)


def _is_word(wanted: str, heard: str) -> bool:
    if wanted.endswith(ANY_ENDING):
        return heard.startswith(wanted[:-1])
    return heard == wanted


class PhraseRecognizer:
    """Finds the phrases of one type in one language.

    Args:
        rule: The type.
        cues: Its terms, weak terms, linkers, stops and idioms.
    """

    def __init__(self, rule: PiiRule, cues: Cues) -> None:
        self._type = rule.id
        self._max_rest = rule.max_words
        self._terms = _Phrases(cues.terms)
        self._weak = _Phrases(cues.weak_terms)
        self._linkers = _Phrases(cues.linkers)
        self._idioms = _Phrases(cues.idioms)
        self._stops = frozenset(map(fold, cues.stops))

    def candidates(self, reading: WordView) -> Iterator[Candidate]:
        """Phrases in order, without overlap.

        Args:
            reading: One side's words; barred are masks and the values that were found.
        """
        joined: list[list[int]] = []
        for first, last in self._spans(reading):
            if joined and self._belongs(reading, joined[-1][1], first):
                joined[-1][1] = max(joined[-1][1], last)
            else:
                joined.append([first, last])
        for first, last in joined:
            yield Candidate(
                type=self._type,
                first=first,
                last=last,
                score=SCORE,
                checksum_valid=None,
                asked=False,
                text=" ".join(reading.folded[first:last]),
                why="a phrase that says it",
            )

    def _belongs(self, reading: WordView, last: int, first: int) -> bool:
        gap = range(last, first)
        return (
            len(gap) <= MAX_JOINED_GAP
            and reading.same_turn(last - 1, max(first, last - 1))
            and reading.barred.isdisjoint(gap)
        )

    def _spans(self, reading: WordView) -> Iterator[tuple[int, int]]:
        folded, idiom_end = reading.folded, 0
        for word in range(len(folded)):
            idiom_end = max(idiom_end, self._idiom_end(folded, word))
            if word in reading.barred:
                continue
            end, is_weak = self._terms.end(folded, word), False
            if end == word:
                end, is_weak = self._weak.end(folded, word), True
            if end == word or self._is_idiom(folded, word, end, idiom_end):
                continue
            start = self._opener(reading, word)
            if start < word or not is_weak:
                yield start, self._rest(reading, end)

    def _idiom_end(self, folded: Sequence[str], word: int) -> int:
        end = self._idioms.end(folded, word)
        return end if end > word else 0

    def _is_idiom(self, folded: Sequence[str], word: int, end: int, idiom_end: int) -> bool:
        inside = any(self._idioms.end(folded, at) > at for at in range(word + 1, end))
        return idiom_end > word or inside

    def _opener(self, reading: WordView, term: int) -> int:
        """Where the words that join the term to a person begin; the term itself if none do."""
        start, reached = term, term
        for word in range(term - 1, -1, -1):
            if reading.ends(word) or not reading.is_free(word, ()):
                break
            if not reading.same_turn(word, term) or reached - word > MAX_WORDS_AFTER_OPENER + 1:
                break
            if self._linkers.end(reading.folded, word) > word:
                start = reached = word
            elif self._is_stop(reading, word):
                break
        return start

    def _rest(self, reading: WordView, end: int) -> int:
        """Where the clause ends that the term stands in, if it ends soon."""
        for last in range(end, min(end + self._max_rest, len(reading.folded)) + 1):
            is_end = reading.ends(last - 1) or reading.ends_turn(last - 1)
            if is_end or self._is_stop(reading, last):
                return last
        return end

    def _is_stop(self, reading: WordView, word: int) -> bool:
        return reading.folded[word] in self._stops or not reading.is_free(word, ())


def phrases_of(
    recognizers: Sequence[PhraseRecognizer], reading: WordView, taken: Collection[int]
) -> Iterator[Candidate]:
    """What the recognizers of all such types find outside of other values."""
    done = set(taken)
    for recognizer in recognizers:
        for one in recognizer.candidates(reading):
            words = range(one.first, one.last)
            if done.isdisjoint(words):
                done.update(words)
                yield one
