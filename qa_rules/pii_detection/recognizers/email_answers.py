"""The whole of a dictated e-mail address: what was spelled and explained before the at sign.

The words of "b for Bravo, then torres, all one word, at" do not show where the address begins. If
it was asked for or announced, it begins where the answer does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from models.language.spoken.symbols import SymbolKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from qa_rules.pii_detection.context.word_view import WordView
    from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

MAX_DICTATED_WORDS = 24
"""An address spelled with a word for each of eight letters has as many."""
MIN_SPELLED_AGAIN = 3
"""Letters after an address that spell a part of it again; fewer are words."""


class AnswerOpenings(NamedTuple):
    """What separates an address from the words around it.

    Attributes:
        openers: Words that an answer may begin with ("yes", "um").
        copulas: Words right after which the address begins ("it's").
    """

    openers: Collection[str]
    copulas: Collection[str]


class EmailAnswers:
    """Completes the addresses of one side.

    Args:
        reading: The side's words; barred are those that name an e-mail address, and masks.
        borders: Words that turns begin with, where no answer goes on over them.
        is_asked: Whether the other side asks for an address before a word.
        answer_words: Of the language.
    """

    def __init__(
        self,
        reading: WordView,
        borders: Collection[int],
        is_asked: Callable[[int], bool],
        answer_words: AnswerOpenings,
    ) -> None:
        self._reading = reading
        self._borders = borders
        self._is_asked = is_asked
        self._words = answer_words

    def whole(self, found: Iterable[Candidate]) -> Iterator[Candidate]:
        """Addresses, in order, completed by what else of them was dictated."""
        done = 0
        for one in found:
            first = min(one.first, self._start(one, done))
            yield one._replace(first=first)
            spelled, done = self._spelled_again(one.last)
            if spelled < done:
                text = " ".join(self._reading.folded[spelled:done])
                yield one._replace(first=spelled, last=done, text=text)

    def _start(self, found: Candidate, after: int) -> int:
        start = found.first
        while start > after and found.first - start <= MAX_DICTATED_WORDS:
            if start in self._borders or start - 1 in self._reading.barred or self._ends(start - 1):
                break
            start -= 1
        announced = start - 1 in self._reading.barred
        is_asked = found.asked or self._is_asked(start)
        if not (is_asked or announced) or found.first - start > MAX_DICTATED_WORDS:
            return found.first
        copulas = [
            word
            for word in range(start, found.first)
            if self._reading.folded[word] in self._words.copulas
        ]
        start = copulas[-1] + 1 if copulas else start
        while start < found.first and self._is_opener(start):
            start += 1
        return start

    def _is_opener(self, word: int) -> bool:
        """Whether an answer begins with a word, and not a letter with its explanation."""
        symbol = self._reading.symbol_at.get(word)
        is_explained = symbol is not None and symbol.last - symbol.first > 1
        return self._reading.folded[word] in self._words.openers and not is_explained

    def _ends(self, word: int) -> bool:
        """Whether a sentence ends there; recognisers write a full stop after a letter, too."""
        return self._reading.ends(word, at_comma=False) and not self._reading.is_spelled(word)

    def _spelled_again(self, last: int) -> tuple[int, int]:
        """The letters that spell it again, if any do: "at icloud dot com, that's o w e n"."""
        first = last
        while first < len(self._reading.folded) and self._reading.folded[first] in (
            self._words.openers
        ):
            first += 1
        end = first
        while end < len(self._reading.folded) and self._is_letter(end):
            end += 1
        return (first, end) if end - first >= MIN_SPELLED_AGAIN else (last, last)

    def _is_letter(self, word: int) -> bool:
        symbol = self._reading.symbol_at.get(word)
        return symbol is not None and symbol.kind is SymbolKind.LETTERS
