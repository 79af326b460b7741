"""Read words into symbols: numbers put together, multipliers applied, corrections taken in.

A few passes of constant work for each word: the reader is linear in the length of a call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.spoken.atoms import Placed
from models.language.spoken.explained_letters import explained_letters
from models.language.spoken.lexicon import load_lexicon
from models.language.spoken.numbers import NumberReader
from models.language.spoken.symbols import SymbolKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from models.language.spoken.lexicon import NumberLexicon
    from models.language.spoken.symbols import Symbol

CHARACTERS = (SymbolKind.DIGITS, SymbolKind.LETTERS)
MIN_DIGITS_AROUND_HOMOPHONE = 3
DIGITS_LOOKED_AT = 2
MAX_LOOK_ASIDE = 4
_ENDINGS = (".", ",", "?", "!", ";", ":")


def read_words(
    words: Sequence[str], language: str, breaks: Collection[int] = ()
) -> tuple[list[str], list[Symbol]]:
    """Find everything in the words that can be part of a dictated number, code or address.

    Args:
        words: In order, as the recogniser wrote them.
        language: Code of a language with a pack.
        breaks: Indexes of words before which the speaker had stopped: what begins there
            corrects nothing.

    Returns:
        The bare, folded words as they were looked up, and the symbols in order; ordinary words
        appear in no symbol, and one word may give several ("ES48").
    """
    lexicon = load_lexicon(language)
    folded, placed = _placed(words, lexicon)
    starts = {0, *breaks, *(at for at, word in enumerate(words, 1) if word.endswith(_ENDINGS))}
    symbols = NumberReader(lexicon, folded, placed, starts).symbols()
    symbols = _spelled(symbols, folded, lexicon)
    symbols = explained_letters(symbols, folded, lexicon, starts)
    return folded, _corrected(_settled(symbols, folded, lexicon), breaks)


def _placed(words: Sequence[str], lexicon: NumberLexicon) -> tuple[list[str], list[Placed]]:
    """The bare words, and the atoms of words and phrases where they stand."""
    looked_up = [lexicon.look_up(word) for word in words]
    folded = [bare for bare, _ in looked_up]
    placed: list[Placed] = []
    index = 0
    while index < len(words):
        for phrase, atom in lexicon.phrases.get(folded[index], ()):
            if tuple(folded[index : index + len(phrase)]) == phrase:
                placed.append(Placed(atom, index, index + len(phrase)))
                index += len(phrase)
                break
        else:
            placed += [Placed(atom, index, index + 1) for atom in looked_up[index][1]]
            index += 1
    return folded, placed


def _spelled(symbols: list[Symbol], folded: Sequence[str], lexicon: NumberLexicon) -> list[Symbol]:
    """Take a month beside another word of the spelling alphabet as a letter: "november echo"."""
    spelling = {
        symbol.first
        for symbol in symbols
        if symbol.kind is SymbolKind.LETTERS and folded[symbol.first] in lexicon.alphabet
    }
    return [
        symbol._replace(
            kind=SymbolKind.LETTERS, text=lexicon.alphabet[folded[symbol.first]], certain=False
        )
        if symbol.kind is SymbolKind.MONTH
        and folded[symbol.first] in lexicon.alphabet
        and not spelling.isdisjoint({symbol.first - 1, symbol.last})
        else symbol
        for symbol in symbols
    ]


def _settled(symbols: list[Symbol], folded: Sequence[str], lexicon: NumberLexicon) -> list[Symbol]:
    """Keep uncertain numbers only where the numbers around them support them.

    A homophone that directly precedes or follows a number remains one: where a number is expected,
    it may be read as a digit.
    """
    found: list[Symbol] = []
    for index, symbol in enumerate(symbols):
        if symbol.certain or symbol.kind is not SymbolKind.DIGITS:
            found.append(symbol)
            continue
        homophone = folded[symbol.first] in lexicon.homophones
        if _is_meant(symbols, index, homophone=homophone):
            found.append(symbol)
        elif homophone and (
            _digits_beside(symbols, index, step=-1) or _digits_beside(symbols, index, step=1)
        ):
            found.append(symbol._replace(kind=SymbolKind.HOMOPHONE))
    return found


def _is_meant(symbols: list[Symbol], index: int, *, homophone: bool) -> bool:
    before = _digits_beside(symbols, index, step=-1)
    after = _digits_beside(symbols, index, step=1)
    if not homophone:
        return bool(before or after)
    singles = [digits for digits in (*before, *after) if len(digits) == 1]
    return bool(before and after) and len(singles) >= MIN_DIGITS_AROUND_HOMOPHONE


def _digits_beside(symbols: list[Symbol], index: int, *, step: int) -> list[str]:
    """Up to two numbers that directly precede or follow a symbol, fillers aside."""
    found: list[str] = []
    here = symbols[index]
    for at in range(index + step, index + step * (MAX_LOOK_ASIDE + 1), step):
        if not 0 <= at < len(symbols) or len(found) == DIGITS_LOOKED_AT:
            break
        near = symbols[at]
        if (near.last < here.first) if step < 0 else (near.first > here.last):
            break
        if near.kind is SymbolKind.DIGITS:
            found.append(near.text)
        elif near.kind is not SymbolKind.FILLER:
            break
        here = near
    return found


def _corrected(symbols: list[Symbol], breaks: Collection[int]) -> list[Symbol]:
    """Take back what stands before "no, sorry"; elsewhere such words are ordinary ones."""
    found: list[Symbol] = []
    for index, symbol in enumerate(symbols):
        if symbol.kind is SymbolKind.CORRECTION:
            following = symbols[index + 1] if index + 1 < len(symbols) else None
            if symbol.first in breaks or not (
                found and following and _are_characters(found[-1], symbol, following)
            ):
                continue
            if found[-1].kind in CHARACTERS:
                taken_back = max(len(following.text), 1)
                found[-1] = found[-1]._replace(text=found[-1].text[:-taken_back])
        found.append(symbol)
    return found


def _are_characters(before: Symbol, correction: Symbol, after: Symbol) -> bool:
    """Whether a correction stands directly between dictated characters."""
    kinds = (*CHARACTERS, SymbolKind.FILLER, SymbolKind.CORRECTION)
    return (
        before.kind in kinds
        and after.kind in kinds
        and before.last >= correction.first
        and after.first <= correction.last
    )
