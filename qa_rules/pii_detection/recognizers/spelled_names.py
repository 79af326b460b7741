"""Names that are spelled, after the name or in answer to "could you spell that?"."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.recognizers.names_and_passwords import (
    ANSWER_S,
    MIN_NAME_LETTERS,
    PERSON_NAME,
    UNSURE_SCORE,
    WHOLE_SCORE,
)
from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.language.spoken.symbols import Symbol
    from qa_rules.pii_detection.context.cues import Cue
    from qa_rules.pii_detection.context.word_view import WordView

MIN_LETTERS = 2
"""One letter alone is a word, or an initial."""


def spelled_names(
    reading: WordView, names: Sequence[Candidate], questions: Sequence[Cue]
) -> Iterator[Candidate]:
    """Letters that spell a name, as far as no name has them yet.

    Args:
        reading: A side's words; what other types hold is barred.
        names: The names that it said.
        questions: Where the other side asks to spell something.
    """
    words = {word for name in names for word in name.text.split()}
    for run in _runs(reading):
        free = _free(run, names)
        if not free:
            continue
        first, last = free[-1].first, run[-1].last
        spelled = "".join(symbol.text for symbol in run).casefold()
        said_s = reading.stream.words[first].start_s
        is_known = spelled in words or any(
            (len(spelled) >= MIN_NAME_LETTERS and word.startswith(spelled[:MIN_NAME_LETTERS]))
            # "Xiomara, with an X: X, I, O, …" spells one letter before the name.
            or (len(word) >= MIN_NAME_LETTERS and word in spelled)
            for word in words
        )
        is_asked = len(spelled) >= MIN_NAME_LETTERS and any(
            0 <= said_s - question.end_s <= ANSWER_S for question in questions
        )
        if is_known or is_asked:
            yield Candidate(
                type=PERSON_NAME,
                first=first,
                last=last,
                score=WHOLE_SCORE if is_known else UNSURE_SCORE,
                checksum_valid=None,
                asked=is_asked,
                text=spelled,
                why="letters that spell a name",
            )


def _free(run: Sequence[Symbol], names: Sequence[Candidate]) -> list[Symbol]:
    """The letters at the end of a run that no name has yet, from the last one on.

    The first letter of an answer may have been taken for the name ("Pi come Palermo"); the word
    that explains a letter is none ("O for Oscar").
    """
    inside = {word for one in run for word in range(one.first + 1, one.last)}
    ranges = [range(name.first, name.last) for name in names]
    held = {word for words in ranges if not inside.issuperset(words) for word in words}
    return list(takewhile(lambda one: held.isdisjoint(range(one.first, one.last)), run[::-1]))


def _runs(reading: WordView) -> Iterator[list[Symbol]]:
    """Letters side by side in a turn, with the words that explain them ("S as in Sierra")."""
    run: list[Symbol] = []
    word = 0
    while word < len(reading.folded):
        symbol = reading.symbol_at.get(word)
        # Letters' names that are also words ("te", "ese") count among those that are not.
        is_letter = (
            symbol is not None and symbol.kind is SymbolKind.LETTERS and word not in reading.barred
        )
        goes_on = bool(run) and reading.same_turn(word, run[-1].first)
        if run and not (is_letter and goes_on):
            yield from _spelling(reading, run)
            run = []
        if is_letter and symbol is not None:
            run.append(symbol)
            word = max(symbol.last, word + 1)
        else:
            word += 1
    yield from _spelling(reading, run)


def _spelling(reading: WordView, run: list[Symbol]) -> Iterator[list[Symbol]]:
    """The run, if it has enough letters that are no words; at its edges a pause tells words."""
    sure = [at for at, symbol in enumerate(run) if reading.is_spelled(symbol.first)]
    if _length([run[at] for at in sure]) < MIN_LETTERS:
        return
    first, last = sure[0], sure[-1] + 1
    while first > 0 and reading.ends(run[first - 1].last - 1):
        first -= 1
    while last < len(run) and reading.ends(run[last - 1].last - 1):
        last += 1
    yield run[first:last]


def _length(run: Sequence[Symbol]) -> int:
    return sum(len(symbol.text) for symbol in run)
