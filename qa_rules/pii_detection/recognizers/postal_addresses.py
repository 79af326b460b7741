"""Postal addresses: a street, its number, and what belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.spoken.language import fold
from qa_rules.pii_detection.evidence.features import Feature
from qa_rules.pii_detection.evidence.weights import weights
from qa_rules.pii_detection.recognizers.address_parts import MAX_LOWER_CASE_NAME, AddressParts
from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from qa_rules.pii_detection.context.dialogue import Context
    from qa_rules.pii_detection.context.word_view import WordView
    from qa_rules.pii_detection.types.pii_type import Cues, PiiRule

LIMITS, SCORES = weights().limits, weights().recognizers
MAX_ANSWER_WORDS = 8
"""This many words may precede the street in an answer: a house, a flat, a building."""


class PostalAddressRecognizer:
    """Finds addresses by their street words, and answers that have none by their question.

    Args:
        rule: The type; `type` is its id.
        cues: Street words and what may follow, in the language.
        particles: Words inside of names.
        openers: Words that an answer may begin with ("it's", "yes", "in").
        stops: Words that no name begins with.
    """

    def __init__(
        self,
        rule: PiiRule,
        cues: Cues,
        particles: Collection[str],
        openers: Collection[str],
        stops: Collection[str],
    ) -> None:
        self.type = rule.id
        self._max_words = rule.max_words
        self._anchors = frozenset(map(fold, cues.anchors))
        self._articles = frozenset(map(fold, cues.articles))
        self._comes_last = cues.anchor_side == "after"
        self._openers = openers
        self._parts = AddressParts(cues, particles, stops, rule.max_words)

    def candidates(
        self,
        reading: WordView,
        context_at: Callable[[str, int, int], Context],
        borders: Collection[int],
    ) -> Iterator[Candidate]:
        """Addresses in order.

        Args:
            reading: One side's words.
            context_at: The evidence for an address at some words.
            borders: Words that turns begin with, other than the rest of an answer.
        """
        done = 0
        for word in range(len(reading.folded)):
            if word < done or word in reading.barred:
                continue
            is_told = context_at(self.type, word, word + 1).weight > 0
            found = self._street(reading, word, borders, is_told=is_told)
            found = found or self._parts.box(reading, word)
            if not found:
                found = self._answer(reading, word, context_at)
            if not found:
                continue
            one = self._candidate(reading, found, done, context_at, borders)
            if one:
                done = one.last
                yield one

    def _candidate(
        self,
        reading: WordView,
        found: tuple[int, int],
        done: int,
        context_at: Callable[[str, int, int], Context],
        borders: Collection[int],
    ) -> Candidate | None:
        """The whole address around its street, if there is enough evidence for it."""
        first, last = max(found[0], done), self._parts.extended(reading, found[1], borders)
        context = context_at(self.type, first, last)
        has_number = any(self._parts.tells_number(reading, at) for at in range(first, last))
        score = SCORES.street + SCORES.house_number * has_number + context.weight
        if score < LIMITS.least_address:
            return None
        if self._parts.is_only_part(reading, range(first, last)):
            score = SCORES.unsure_words  # a town or a floor: masked, not reported
        may_name_house = self._comes_last and not has_number  # "Rose Cottage, Mill Lane"
        if context.asked or may_name_house or (Feature.NAMED, 1.0) in context.evidence:
            first = self._answer_start(reading, first, done, is_asked=context.asked)
        return Candidate(
            type=self.type,
            first=first,
            last=last,
            score=score,
            checksum_valid=None,
            asked=context.asked,
            text=" ".join(reading.folded[first:last]),
            why=f"a street{' and number' * has_number}, {context.why}",
        )

    def _street(
        self, reading: WordView, word: int, borders: Collection[int], *, is_told: bool
    ) -> tuple[int, int] | None:
        """A street word with the street's name and number; without a name it does not count."""
        if reading.folded[word] not in self._anchors:
            return None
        if self._comes_last:
            if self._parts.is_common_noun(reading, word, self._articles):
                return None
            first, last = self._start(reading, word), word + 1
            while last < len(reading.folded) and self._is_anchor_after(reading, last):
                last += 1  # "Pollen Crescent Street"
        else:
            first, last = word, self._end(reading, word + 1, borders, is_told=is_told)
        return (first, last) if self._has_name(reading, range(first, last), word) else None

    def _is_anchor_after(self, reading: WordView, word: int) -> bool:
        is_next = reading.same_turn(word - 1, word) and not reading.ends(word - 1)
        return is_next and reading.folded[word] in self._anchors

    def _has_name(self, reading: WordView, street: range, anchor: int) -> bool:
        """Whether more than articles and one number names it: "the second place" is no street."""
        beside = [at for at in street if at != anchor]
        if any(
            self._parts.names_street(reading, at)
            and (self._comes_last or not self._parts.is_small_extension(reading, at))
            for at in beside
        ):
            return True  # but not "in the same street, at the corner"
        numbers = [at for at in beside if self._parts.is_number(reading, at)]
        cardinals = [at for at in numbers if self._parts.is_number(reading, at, ordinals=False)]
        if self._comes_last:
            return bool(cardinals) and len(cardinals) < len(numbers)  # "forty one twelfth street"
        return len(numbers) > 1

    def _answer(
        self, reading: WordView, word: int, context_at: Callable[[str, int, int], Context]
    ) -> tuple[int, int] | None:
        """An answer, or what follows "vivo en", that names a street without saying it is one."""
        context = context_at(self.type, word, word + 1)
        is_answer = reading.begins_turn(word) and context.weight >= LIMITS.least_context_for_address
        # Where the number comes first ("12 Elm"), a name and then a number may be a postcode.
        may_be_house = not self._comes_last or self._parts.begins_house(reading, word)
        is_announced = may_be_house and (Feature.WORDS_BETWEEN, 0.0) in context.evidence
        if not (is_answer or (is_announced and context.weight >= LIMITS.clear_context)):
            return None
        first = word
        while first < len(reading.folded) and reading.folded[first] in self._openers:
            first += 1
        last = self._parts.named(reading, first)
        answer = range(first, last)
        names = [at for at in answer if reading.is_name_like(at)]
        numbers = [at for at in answer if self._parts.is_house_number(reading, at)]
        is_dated = any(self._parts.is_dated(reading, at) for at in range(first, last + 1))
        is_whole = bool(names and numbers) or (
            is_answer and self._parts.are_turn(reading, range(first, last))
        )
        is_told = is_whole and reading.is_cased and not is_dated
        return (first, last) if is_told and not self._parts.has_street(reading, first) else None

    def _answer_start(self, reading: WordView, first: int, done: int, *, is_asked: bool) -> int:
        """In an answer the flat or house before the street belongs to it: "The Old Forge".

        After "the address is" only capitals tell what belongs to a house.
        """
        start = first
        while start > done and first - start < MAX_ANSWER_WORDS:
            before = start - 1
            if before in reading.barred or not reading.same_turn(before, first):
                break
            if reading.ends(before, at_comma=False) or reading.folded[before] in self._openers:
                break
            is_named = self._is_named(reading, before) or reading.folded[before] in self._articles
            if not is_asked and not (reading.is_cased and is_named):
                break
            start = before
        house = range(start, first)
        is_house = any(self._parts.is_extension(reading, at) for at in house)
        is_house = is_house or (bool(house) and reading.folded[start] in self._articles)
        is_dated = any(self._parts.is_dated(reading, at) for at in house)
        return start if is_house and not is_dated else first

    def _start(self, reading: WordView, anchor: int) -> int:
        """Go back over the street's name to the number before it."""
        start, names = anchor, 0
        while start > 0 and start - 1 not in reading.barred and anchor - start < self._max_words:
            if not reading.same_turn(start - 1, start):
                break
            if numbered := self._parts.number_words(reading, start - 1):
                start -= numbered
                continue
            passed_number = start < anchor - names
            if passed_number or reading.ends(start - 1) or not self._is_named(reading, start - 1):
                break
            if not reading.is_cased and names == MAX_LOWER_CASE_NAME:
                break
            start, names = start - 1, names + 1
        while start > 0 and self._is_extension_before(reading, start - 1):
            start -= 1  # "apartment" before its number
        return start

    def _is_named(self, reading: WordView, word: int) -> bool:
        """Whether a word may belong to a street's name: "Elm", "east", "twelfth"."""
        return (
            self._parts.is_name(reading, word)
            or self._parts.is_extension(reading, word)
            or self._parts.is_number(reading, word)
        )

    def _is_extension_before(self, reading: WordView, word: int) -> bool:
        is_free = word not in reading.barred and not reading.ends(word)
        is_numbered = self._parts.is_number(reading, word + 1)
        return is_free and is_numbered and self._parts.is_extension(reading, word)

    def _end(
        self, reading: WordView, start: int, borders: Collection[int], *, is_told: bool
    ) -> int:
        """Go on over the street's name to the number after it, in an answer over turns too.

        A name in small letters beside others in capitals needs something that tells of an address.
        """
        end, names = start, 0
        while end < len(reading.folded) and end - start < self._max_words:
            if end in reading.barred or end in borders:
                break
            if self._parts.is_number(reading, end) or self._parts.is_extension(reading, end):
                end += 1
            elif names <= MAX_LOWER_CASE_NAME and (
                (self._parts.is_name(reading, end) and reading.same_turn(end - 1, end))
                or ((is_told or not reading.is_cased) and self._parts.is_numbered(reading, end))
            ):
                end, names = end + 1, names + 1
            else:
                break
            if reading.ends(end - 1, at_comma=False):
                break
        return end
