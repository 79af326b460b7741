"""E-mail addresses: spoken ("j smith at example dot com") or written, whole or in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.evidence.weights import weights
from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from models.language.spoken.symbols import Symbol
    from qa_rules.pii_detection.context.dialogue import Context
    from qa_rules.pii_detection.context.misheard_signs import MisheardSigns

EMAIL = "email"
EMAIL_KINDS = frozenset({SymbolKind.MARK, SymbolKind.ADDRESS})
"""Without a symbol of one of these kinds there is no address."""
JOINING_MARKS = frozenset("._-+/")
MAX_LOCAL_WORDS = 5
"""Words of a name before the @, at most."""
MIN_LOCAL_LETTERS = 3
"""Shorter words are none of a name before the @."""
DICTATED = frozenset({SymbolKind.DIGITS, SymbolKind.LETTERS, SymbolKind.FILLER})
MAX_DOMAIN_WORDS, MAX_EXPECTED_DOMAIN_WORDS = 4, 8
"""Where one speaks of an address, a remark ("all one word") may stand before its dot."""
WHOLE, PARTLY = weights().recognizers.email, weights().recognizers.part_of_email


class EmailWords(NamedTuple):
    """Words of one language around addresses.

    Attributes:
        stops: Words that are no part of an address, unless a letter is meant.
        unsure_marks: Names of signs that are ordinary words too.
        providers: Words that are a domain by themselves.
        endings: What domains end with.
        at_signs: Words that the at sign was recognised as.
        joining_signs: The same of signs inside of the name before it.
        domains: The same of the providers.
    """

    stops: Collection[str]
    unsure_marks: Collection[str]
    providers: Collection[str]
    endings: frozenset[str]
    at_signs: MisheardSigns
    joining_signs: MisheardSigns
    domains: MisheardSigns


class EmailRecognizer:
    """Finds e-mail addresses in one side's words.

    Args:
        words: The words, bare, their symbols, and the first symbol at each word.
        borders: Words that no address begins with, those that turns begin with, and cues alone.
        context_at: The evidence for an e-mail address at some words.
        email_words: Of the language.
    """

    def __init__(
        self,
        words: tuple[Sequence[str], Sequence[Symbol], Mapping[int, Symbol]],
        borders: tuple[Collection[int], Collection[int], Collection[int]],
        context_at: Callable[[str, int, int], Context],
        email_words: EmailWords,
    ) -> None:
        self._folded, self._symbols, self._at_word = words
        self._stops, self._unsure_marks, self._providers, self._domain_endings = email_words[:4]
        self._misheard = email_words
        self._barred, self._turn_starts, self._cue_words = borders
        self._context_at = context_at

    def candidates(self) -> Iterator[Candidate]:
        """Addresses in order."""
        done = 0
        for symbol in self._symbols:
            if symbol.first < done:
                continue
            found = None
            if symbol.kind is SymbolKind.MARK and symbol.text == "@":
                found = self._around_at(symbol)
            elif symbol.kind is SymbolKind.ADDRESS:
                found = self._around_written(symbol)
            elif symbol.kind is SymbolKind.MARK and symbol.text == ".":
                found = self._before_dot(symbol)
            if found:
                done = found.last
                yield found

    def _around_at(self, at: Symbol) -> Candidate | None:
        context = self._context_at(EMAIL, at.first, at.last)
        last, dots = self._domain_end(at.last, is_expected=context.weight > 0)
        if last == at.last:
            return None
        context = self._context_at(EMAIL, at.first, last)
        first = self._local_start(at.first)
        if first == at.first:
            return None
        if self._folded[at.first] in self._unsure_marks and not (
            dots and self._is_domain(at.last, last, context)
        ):
            return None
        return self._candidate(first, last, WHOLE if dots else PARTLY, context)

    def _is_domain(self, start: int, end: int, context: Context) -> bool:
        """Whether a domain follows an "at" that may be an ordinary word.

        What follows the dot is a known ending, or may be a misheard one where an address is
        spoken of; "at no point did we" and "at work, full stop" are neither.
        """
        dots = [
            word
            for word in range(start, end - 1)
            if (mark := self._at_word.get(word)) and mark.kind is SymbolKind.MARK
        ]
        known = any(self._folded[dot + 1] in self._domain_endings for dot in dots)
        symbols = filter(None, map(self._at_word.get, range(start, end)))
        written = any(symbol.kind is SymbolKind.ADDRESS for symbol in symbols)
        sure = any(self._folded[dot] not in self._unsure_marks for dot in dots)
        provided = self._folded[start] in self._providers
        return known or written or provided or bool(context.weight and sure)

    def _before_dot(self, dot: Symbol) -> Candidate | None:
        """An address whose at sign was lost, or came back as a word: "dora roba gmail dot com"."""
        if not self._domain_endings.intersection(self._folded[dot.last : dot.last + 1]):
            return None
        last, _ = self._endings(dot.first)
        known = self._misheard.domains.start(self._folded, dot.first)
        domain = min(known, max(dot.first - 1, 0))
        context = self._context_at(EMAIL, domain, last)
        first = self._misheard_start(domain)
        signs = (known < dot.first) + (first < domain) + (context.weight > 0)
        return self._candidate(first, last, PARTLY, context) if signs > 1 else None

    def _misheard_start(self, domain: int) -> int:
        """Where an address begins whose at sign came back as another word before its domain."""
        at = self._misheard.at_signs.start(self._folded, domain)
        return self._local_start(at) if at < domain else domain

    def _around_written(self, written: Symbol) -> Candidate | None:
        context = self._context_at(EMAIL, written.first, written.last)
        first, last = written.first, written.last
        has_at = written.certain or self._misheard.at_signs.start(self._folded, first) < first
        if not has_at and not context.weight:
            return None
        before = self._at_word.get(first - 1)
        if before and before.kind is SymbolKind.MARK:
            first = self._local_start(first)
        elif "@" not in written.text:
            first = self._misheard_start(first)
        if "@" in written.text and "." not in written.text.partition("@")[2]:
            last, dots = self._endings(last)
            if not dots and not context.asked:
                return None
        return self._candidate(first, last, WHOLE if "@" in written.text else PARTLY, context)

    def _candidate(self, first: int, last: int, weight: float, context: Context) -> Candidate:
        return Candidate(
            type=EMAIL,
            first=first,
            last=last,
            score=weight + context.weight,
            checksum_valid=None,
            asked=context.asked,
            text=" ".join(self._folded[first:last]),
            why=f"{'whole' if weight == WHOLE else 'part of an'} address, {context.why}",
        )

    def _local_start(self, before: int) -> int:
        """First word of what stands before the at sign."""
        start, joined = before, True
        while start > 0 and start - 1 not in self._barred and start not in self._turn_starts:
            symbol = self._at_word.get(start - 1)
            if symbol and symbol.kind is SymbolKind.MARK and symbol.text in JOINING_MARKS:
                start, joined = symbol.first, True
            elif symbol and self._is_dictated(symbol) and not self._is_preposition(symbol):
                start, joined = symbol.first, joined and symbol.kind is not SymbolKind.LETTERS
            elif (sign := self._misheard.joining_signs.start(self._folded, start)) < start:
                start, joined = sign, True
            elif not joined or self._folded[start - 1] in self._stops:
                break
            else:
                start, joined = start - 1, False
        return self._announced(start) if start < before else before

    def _is_dictated(self, symbol: Symbol) -> bool:
        """Whether it is a digit, a filler, or a letter's name, which may also be a word ("a")."""
        return symbol.kind in DICTATED and (
            symbol.certain or symbol.kind is SymbolKind.DIGITS or symbol.last - symbol.first == 1
        )

    def _is_preposition(self, symbol: Symbol) -> bool:
        """Whether "a" stands before a name or one initial, not among letters or before a dot."""
        after = self._at_word.get(symbol.last)
        beyond = self._at_word.get(after.last) if after else None
        is_initial = bool(beyond and beyond.kind is SymbolKind.MARK)
        return self._folded[symbol.first] in self._stops and not (
            after
            and (
                after.kind is SymbolKind.MARK
                or (after.kind is SymbolKind.LETTERS and not is_initial)
            )
        )

    def _announced(self, start: int) -> int:
        """Take in the few words between the announcement and what was found so far."""
        for word in range(start - 1, max(-1, start - MAX_LOCAL_WORDS), -1):
            if word + 1 in self._turn_starts:
                return start
            if word in self._barred or len(self._folded[word]) < MIN_LOCAL_LETTERS:
                begin = word + 1 if word in self._cue_words else start
                is_link = begin < start and self._folded[begin] in self._stops
                return begin + is_link
        return start

    def _domain_end(self, start: int, *, is_expected: bool) -> tuple[int, bool]:
        """Index after the domain that begins at a word, and whether it is surely one."""
        while (symbol := self._at_word.get(start)) and symbol.kind is SymbolKind.FILLER:
            start = symbol.last
        most = MAX_EXPECTED_DOMAIN_WORDS if is_expected else MAX_DOMAIN_WORDS
        for word in range(start, min(start + most, len(self._folded))):
            symbol = self._at_word.get(word)
            if symbol and "@" in symbol.text:  # the next address, not this one's domain
                break
            if symbol and symbol.kind is SymbolKind.ADDRESS:
                return self._endings(symbol.last)[0], True
            if symbol and symbol.kind is SymbolKind.MARK and symbol.text == ".":
                return self._endings(word)
        end = min(start + 1, len(self._folded))
        is_provider = self._folded[start:end] != [] and self._folded[start] in self._providers
        undotted = self._domain_endings.intersection(self._folded[end : end + 1]) - {*self._stops}
        return end + bool(is_provider and undotted), is_provider  # "gmail com"

    def _endings(self, end: int) -> tuple[int, bool]:
        """Take in every "dot word" (or "dash word") that follows."""
        dots = False
        while (mark := self._at_word.get(end)) and mark.kind is SymbolKind.MARK:
            if mark.text not in JOINING_MARKS or mark.last >= len(self._folded):
                break
            dots = dots or mark.text == "."
            end = after = mark.last + 1
            while (filler := self._at_word.get(after)) and filler.kind is SymbolKind.FILLER:
                after = filler.last
            end = after if filler and filler.kind is SymbolKind.MARK else end
        return end, dots
