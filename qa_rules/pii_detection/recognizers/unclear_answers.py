"""Values that were recognised as a few meaningless words, after a question or an announcement.

Where a value was asked for or announced and none was found, such words are masked as a precaution,
and not reported.
"""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING

from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.context.dialogue import LATE_S
from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from qa_rules.pii_detection.context.cues import Cue
    from qa_rules.pii_detection.context.word_view import WordView

ANSWER_S = 6.0
"""Longest delay of an answer, in seconds."""
MAX_ANSWER_WORDS = 12
"""Longer answers are sentences."""
UNSURE_ANSWER = "an answer that recognition was unsure of"
UNCLEAR_ANNOUNCEMENT = "words that follow the name of a type"
UNSURE = 0.55
"""Mean confidence of an answer; clear speech has more than 0.7."""


MAX_WORDS_TO_NAME = 3
"""Words from a value to the name after it: "that's his"."""
DATED = frozenset({SymbolKind.MONTH, SymbolKind.ORDINAL})
CHARACTERS = frozenset({SymbolKind.DIGITS, SymbolKind.DATE, SymbolKind.QUANTITY})
"""Figures, also those that were written as a time ("12:34") though an identity number was said."""


def unsure_answers(
    reading: WordView, questions: Sequence[Cue], types: Collection[str]
) -> Iterator[Candidate]:
    """Answers in order; one with barred words does not count.

    Args:
        reading: The side's words; barred are the values that were found.
        questions: What the other side asks for.
        types: Those whose answers consist of characters.
    """
    words, places = reading.stream.words, reading.stream.places
    done = 0
    for question in sorted(questions, key=attrgetter("end_s")):
        first = bisect_left(words, question.end_s - LATE_S, key=attrgetter("start_s"))
        if (
            first == len(words)
            or first < done
            or not (question.is_name and question.type in types)
            or words[first].start_s - question.end_s > ANSWER_S
        ):
            continue
        done = first + 1
        while done < len(words) and places[done].turn == places[first].turn:
            done += 1
        if _is_unsure(reading, range(first, done)):
            yield _candidate(question.type, range(first, done), UNSURE_ANSWER, asked=True)


def unclear_announcements(
    reading: WordView, cues: Sequence[Cue], types: Collection[str], before_values: Collection[str]
) -> Iterator[Candidate]:
    """What follows the name of a type to the end of the clause, if it seems to be the value.

    It does if recognition was unsure of it, or if figures are in it that are no quantity: "the
    plate is ellas seven for".

    Args:
        reading: The side's words; barred are the values that were found, and names of types.
        cues: Where this side names a type.
        types: Those whose values consist of characters.
        before_values: Words between the name and the value ("is", "the").
    """
    done = 0
    for cue in cues:
        if not (cue.is_name and cue.type in types) or cue.last < done:
            continue
        if _follows_value(reading, cue):
            continue
        first = cue.last
        while reading.is_free(first, ()) and reading.folded[first] in before_values:
            first += 1
        is_joined = first > cue.last or _is_figure(reading, first)
        if (
            not is_joined
            or not reading.is_free(first, ())
            or not reading.same_turn(cue.first, first)
        ):
            continue
        done = _clause_end(reading, first)
        if done < len(reading.folded) and done in reading.barred:
            continue  # a value was found
        clause = range(first, done)
        is_short = len(clause) <= MAX_ANSWER_WORDS
        if _is_unsure(reading, clause) or (is_short and _has_figures(reading, clause)):
            yield _candidate(cue.type, clause, UNCLEAR_ANNOUNCEMENT, asked=False)


def _follows_value(reading: WordView, cue: Cue) -> bool:
    """Whether a name stands after its value: "the twelfth of May, that's his date of birth"."""
    for word in range(max(0, cue.first - MAX_WORDS_TO_NAME), cue.first):
        symbol = reading.symbol_at.get(word)
        is_value = word in reading.barred and symbol and symbol.kind in CHARACTERS | DATED
        if is_value and reading.same_turn(word, cue.first):
            return True
    return False


def _clause_end(reading: WordView, first: int) -> int:
    last = first + 1
    while (
        reading.is_free(last, ())
        and reading.same_turn(first, last)
        and not reading.ends(last - 1, at_comma=False)
    ):
        last += 1
    return last


def _is_unsure(reading: WordView, words: range) -> bool:
    """Whether recognition was unsure of a few words in which nothing was found."""
    confidence = sum(reading.stream.words[word].confidence for word in words) / len(words)
    is_short = len(words) <= MAX_ANSWER_WORDS
    return is_short and confidence < UNSURE and reading.barred.isdisjoint(words)


def _has_figures(reading: WordView, words: range) -> bool:
    return any(_is_figure(reading, word) for word in words)


def _is_figure(reading: WordView, word: int) -> bool:
    """Whether figures stand there that count nothing."""
    symbol = reading.symbol_at.get(word)
    if not symbol or symbol.kind not in CHARACTERS or not symbol.text:
        return False
    after = reading.symbol_at.get(symbol.last)
    return not (after and after.kind is SymbolKind.UNIT)


def _candidate(type_: str, words: range, why: str, *, asked: bool) -> Candidate:
    return Candidate(
        type=type_,
        first=words.start,
        last=words.stop,
        score=0.0,
        checksum_valid=None,
        asked=asked,
        text="",
        why=why,
    )
