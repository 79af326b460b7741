"""Answers to questions for a secret: whole, whatever words they consist of.

A password may be any words ("over the rainbow"), so in an answer a clause is taken whole, where an
announcement goes no further than to the first word that goes on with a sentence.
"""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.context.cues import CueKind
from qa_rules.pii_detection.context.word_view import is_among

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from qa_rules.pii_detection.context.cues import Cue
    from qa_rules.pii_detection.context.word_view import WordView

ANSWER_S = 20.0
"""Longest delay of an answer, in seconds: people look a password up."""
MAX_QUIET_WORDS = 3
"""After a question that only names a secret ("have you tried another password?"), more words than
these are a sentence; "Saint Oswald's Primary" is as long as the answers to such questions get."""


class AnswerWords(NamedTuple):
    """What separates a value from the words around it.

    Attributes:
        stops: Words that no value begins with.
        openers: Words that an answer may begin with ("yes", "it's", "um").
        articles: Those that a value may begin with if another word follows.
        most: Longest value, in words.
    """

    stops: Collection[str]
    openers: Collection[str]
    articles: Collection[str]
    most: int


def secret_answers(
    reading: WordView, questions: Sequence[Cue], answer_words: AnswerWords
) -> Iterator[tuple[int, int, bool]]:
    """The value in the first words after each question, and whether it is certain.

    Args:
        reading: The words of the side that answers.
        questions: The other side's questions for one type.
        answer_words: Of that type.
    """
    words = reading.stream.words
    for question in questions:
        first = bisect_left(words, question.end_s, key=attrgetter("start_s"))
        while first < len(words) and reading.folded[first] in answer_words.openers:
            first += 1
        if first == len(words) or words[first].start_s - question.end_s > ANSWER_S:
            continue
        if first in reading.barred:
            continue
        if not any(begins(reading, first, answer_words) for begins in (_may_begin, _is_dictated)):
            continue
        is_asked = question.kind is CueKind.REQUEST
        last = _clause_end(reading, first, at_comma=False)
        most = answer_words.most if is_asked else MAX_QUIET_WORDS
        if _ordinary(reading, first, last) > most:
            last = _clause_end(reading, first, at_comma=True)
        if _ordinary(reading, first, last) <= most:
            yield first, last, is_asked and not _refuses(reading, first, last, answer_words)


def _refuses(reading: WordView, first: int, last: int, answer_words: AnswerWords) -> bool:
    """Whether a clause holds a verb such as "couldn't", which few secrets do and many refusals."""
    return any(
        "'" in reading.folded[word] and is_among(reading.folded[word], answer_words.stops)
        for word in range(first, last)
    )


def _may_begin(reading: WordView, first: int, answer_words: AnswerWords) -> bool:
    """Whether a word, or the one after an article, begins no sentence."""
    if reading.folded[first] in answer_words.articles and not reading.ends_turn(first):
        first += 1
    return reading.folded[first] not in answer_words.stops


def _is_dictated(reading: WordView, first: int, answer_words: AnswerWords) -> bool:
    """Whether the clause is characters with a joiner between each two ("ti e a")."""
    words = range(first, _clause_end(reading, first, at_comma=False))
    return (
        len(words) > 1
        and len(words) % 2 == 1
        and all(_is_character(reading, word) for word in words[::2])
        and all(reading.folded[word] in answer_words.openers for word in words[1::2])
    )


def _is_character(reading: WordView, word: int) -> bool:
    symbol = reading.symbol_at.get(word)
    return symbol is not None and symbol.kind in (SymbolKind.LETTERS, SymbolKind.DIGITS)


def _ordinary(reading: WordView, first: int, last: int) -> int:
    """How many words are not dictated characters."""
    return sum(word not in reading.symbol_at for word in range(first, last))


def dictated_end(reading: WordView, last: int, openers: Collection[str]) -> int:
    """Index after the letters and figures that go on with a value ("Marigold, capital M, 55")."""
    end = last
    while end < len(reading.folded) and end not in reading.barred:
        symbol = reading.symbol_at.get(end)
        if symbol and symbol.certain and _is_character(reading, end):
            last = end + 1
        elif reading.folded[end] not in openers:
            break
        end += 1
    return last


def _clause_end(reading: WordView, first: int, *, at_comma: bool) -> int:
    """Index after the last word of the clause; a value that was found already ends it, too."""
    last = first + 1
    while (
        last < len(reading.folded)
        and last not in reading.barred
        and reading.same_turn(first, last)
        and not reading.ends(last - 1, at_comma=at_comma)
    ):
        last += 1
    return last
