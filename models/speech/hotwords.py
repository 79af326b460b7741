"""Names that a centre expects, and what a prompt of them may change in a window's text.

A prompt of names biases the whole window: on the bundled night it spelled the company right and
lost most of a dictated IBAN. So windows are decoded without it; one whose text comes close to a
name is decoded again with the prompt, and that text is taken only if nothing but names differs.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_NEAR_RATIO = 0.6
"""Letters that a misheard name shares with the name, of those of both: "Luminate" 0.93."""
_SPLIT_WORDS = 2  # a misheard name may have so many words more or fewer than the name


class Hotwords:
    """The names that a centre expects.

    Args:
        names: Company, products, agents; each of one or more words.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.prompt = ", ".join(names)
        self._names = [words for words in map(_folded, names) if words]

    def is_near(self, text: str) -> bool:
        """Whether some words of the text nearly are a name, but are not."""
        words = _folded(text)
        return any(not _places(words, name) and _is_near(words, name) for name in self._names)

    def are_all_that_differs(self, plain: str, prompted: str) -> bool:
        """Whether the prompted text has names where the plain one has other words, else the same.

        Spelling in capitals, punctuation and the division into words do not count: a misheard name
        may have joined a word beside it ("Lumina tele, comparla" for "Lumina Telecom, parla").
        """
        before, after = _folded(plain), _folded(prompted)
        named = {place for name in self._names for place in _places(after, name)}
        changes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        return before != after and all(
            kind == "equal"
            or _differs_by_name("".join(before[old:old_end]), after, range(first, end), named)
            for kind, old, old_end, first, end in changes
        )


def _folded(text: str) -> list[str]:
    """Words in small letters, without what is neither letter nor digit."""
    words = ("".join(filter(str.isalnum, word)) for word in text.casefold().split())
    return [word for word in words if word]


def _places(words: Sequence[str], name: Sequence[str]) -> list[int]:
    """Every word that belongs to the name."""
    size = len(name)
    starts = [at for at in range(len(words) - size + 1) if list(words[at : at + size]) == name]
    return [at + word for at in starts for word in range(size)]


def _differs_by_name(
    letters: str, after: Sequence[str], changed: range, named: Collection[int]
) -> bool:
    """Whether letters are those of the changed words, but for names among them that are alike."""
    own = [at for at in changed if at in named]
    first, end = (own[0], own[-1] + 1) if own else (changed.stop, changed.stop)
    head = "".join(after[changed.start : first])
    tail = "".join(after[end : changed.stop])
    rest = letters.removeprefix(head).removesuffix(tail)
    if len(rest) != len(letters) - len(head) - len(tail):
        return False
    return _alike(rest, after[first:end]) if own else not rest


def _is_near(words: Sequence[str], name: Sequence[str]) -> bool:
    return any(_alike(run, name) for run in _runs(words, len(name)))


def _alike(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two runs of words have most letters in common, however they are divided."""
    letters = SequenceMatcher(None, "".join(some), "".join(others), autojunk=False)
    return letters.quick_ratio() >= _NEAR_RATIO and letters.ratio() >= _NEAR_RATIO


def _runs(words: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for length in range(max(size - _SPLIT_WORDS, 1), size + _SPLIT_WORDS + 1):
        for at in range(len(words) - length + 1):
            yield words[at : at + length]
