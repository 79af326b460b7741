"""What the detectors of one language need, prepared once."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from models.language.pack import (
    load_given_names,
    load_name_words,
    load_spoken_language,
    spoken_languages,
)
from models.language.spoken.language import fold
from models.language.spoken.lexicon import load_lexicon
from qa_rules.pii_detection.context.cues import CuePhrases
from qa_rules.pii_detection.context.misheard_signs import (
    MIN_JOINING_LETTERS,
    MIN_SIGN_LETTERS,
    MOST_DIFFERING,
    MOST_DIFFERING_DOMAIN,
    MOST_DIFFERING_INSIDE,
    MOST_DIFFERING_SURELY,
    MisheardSigns,
)
from qa_rules.pii_detection.context.questions import Things
from qa_rules.pii_detection.context.word_view import Particles
from qa_rules.pii_detection.recognizers.email_answers import AnswerOpenings
from qa_rules.pii_detection.recognizers.emails import JOINING_MARKS, EmailWords
from qa_rules.pii_detection.recognizers.names_and_passwords import (
    PERSON_NAME,
    WordSpotter,
)
from qa_rules.pii_detection.recognizers.postal_addresses import PostalAddressRecognizer
from qa_rules.pii_detection.recognizers.shape_scoring import ShapeTable
from qa_rules.pii_detection.recognizers.telling_phrases import PhraseRecognizer
from qa_rules.pii_detection.types.pii_type import NO_CUES, REFERENCE, UNKNOWN_NUMBER, Mask

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.language.spoken.language import SpokenLanguage
    from qa_rules.pii_detection.types.catalogue import PiiRules
    from qa_rules.pii_detection.types.pii_type import Cues


DICTATED = ("characters", "date", "email", "ip_address")
"""Spotters of values that are dictated rather than said as a sentence."""


class Detectors:
    """Everything that is prepared once for a set of rules and a language.

    Args:
        rules: The detectors.
        code: A language with a pack.
    """

    def __init__(self, rules: PiiRules, code: str) -> None:
        self.code = code
        self.rules = rules.by_id
        self.contacts = rules.contacts
        self.language = load_spoken_language(code)
        cues = {
            type_: _normalised(rules.cues(code).get(type_, NO_CUES), code) for type_ in rules.by_id
        }
        if REFERENCE in cues:
            cues[REFERENCE] = _with_own_names(cues)
        self.phrases = CuePhrases(cues, self.language)
        self.things = _things(rules, cues)
        self.connectors = _words(self.language.connectors)
        self.explainers = _words(self.language.letter_explainers)
        self.date_joiners = _words(self.language.date_joiners)
        self.date_types = [rule.id for rule in rules.by_id.values() if rule.spotter == "date"]
        self.shaped = [rule for rule in rules.by_id.values() if rule.shape]
        self.shapes = ShapeTable(self.shaped, code)
        self.dictated = frozenset(
            rule.id for rule in rules.by_id.values() if rule.spotter in DICTATED
        )
        self.codes = frozenset(
            rule.id
            for rule in self.shaped
            if rule.spotter == "characters" and rule.id != UNKNOWN_NUMBER
        )
        self.lettered = frozenset(
            rule.id for rule in self.shaped if rule.shape and rule.shape.has_letters
        )
        self.hesitations = self.connectors | _single_words(self.language.fillers)
        emails = [cues[rule.id] for rule in self.rules.values() if rule.spotter == "email"]
        self.email_words = _email_words(emails, self.language)
        at_signs = self.language.marks["@"]
        self.at_signs = MisheardSigns(at_signs, MOST_DIFFERING_SURELY, MIN_SIGN_LETTERS)
        self.email_answers = _email_answers(emails, self.hesitations)
        self._prepare_phrases()
        self.before_values = self.date_joiners.union(self.email_answers.openers)
        self._prepare_words(cues)

    def _prepare_phrases(self) -> None:
        """What is said inside of values and before them."""
        self.corrections = [tuple(fold(one).split()) for one in self.language.corrections]
        labels = map(fold, self.language.number_labels)
        self.number_labels = [tuple(label.split()) for label in labels]
        foreign = (load_spoken_language(one).date_joiners for one in spoken_languages())
        self.any_date_joiners = self.date_joiners.union(*map(_words, foreign))

    def _prepare_words(self, cues: Mapping[str, Cues]) -> None:
        """The recognizers of values in ordinary words."""
        names = _particles(self.code)
        openers = self.hesitations
        self.edge_words = self.connectors | self.explainers | self.date_joiners
        in_words = [rule for rule in self.rules.values() if rule.spotter == "words"]
        # What goes on with a sentence is the same whatever secret was named before it.
        stops = [word for rule in in_words for word in _secret_stops(rule.id, cues[rule.id])]
        self.word_spotters = {
            rule.id: WordSpotter(rule, _with_stops(rule.id, cues[rule.id], stops), openers, names)
            for rule in in_words
        }
        self.names = self.word_spotters[PERSON_NAME]
        before_streets = openers | _words(self.language.town_words)
        self.address_spotters = [
            PostalAddressRecognizer(
                rule, cues[rule.id], names.names, before_streets, self.names.stops
            )
            for rule in self.rules.values()
            if rule.spotter == "address"
        ]
        self.places = frozenset(spotter.type for spotter in self.address_spotters)
        numbers = (*self.date_types, UNKNOWN_NUMBER, REFERENCE)
        secrets = self.word_spotters.keys() - {PERSON_NAME}
        self.told_in_parts = self.codes.union(numbers, self.places, secrets)
        self.phrases_alone = [
            PhraseRecognizer(rule, cues[rule.id])
            for rule in self.rules.values()
            if rule.spotter == "phrases" and rule.mask is not Mask.NEVER
        ]


@lru_cache(maxsize=32)
def detectors_for(rules: PiiRules, code: str) -> Detectors:
    """The prepared detectors; preparing them takes longer than a short call."""
    return Detectors(rules, code)


def _normalised(cues: Cues, code: str) -> Cues:
    """Cues as words are compared: "dell'intestatario" becomes "intestatario"."""
    bare = load_lexicon(code).bare
    phrases = {name: value for name, value in cues if isinstance(value, tuple)}
    phrases["names"] += cues.joined_names()
    heard = {
        name: tuple(" ".join(map(bare, phrase.split())) for phrase in value)
        for name, value in phrases.items()
    }
    return cues.model_copy(update=heard)


def _with_own_names(cues: Mapping[str, Cues]) -> Cues:
    """The cues of references, with every name and hint of a type after "our"."""
    own = cues[REFERENCE]
    names = [name for phrases in cues.values() for name in (*phrases.names, *phrases.hints)]
    announced = tuple(f"{owner} {name}" for owner in own.owners for name in names)
    return own.model_copy(update={"own_contacts": own.own_contacts + announced})


def _things(rules: PiiRules, cues: Mapping[str, Cues]) -> dict[str, Things]:
    """What types belong to that other things have as well."""
    things: dict[str, Things] = {}
    for rule in rules.by_id.values():
        named = [phrase for one in rule.companions for phrase in _cue_names(cues[one])]
        determiners = _words(cues[rule.id].determiners)
        if named:
            things[rule.id] = Things(_words(named) - determiners, determiners)
    return things


def _cue_names(cues: Cues) -> tuple[str, ...]:
    return (*cues.names, *cues.hints)


def _secret_stops(type_: str, cues: Cues) -> tuple[str, ...]:
    return () if type_ == PERSON_NAME else cues.stops


def _with_stops(type_: str, cues: Cues, stops: Sequence[str]) -> Cues:
    """The cues of a secret with the stops of all; names have their own."""
    return cues if type_ == PERSON_NAME else cues.model_copy(update={"stops": tuple(stops)})


def _email_words(emails: Sequence[Cues], language: SpokenLanguage) -> EmailWords:
    providers = [word for one in emails for word in one.providers]
    joining = [
        name for sign, names in language.marks.items() if sign in JOINING_MARKS for name in names
    ]
    return EmailWords(
        stops=_words([word for one in emails for word in one.stops]),
        unsure_marks=_words(language.unsure_marks),
        providers=_words(providers),
        endings=_words(language.domain_endings),
        at_signs=MisheardSigns(language.marks["@"], MOST_DIFFERING, MIN_SIGN_LETTERS),
        joining_signs=MisheardSigns(joining, MOST_DIFFERING_INSIDE, MIN_JOINING_LETTERS),
        domains=MisheardSigns(providers, MOST_DIFFERING_DOMAIN),
    )


def _email_answers(emails: Sequence[Cues], hesitations: frozenset[str]) -> AnswerOpenings:
    copulas = _words([word for one in emails for word in one.copulas])
    openers = _words([word for one in emails for word in one.openers])
    articles = _words([word for one in emails for word in one.articles])
    return AnswerOpenings((hesitations | openers | copulas) - articles, copulas)


def _particles(code: str) -> Particles:
    words = load_name_words(code)
    given = load_given_names(code)
    return Particles(
        _words(words.particles),
        _words(words.joining_particles),
        _words((*words.opening_particles, *given.words)),
        frozenset(map(fold, given.names | given.words)),
    )


def _single_words(phrases: Sequence[str]) -> frozenset[str]:
    """Without the longer phrases, of which no word alone says anything."""
    return _words([one for one in phrases if " " not in one])


def _words(phrases: Sequence[str]) -> frozenset[str]:
    return frozenset(fold(word) for phrase in phrases for word in phrase.split())
