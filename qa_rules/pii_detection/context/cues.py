"""Cues: where a type of PII is named, in recognised or misrecognised words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extractOne

from models.call import Role
from models.language.spoken.language import fold
from qa_rules.pii_detection.context.spelled_cues import SpelledCues
from qa_rules.pii_detection.types.pii_type import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.language.spoken.language import SpokenLanguage
    from qa_rules.pii_detection.context.speaker_words import SpeakerWords
    from qa_rules.pii_detection.types.pii_type import Cues

NEAR_CUES = 8
"""Cues on either side that one cue is compared with; farther ones do not overlap it."""
MIN_MISHEARD_LETTERS = 6
"""Shorter words are within one letter of too many others."""
MAX_REMEMBERED_WORDS = 100_000
"""Bounds the memory of a process that reads many calls."""


class CueKind(StrEnum):
    """How a phrase announces a value; the values of the enumeration are keys of rule files."""

    NAME = "names"
    HINT = "hints"
    TITLE = "titles"
    INTRODUCER = "introducers"
    OWN_INTRODUCER = "own_introducers"
    REQUEST = "requests"
    FOLLOWER = "followers"
    OWN_CONTACT = "own_contacts"
    WEAK_INTRODUCER = "weak_introducers"
    AGENT_INTRODUCER = "agent_introducers"
    RELATION = "relations"
    VOCATIVE = "vocatives"
    ORGANISATION = "organisations"
    FIRM = "firms"
    OWN_REQUEST = "own_requests"
    TOLD_CONTACT = "told_contacts"
    READING = "readings"
    CONTACT = "contacts"
    THING = "things"


CONTEXT_KINDS = (CueKind.NAME, CueKind.HINT)
INTRODUCERS = (CueKind.INTRODUCER, CueKind.OWN_INTRODUCER)


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase that announces a type.

    Attributes:
        type: The type of PII.
        kind: How it announces it.
        turn: Turn in which it stands.
        first: Index of its first word in its stream.
        last: Index after its last word.
        end_s: When it ends.
        is_question: Whether the sentence that it stands in asks.
    """

    type: str
    kind: CueKind
    turn: int
    first: int
    last: int
    end_s: float
    is_question: bool = False

    @property
    def words(self) -> range:
        """Indexes of its words."""
        return range(self.first, self.last)

    @property
    def is_name(self) -> bool:
        """Whether it names the type."""
        return self.kind is CueKind.NAME


class CuePhrases:
    """The phrases of one language, found in one pass over the words.

    Args:
        cues: By type.
        language: Its verbs that cues are written together with ("my email's"), and its letters.
    """

    def __init__(self, cues: Mapping[str, Cues], language: SpokenLanguage) -> None:
        self._contracted = tuple(language.contracted_endings)
        spelled = [(one, type_) for type_, phrases in cues.items() for one in phrases.spelled]
        copulas = (word for phrases in cues.values() for word in phrases.copulas)
        self._copulas = frozenset(map(fold, copulas))
        letters = language.letters | language.loose_letters
        self._spelled = SpelledCues(spelled, letters, language.numbers)
        self._by_first: dict[str, list[tuple[tuple[str, ...], str, CueKind]]] = defaultdict(list)
        for type_, phrases in cues.items():
            for kind in CueKind:
                for phrase in getattr(phrases, kind.value):
                    words = tuple(fold(phrase).replace("-", " ").split())
                    # Recognisers write "e-mail", "C-V-V" and "D.N.I." as they please.
                    for written in {words, ("-".join(words),), (".".join(words),)}:
                        self._by_first[written[0]].append((written, type_, kind))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        self._known = {
            word for entries in self._by_first.values() for words, _, _ in entries for word in words
        }
        self._long = [word for word in self._known if len(word) >= MIN_MISHEARD_LETTERS]
        self._heard: dict[str, str] = {}

    def find(self, stream: SpeakerWords, folded: Sequence[str]) -> list[Cue]:
        """Every cue of a stream in order; of one type and kind only the longest at a place.

        A phrase inside a longer one does not count ("security number" in "social security number"),
        nor does a hint that overlaps a name ("number is").
        """
        found: list[Cue] = []
        heard = [self._as_meant(word) for word in folded]
        for first, word in enumerate(heard):
            entries = self._by_first.get(word)
            if not entries:
                continue
            seen: set[tuple[str, CueKind]] = set()
            for words, type_, kind in entries:
                last = first + len(words)
                key = type_, CueKind.NAME if kind in CONTEXT_KINDS else kind
                if key in seen or tuple(heard[first:last]) != words:
                    continue
                seen.add(key)
                turn, end_s = stream.places[last - 1].turn, stream.words[last - 1].end_s
                found.append(Cue(type_, kind, turn, first, last, end_s))
        return _meant(self._with_spelled(found, stream, folded))

    def _with_spelled(
        self, found: list[Cue], stream: SpeakerWords, folded: Sequence[str]
    ) -> list[Cue]:
        """The cues with the abbreviations that were spelled where there is none.

        In an answer, misheard letters of a value may sound like one, so customers name one only
        with an "is" after it.
        """
        named = {word for cue in found if cue.is_name for word in cue.words}
        for type_, first, until in self._spelled.find(folded):
            last = until - (until - first > 1 and folded[until - 1] in self._copulas)
            is_announced = (
                stream.role is Role.AGENT
                or self._spelled.is_written(folded[first:last])
                or self._copulas.issuperset(folded[last : last + 1] or [""])
            )
            if is_announced and named.isdisjoint(range(first, last)):
                turn, end_s = stream.places[last - 1].turn, stream.words[last - 1].end_s
                found.append(Cue(type_, CueKind.NAME, turn, first, last, end_s))
        return sorted(found, key=lambda cue: cue.first)

    def _as_meant(self, word: str) -> str:
        """The cue word most likely misrecognised as this longer word; else the word itself."""
        if word in self._known:
            return word
        straight = word.replace("\u2019", "'")
        for ending in self._contracted:
            if straight.endswith(ending):
                return word[: -len(ending)]
        if len(word) < MIN_MISHEARD_LETTERS or not word.isalpha():
            return word
        known = self._heard.get(word)
        if known is None:
            best = extractOne(word, self._long, scorer=Levenshtein.distance, score_cutoff=1)
            known = best[0] if best else word
            if len(self._heard) < MAX_REMEMBERED_WORDS:
                self._heard[word] = known
        return known


def _meant(cues: list[Cue]) -> list[Cue]:
    """Without the cues that a name of another type overlaps."""
    return [
        cue
        for index, cue in enumerate(cues)
        if not any(
            _covers(other, cue) for other in cues[max(0, index - NEAR_CUES) : index + 1 + NEAR_CUES]
        )
    ]


def _covers(other: Cue, cue: Cue) -> bool:
    """Whether a name of another type overlaps `cue`, and `cue` is shorter, later or only a hint."""
    overlap = other.first < cue.last and cue.first < other.last
    longer = other.last - other.first > cue.last - cue.first
    if not (overlap and other.is_name and other.type != cue.type):
        return False
    if cue.kind in INTRODUCERS:
        return other.first < cue.first  # "name is" in "my mother's maiden name is"
    if cue.kind is CueKind.REQUEST:
        return cue.type == REFERENCE  # "what year" in "what year were you born"
    return cue.kind in CONTEXT_KINDS and (longer or other.first < cue.first or not cue.is_name)
