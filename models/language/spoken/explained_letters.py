"""Letters that the speaker explains by a word: "N for November", "come Milano", "D, Dinamarca".

The letter's name, or the word that joins it to its explanation, may have been heard as something
else; together they are still one letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.spoken.language import fold
from models.language.spoken.symbols import SymbolKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from models.language.spoken.lexicon import NumberLexicon
    from models.language.spoken.symbols import Symbol

MAX_MISHEARD_LETTER = 3
"""Letters of a word that a spelled letter comes back as: "end", "ex", "are"."""
MAX_JOINED_LETTER = 2
"""The same where it came back as one word with what joins it: "pede", but not "puede"."""


def explained_letters(
    symbols: list[Symbol], folded: Sequence[str], lexicon: NumberLexicon, starts: Collection[int]
) -> list[Symbol]:
    """Take letters and the words that explain them as one symbol each.

    Args:
        symbols: Of all words, in order.
        folded: The bare words.
        lexicon: With the words that join a letter to its explanation, and the spelling alphabet.
        starts: Indexes of words with which somebody starts to speak.
    """
    symbols = _explained_alone(_explained(symbols, folded, lexicon), folded, lexicon, starts)
    return _with_examples(symbols, folded, lexicon)


def _explained(
    symbols: list[Symbol], folded: Sequence[str], lexicon: NumberLexicon
) -> list[Symbol]:
    """Take "N for November" and "emme come Milano" as one certain letter."""
    found: list[Symbol] = []
    explained_until = 0
    for symbol in symbols:
        if symbol.first < explained_until:
            continue
        end = _explanation_end(symbol, folded, lexicon.explainers)
        if end > symbol.last:
            explained_until = end
            found.append(symbol._replace(last=end, certain=True))
        else:
            found.append(symbol)
    return found


def _explained_alone(
    symbols: list[Symbol], folded: Sequence[str], lexicon: NumberLexicon, starts: Collection[int]
) -> list[Symbol]:
    """Take "end for November" as a letter that was misheard before the word that explains it.

    Letter and joining word may have been heard as one ("pede Barcelona" for "b de Barcelona").
    Only a short word with which somebody starts to speak; and as it may be meant as it stands
    ("due for November"), the letter is unsure.
    """
    named = {at for symbol in symbols for at in range(symbol.first, symbol.last)}
    found: list[Symbol] = []
    for symbol in symbols:
        letter = lexicon.alphabet.get(folded[symbol.first], "")
        is_alone = symbol.kind in (SymbolKind.LETTERS, SymbolKind.MONTH) and bool(letter)
        for first in range(max(symbol.first - 3, 0), symbol.first):
            if (
                is_alone
                and first in starts
                and first not in named
                and _is_misheard_letter(folded[first : symbol.first], lexicon.explainers)
            ):
                found.append(
                    symbol._replace(
                        kind=SymbolKind.LETTERS, text=letter, first=first, certain=False
                    )
                )
                break
        else:
            found.append(symbol)
    return found


def _with_examples(
    symbols: list[Symbol], folded: Sequence[str], lexicon: NumberLexicon
) -> list[Symbol]:
    """Take "M, Milano" as one letter, and "de Dinamarca" after a misheard letter as one too.

    A joining word may itself be the name of a letter ("de"); before a word of the spelling
    alphabet it is none.
    """
    found: list[Symbol] = []
    for symbol in symbols:
        before = found[-1] if found else None
        if before and _is_explained_by(symbol, before, folded, lexicon):
            is_same = before.text.endswith(symbol.text)
            meant = before if is_same else symbol
            found[-1] = meant._replace(
                first=min(before.first, symbol.first), last=max(before.last, symbol.last)
            )
        else:
            found.append(symbol)
    return found


def _is_explained_by(
    symbol: Symbol, before: Symbol, folded: Sequence[str], lexicon: NumberLexicon
) -> bool:
    """Whether a letter is a word of the spelling alphabet for what directly precedes it."""
    if (
        {symbol.kind, before.kind} != {SymbolKind.LETTERS}
        or folded[symbol.last - 1] not in lexicon.alphabet
        or folded[before.last - 1] in lexicon.alphabet
        or before.last < symbol.last - 1
    ):
        return False
    is_joining = not before.certain and (folded[before.last - 1],) in lexicon.explainers
    return is_joining or before.text.endswith(symbol.text)


def _is_misheard_letter(words: Sequence[str], explainers: frozenset[tuple[str, ...]]) -> bool:
    """Whether a short word and one that joins it to its explanation stand here, maybe as one."""
    letter, *joining = words
    if joining:
        return len(letter) <= MAX_MISHEARD_LETTER and tuple(joining) in explainers
    return any(
        letter.endswith(explainer) and 0 < len(letter) - len(explainer) <= MAX_JOINED_LETTER
        for explainer, *more in explainers
        if not more
    )


def _explanation_end(
    symbol: Symbol, folded: Sequence[str], explainers: frozenset[tuple[str, ...]]
) -> int:
    """End of the letter's explanation, a word that begins with it; else the letter's own end."""
    if symbol.kind is SymbolKind.LETTERS:
        for after in (symbol.last + 2, symbol.last + 1):
            if after < len(folded) and tuple(folded[symbol.last : after]) in explainers:
                word = folded[after]
                if len(word) > 1 and word.startswith(fold(symbol.text[-1])):
                    return after + 1
    return symbol.last
