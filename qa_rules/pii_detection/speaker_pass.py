"""One side of a call: its symbols and cues, and the candidates that follow from them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from models.call import Role
from models.language.spoken.other_languages import read_mixed_words
from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.centre_contacts import CentreContacts
from qa_rules.pii_detection.context.cues import CONTEXT_KINDS, CueKind
from qa_rules.pii_detection.context.dialogue import Dialogue
from qa_rules.pii_detection.context.misheard_signs import domain_ends
from qa_rules.pii_detection.context.questions import (
    is_question,
    with_questions,
    with_requests_named,
    without_other_things,
)
from qa_rules.pii_detection.context.references import References
from qa_rules.pii_detection.context.word_view import WordView, is_capitalised, is_mask
from qa_rules.pii_detection.expansion.idle_words import with_idle_words
from qa_rules.pii_detection.expansion.span_expansion import SpanExpansion
from qa_rules.pii_detection.number_values import NumberValues
from qa_rules.pii_detection.recognizers.date_candidates import announced_years, told_dates
from qa_rules.pii_detection.recognizers.dates import find_dates
from qa_rules.pii_detection.recognizers.email_answers import EmailAnswers
from qa_rules.pii_detection.recognizers.emails import EMAIL, EMAIL_KINDS, EmailRecognizer
from qa_rules.pii_detection.recognizers.ip_addresses import find_ip_addresses
from qa_rules.pii_detection.recognizers.telling_phrases import phrases_of
from qa_rules.pii_detection.recognizers.unclear_answers import (
    unclear_announcements,
    unsure_answers,
)
from qa_rules.pii_detection.types.pii_type import REFERENCE, UNKNOWN_NUMBER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from models.language.spoken.symbols import Symbol
    from qa_rules.pii_detection.compiled_types import Detectors
    from qa_rules.pii_detection.context.cues import Cue
    from qa_rules.pii_detection.context.dialogue import Context
    from qa_rules.pii_detection.context.speaker_words import SpeakerWords
    from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

ASKING_KINDS = (*CONTEXT_KINDS, CueKind.REQUEST, CueKind.OWN_REQUEST)


class SpeakerPass:
    """The words of one side, read once.

    Args:
        stream: Its words.
        detectors: What to look for.

    Attributes:
        cues: Where this side names a type of PII.
        asking: The same, with the phrases that only ask for a value.
        announcements: All phrases of this side that announce a value.
        asked: What this side was asked for; set once its candidates were found.
    """

    def __init__(self, stream: SpeakerWords, detectors: Detectors) -> None:
        self._stream = stream
        self._detectors = detectors
        texts = ["" if is_mask(text) else text for text in stream.texts]
        turns = [place.turn for place in stream.places]
        self._turn_starts = {
            index for index, (before, turn) in enumerate(pairwise(turns), 1) if before != turn
        }
        self._folded, self._symbols = read_mixed_words(texts, detectors.code, self._turn_starts)
        self._masks = {index for index, text in enumerate(texts) if not text}
        self._kinds = {symbol.kind for symbol in self._symbols}
        self._symbol_at: dict[int, Symbol] = {}
        for symbol in self._symbols:
            for word in range(symbol.first, symbol.last):
                self._symbol_at.setdefault(word, symbol)
        # A mask may hide the only capitals: then, too, fewer words count as names.
        self._is_cased = bool(self._masks) or any(map(is_capitalised, texts))
        view = WordView(stream, self._folded, self._symbol_at, self._masks, self._is_cased)
        named = detectors.phrases.find(stream, self._folded)
        found = without_other_things(named, view, detectors.things)
        self.cues = [cue for cue in found if cue.kind in CONTEXT_KINDS]
        asking = [cue for cue in found if cue.kind in ASKING_KINDS]
        self.asking = list(with_questions(asking, stream))
        self.announcements = found
        kinds = (*CONTEXT_KINDS, CueKind.OWN_CONTACT)
        self._cue_words = {word for cue in found if cue.kind in kinds for word in cue.words}
        self._dialogue = Dialogue(stream, self.cues, (), is_asked=False)
        self._references = References(stream, (), (), (), ())
        self.asked: tuple[Cue, ...] = ()

    def candidates(self, others: Sequence[Cue], *, alone: bool) -> list[Candidate]:
        """The PII candidates of this side, in order and without overlap.

        Args:
            others: The questions of the other sides.
            alone: True if both sides may speak in this one stream: then its own questions count.
        """
        asked = self.asked = tuple(self._questions() if alone else others)
        if not self._symbols and not self.announcements and not asked:
            return list(phrases_of(self._detectors.phrases_alone, self.reading(()), ()))
        self._prepare_evidence(asked)
        blocked = self._masks | self._cue_words
        found = list(self._emails(blocked))
        for spotter in self._detectors.address_spotters:
            found += spotter.candidates(
                self.reading(found, own=spotter.type),
                self._context,
                self._answer_borders(spotter.type),
            )
        blocked |= {word for one in found for word in range(one.first, one.last)}
        addresses = find_ip_addresses(self._stream.texts, self._symbols, blocked, self._context)
        for words, candidate in (*addresses, *self._dates(blocked)):
            blocked |= set(words)
            if candidate:
                found.append(candidate)
        numbers = NumberValues(
            self.reading(()), self._detectors, self._dialogue, self._references, self.is_cut
        )
        found += numbers.candidates(self._symbols, blocked)
        found += self._in_words(found, asked)
        if self._stream.role is not Role.AGENT:
            found += unsure_answers(self.reading(found), others, self._detectors.dictated)
            found += self._unclear(found)
        if found:
            contacts = CentreContacts(self._detectors, self._references, self.reading(()))
            found = list(map(contacts.as_reference, found))
            closing = replace(self.reading(()), barred=self._masks | self._cue_words)
            found += SpanExpansion(closing, self._detectors, numbers).candidates(found)
        found += phrases_of(self._detectors.phrases_alone, self.reading(found), ())
        return with_idle_words(found, self._detectors, self._folded, self._symbol_at)

    def _unclear(self, found: Sequence[Candidate]) -> Iterable[Candidate]:
        detectors = self._detectors
        types = detectors.dictated | detectors.places
        reading = self.reading([one for one in found if not one.is_fragment])
        return unclear_announcements(reading, self.cues, types, detectors.before_values)

    def _prepare_evidence(self, asked: Sequence[Cue]) -> None:
        """Prepare the evidence, given the questions of the other sides."""
        named = with_requests_named(asked, self._detectors.places)
        self._dialogue = Dialogue(
            self._stream, self.cues, named, is_asked=self._stream.role is not Role.AGENT
        )
        digits = {
            word for word, symbol in self._symbol_at.items() if symbol.kind is SymbolKind.DIGITS
        }
        self._references = References(
            self._stream, self.announcements, asked, self._detectors.codes, digits
        )

    def _emails(self, blocked: Collection[int]) -> Iterable[Candidate]:
        words = self._detectors.email_words
        heard = set(words.providers).intersection(self._folded)  # after a misheard at sign
        if EMAIL_KINDS.isdisjoint(self._kinds) and not heard:
            return ()
        signs = [symbol.first for symbol in self._symbols if symbol.text == "@"]
        blocked = set(blocked).difference(sign - 1 for sign in signs)  # "invoices at …"
        connectors = {
            index
            for index, word in enumerate(self._folded)
            if word in self._detectors.connectors and len(word) > 1
        }
        borders, kind = self._answer_borders(EMAIL), CueKind.OWN_CONTACT
        cues = [one for one in self.announcements if one.type == EMAIL or one.kind is kind]
        names = {word for cue in cues for word in cue.words}
        reading = replace(self.reading(()), barred=self._masks | names)
        answers = EmailAnswers(reading, borders, self._asks_email, self._detectors.email_answers)
        ends = domain_ends(self._folded, self._symbol_at, words.providers, words.endings)
        unheard = self._detectors.at_signs.before(ends, self._folded, self._symbol_at)
        symbols = sorted([*self._symbols, *unheard.values()], key=lambda one: one.first)
        recognizer = EmailRecognizer(
            (self._folded, symbols, {**self._symbol_at, **unheard}),
            (connectors.union(blocked), borders, blocked),
            self._context,
            words,
        )
        return answers.whole(recognizer.candidates())

    def _asks_email(self, word: int) -> bool:
        return self._context(EMAIL, word, word + 1).asked

    def _in_words(self, found: Sequence[Candidate], asked: Sequence[Cue]) -> list[Candidate]:
        """Names and passwords, which consist of ordinary words."""
        if not asked and not self.announcements:
            return []
        # A number of an unknown kind may be part of a password.
        reading = self.reading([one for one in found if one.type != UNKNOWN_NUMBER])
        in_words: list[Candidate] = []
        for type_, spotter in self._detectors.word_spotters.items():
            cues = [cue for cue in self.announcements if cue.type == type_]
            questions = [cue for cue in asked if cue.type == type_ and spotter.asks(cue)]
            if cues or questions:
                in_words += spotter.candidates(reading, cues, questions)
        return in_words

    def reading(self, taken: Sequence[Candidate], own: str = "") -> WordView:
        """The words without those of `taken`, and of what names a type other than `own`."""
        barred = self._masks | {word for one in taken for word in range(one.first, one.last)}
        own_types = own, REFERENCE  # the name of a reference may be part of an address
        barred |= {
            word
            for cue in self.cues
            if cue.is_name and cue.type not in own_types
            for word in cue.words
        }
        return WordView(self._stream, self._folded, self._symbol_at, barred, self._is_cased)

    def _questions(self) -> list[Cue]:
        """The stream's own questions, in sentences that end with a question mark."""
        return [cue for cue in self.asking if is_question(cue, self._stream)]

    def is_cut(self, before: int, after: int) -> bool:
        """Whether the other side asks something between two words."""
        words = self._stream.words
        middle_s = (words[after].start_s + words[after].end_s) / 2
        return self._dialogue.question_between(words[before].start_s, middle_s)

    def _answer_borders(self, type_: str) -> set[int]:
        """Words that turns begin with, unless one answer goes on over the turns."""
        return {
            start
            for start in self._turn_starts
            if self.is_cut(start - 1, start) or not self._context(type_, start - 1, start).asked
        }

    def _context(self, type_: str, first: int, last: int) -> Context:
        return self._dialogue.context(type_, first, last)

    def _dates(self, blocked: Collection[int]) -> Iterator[tuple[range, Candidate | None]]:
        free = [
            symbol
            for symbol in self._symbols
            if not any(word in blocked for word in range(symbol.first, symbol.last))
        ]
        joiners = self._detectors.any_date_joiners
        types = self._detectors.date_types
        announced = announced_years(self.announcements, types, self._folded, joiners)
        dates = find_dates(
            free, (self._stream, self._folded), joiners, announced, self._detectors.corrections
        )
        for date, candidate in told_dates(dates, types, self._detectors.rules, self._context):
            yield range(date.first, date.last), candidate
