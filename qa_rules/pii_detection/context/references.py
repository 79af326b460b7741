"""References: numbers that are called an order number, an error code, or the centre's own.

The nearest name decides. A number that is called a reference is not personal data, whatever its
shape; one that is called a card number a few words later is a card number after all.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from models.call import Role
from qa_rules.pii_detection.context.cues import CueKind
from qa_rules.pii_detection.context.dialogue import (
    LATE_S,
    OWN_WORDS_AFTER,
    OWN_WORDS_BEFORE,
    QUESTION_S,
)
from qa_rules.pii_detection.context.word_view import SENTENCE_END
from qa_rules.pii_detection.types.pii_type import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from qa_rules.pii_detection.context.cues import Cue
    from qa_rules.pii_detection.context.speaker_words import SpeakerWords

CONTACTS = frozenset({CueKind.OWN_CONTACT, CueKind.TOLD_CONTACT})
OWN_NAMES = frozenset({CueKind.NAME, CueKind.HINT}) | CONTACTS
NAMING = frozenset({CueKind.NAME, CueKind.READING}) | CONTACTS
QUESTION_NAMES = frozenset({CueKind.NAME, CueKind.REQUEST})
MAX_JOINING_WORDS = 2
"""Between two numbers of one name: "order numbers 445 and then 446"."""


class References:
    """Decides which numbers of one side are references.

    Args:
        stream: The side's words.
        own: What this side says of types, announcements included.
        others: What the other sides ask for.
        codes: Types that consist of digits and letters: only their names contest a number.
        numbers: Words that are said for digits.
    """

    def __init__(
        self,
        stream: SpeakerWords,
        own: Sequence[Cue],
        others: Sequence[Cue],
        codes: Collection[str],
        numbers: Collection[int],
    ) -> None:
        self._stream = stream
        self._codes = codes
        self._numbers = numbers
        self.are_of_agent = is_agent = stream.role is Role.AGENT
        self._own = [
            cue
            for cue in own
            if cue.kind in OWN_NAMES
            and self._contests(cue)
            and cue.kind is not (CueKind.TOLD_CONTACT if is_agent else CueKind.OWN_CONTACT)
        ]
        self._naming = [cue for cue in own if cue.kind in NAMING]
        self._names = [cue for cue in own if cue.is_name and cue.type != REFERENCE]
        self._contacts = [cue for cue in self._own if cue.kind in CONTACTS]
        kinds = QUESTION_NAMES | ({CueKind.OWN_REQUEST} if is_agent else set())
        self._others = sorted(
            (cue for cue in others if cue.kind in kinds and self._contests(cue)),
            key=attrgetter("end_s"),
        )
        # An agent is rarely asked, so what a customer names expires sooner.
        self._question_s = QUESTION_S / 3 if is_agent else QUESTION_S
        self._before: tuple[int, bool] = (0, False)

    def is_reference(self, first: int, last: int) -> bool:
        """Whether the number at some words is a reference; to be called in order."""
        found = self._named_before(first)
        if found is None:
            found = self._named_after(last)
        if found is None:
            found = self._asked(first)
        self._before = last, bool(found)
        return bool(found)

    def is_own_contact(self, first: int) -> bool:
        """Whether the agent has just announced a contact of the centre, or was asked for one."""
        return self._is_asked_for_own(first) or any(
            0 <= first - cue.last <= OWN_WORDS_AFTER and self._same_sentence(cue.last - 1, first)
            for cue in self._contacts
        )

    def is_reading(self, first: int) -> bool:
        """Whether what the speaker named last in the same turn is what a meter shows."""
        turn = self._stream.places[first].turn
        before = [cue for cue in self._naming if cue.turn == turn and cue.last <= first]
        last = max((cue.last for cue in before), default=0)
        return any(cue.kind is CueKind.READING for cue in before if cue.last == last)

    def is_count(self, first: int) -> bool:
        """Whether the other side's last question only asks how many or how much."""
        cues = self._last_question(first)
        return bool(cues) and all(cue.kind is CueKind.REQUEST for cue in cues)

    def _contests(self, cue: Cue) -> bool:
        return cue.type == REFERENCE or cue.type in self._codes

    def _named_before(self, first: int) -> bool | None:
        """What the speaker calls it beforehand; None if not at all."""
        done, was_reference = self._before
        if done and was_reference and first - done <= MAX_JOINING_WORDS:
            cues = [cue for cue in self._own if done <= cue.last <= first]
            if not cues and self._same_sentence(done - 1, first):
                return True
        near = [
            cue
            for cue in self._own
            if done <= cue.last <= first
            and first - cue.last <= OWN_WORDS_BEFORE
            and self._reaches(cue, first)
        ]
        contact = [cue for cue in near if cue.kind in CONTACTS]
        if contact:
            # "our phone number": what it is a number of is named within the same phrase.
            inside = [cue for cue in near if cue.first >= contact[-1].last and cue.is_name]
            return not [cue for cue in inside if cue.first > contact[-1].last + 1]
        names = [cue for cue in near if cue.is_name]
        if names:
            nearest = max(cue.last for cue in names)
            return any(cue.type == REFERENCE for cue in names if cue.last == nearest)
        hints = [cue for cue in near if cue.kind is CueKind.HINT and cue.type == REFERENCE]
        is_persons = self._is_asked(first) or self._names_a_persons(first)
        return True if hints and not is_persons else None

    def _names_a_persons(self, first: int) -> bool:
        """Whether the speaker names personal data earlier in the same turn.

        After "the expiry is …" even "the code" is no error code.
        """
        turn = self._stream.places[first].turn
        return any(cue.turn == turn and cue.last <= first for cue in self._names)

    def _reaches(self, cue: Cue, first: int) -> bool:
        """Whether a name and a number stand in one turn, or closely together in two."""
        same_turn = self._stream.places[first].turn == cue.turn
        return same_turn or first - cue.last <= OWN_WORDS_AFTER

    def _named_after(self, last: int) -> bool | None:
        """What the speaker calls it right afterwards, unless that begins the next number."""
        for cue in self._own:
            if cue.first < last or not cue.is_name:
                continue
            if cue.first > last + OWN_WORDS_AFTER or not self._same_sentence(last - 1, cue.first):
                return None
            beyond = range(cue.last, cue.last + OWN_WORDS_AFTER)
            if any(word in self._numbers for word in beyond):
                return None
            return cue.type == REFERENCE
        return None

    def _asked(self, first: int) -> bool | None:
        """What the other side's last question calls it; None if it asks for nothing."""
        last = self._last_question(first)
        if not last:
            return None
        is_centres = any(cue.kind is CueKind.OWN_REQUEST for cue in last)
        return is_centres or all(cue.type == REFERENCE for cue in last)

    def _last_question(self, first: int) -> list[Cue]:
        """The last of what the other side asks for, by all the names that it has."""
        start_s = self._stream.words[first].start_s
        latest = [
            cue
            for cue in self._others
            if cue.end_s <= start_s + LATE_S and start_s - cue.end_s <= self._question_s
        ]
        cues = [cue for cue in latest if cue.turn == latest[-1].turn]
        end_s = max((cue.end_s for cue in cues), default=0.0)
        return [cue for cue in cues if cue.end_s == end_s]

    def _is_asked_for_own(self, first: int) -> bool:
        """Whether a customer has just asked for a contact of the centre."""
        start_s = self._stream.words[first].start_s
        return any(
            cue.kind is CueKind.OWN_REQUEST
            and 0 <= start_s - cue.end_s + LATE_S <= self._question_s
            for cue in self._others
        )

    def _is_asked(self, first: int) -> bool:
        """Whether the other side has just asked for a person's number."""
        return self._asked(first) is False

    def _same_sentence(self, word: int, other: int) -> bool:
        """Whether no sentence and no turn ends from one word to before another."""
        places, words = self._stream.places, self._stream.words
        return places[word].turn == places[other].turn and not any(
            words[at].text.endswith(SENTENCE_END) for at in range(word, other)
        )
