"""The names that one side of a call says, beyond those that answer a question."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from models.call import Role
from models.language.spoken.language import fold
from qa_rules.pii_detection.context.cues import CueKind
from qa_rules.pii_detection.context.questions import is_question
from qa_rules.pii_detection.expansion.misheard_names import MisheardNames
from qa_rules.pii_detection.expansion.uncertain_names import UncertainNames
from qa_rules.pii_detection.recognizers.named_entities import (
    NamePlace,
    begins_sentence,
    repeated_names,
    supported_words,
    with_recognised,
)
from qa_rules.pii_detection.recognizers.names_and_passwords import (
    PERSON_NAME,
)
from qa_rules.pii_detection.recognizers.spelled_names import spelled_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from qa_rules.pii_detection.recognizers.names_and_passwords import WordSpotter
    from qa_rules.pii_detection.recognizers.run_segmentation import Candidate
    from qa_rules.pii_detection.speaker_pass import SpeakerPass

OWN_KINDS = frozenset({CueKind.OWN_INTRODUCER, CueKind.WEAK_INTRODUCER, CueKind.AGENT_INTRODUCER})
"""Cues by which agents name themselves."""
HEARD_LETTERS = 4
"""Recognition keeps this many first letters of unknown names: "Lumina" becomes "Luminous"."""


class NamePass:
    """Names that one side mentions in passing, spells or repeats.

    Args:
        side: The side.
        role: Who speaks.
        spotter: Finds where names begin and end.
        code: The language.

    Attributes:
        view: The side's words, before anything is found in them.
    """

    def __init__(self, side: SpeakerPass, role: Role, spotter: WordSpotter, code: str) -> None:
        self._code = code
        self._side = side
        self._role = role
        self._spotter = spotter
        self._cues = [cue for cue in side.announcements if cue.type == PERSON_NAME]
        self.view = side.reading(())
        self._supported = supported_words(self.view, self._cues)

    @property
    def own_names(self) -> frozenset[str]:
        """The words by which this side, if it is the agent's, names itself."""
        if self._role is not Role.AGENT:
            return frozenset()
        words = {*self._words_after(OWN_KINDS), *self._words_before_followers()}
        return frozenset(self.view.folded[word] for word in words)

    def _words_before_followers(self) -> Iterator[int]:
        """The words of names before a phrase such as "speaking", but not in a question."""
        for cue in self._cues:
            if not is_question(cue, self.view.stream):
                yield from range(self._spotter.followed_start(self.view, cue), cue.first)

    def misheard(self, centre_names: Collection[str]) -> frozenset[str]:
        """Words that are probably misrecognitions of the centre's own names, as "L'umina"."""
        beginnings = tuple(
            name[:HEARD_LETTERS] for name in centre_names if len(name) > HEARD_LETTERS
        )
        written = (fold(word.text.replace("'", "")) for word in self.view.stream.words)
        return frozenset(
            word
            for word, whole in zip(self.view.folded, written, strict=True)
            if word.startswith(beginnings) or whole.startswith(beginnings)
        )

    def searched_turns(self) -> Iterator[tuple[range, bool]]:
        """The turns in which some word may be a name; others need no recogniser.

        Yields:
            A turn's words, and whether a name counts there only if both recognisers find it.
        """
        turns = [place.turn for place in self.view.stream.places]
        starts = (at for at, (one, other) in enumerate(pairwise(turns), 1) if one != other)
        for start, end in pairwise([0, *starts, len(turns)]):
            words = range(start, end)
            names = [word for word in words if self._may_be_name(word)]
            if names:
                is_alone = self.view.is_cased and any(map(self._may_stand_alone, names))
                yield words, not is_alone and self._supported.isdisjoint(words)

    def _may_be_name(self, word: int) -> bool:
        return self.view.is_name_like(word) and self.view.folded[word] not in self._spotter.stops

    def _may_stand_alone(self, word: int) -> bool:
        """Whether this capital is not only that of the first word of a sentence."""
        if not begins_sentence(self.view, word):
            return True
        return self.view.folded[word] in self._spotter.sure_names or (
            not self.view.ends_turn(word) and self.view.is_name_like(word + 1)
        )

    def candidates(
        self, found: Sequence[Candidate], places: Iterable[NamePlace], own: Collection[str]
    ) -> list[Candidate]:
        """Candidates with the names that this side says in passing or spells.

        Args:
            found: Its candidates.
            places: Where recognisers found names in its words.
            own: Names of the centre and its agents, which are not personal data.
        """
        # "I am from …" begins like "I am …" and names a place or a firm.
        origins = set(self._words_of(CueKind.ORGANISATION))
        found = [one for one in found if one.type != PERSON_NAME or one.first not in origins]
        reading = self._side.reading([one for one in found if one.type != PERSON_NAME])
        barred = {word for word, folded in enumerate(self.view.folded) if folded in own}
        barred.update(self._introducing_words())
        if self.view.is_cased:
            barred.update(self._words_after({CueKind.ORGANISATION}))
        passing = replace(reading, barred=reading.barred | barred)
        named = with_recognised(passing, found, self._spotter, self._cues, places)
        names = [one for one in named if one.type == PERSON_NAME and not self._is_greeting(one)]
        if names or self._supported:
            misheard = MisheardNames(passing, self._spotter, self._code)
            names = list(misheard.completed(names))
            names += misheard.announced(self._cues, names)
        titles = frozenset(self._words_of(CueKind.TITLE))
        uncertain = self._uncertain_names()
        names = [
            one._replace(idle=titles.intersection(range(one.first, one.last)))
            for one in map(uncertain.marked, names)
        ]
        named = [*(one for one in named if one.type != PERSON_NAME), *names]
        spelling = [
            cue
            for cue in self._side.asked
            if cue.type == PERSON_NAME and cue.kind is CueKind.REQUEST
        ]
        return [*named, *spelled_names(reading, names, spelling)]

    def _is_greeting(self, name: Candidate) -> bool:
        """Whether an agent answers with the firm's name before the own one: "Acme Water, Jo here".

        A word that people are given as a name may be the customer's.
        """
        words = range(name.first, name.last)
        view, given = self.view, self._spotter.given_names
        is_clause = view.begins_turn(name.first) or view.ends(name.first - 1)
        if name.asked or self._role is not Role.AGENT or not is_clause or len(words) == 1:
            return False
        is_thing = name.last - 1 in set(self._words_of(CueKind.THING))
        may_be_given = any(view.folded[word] in given for word in words) and not is_thing
        if may_be_given or not view.ends(name.last - 1):
            return False
        kinds = OWN_KINDS | {CueKind.FOLLOWER}
        nearby = (cue for cue in self._cues if 0 <= cue.first - name.last <= 1)
        return any(cue.kind in kinds and view.same_turn(name.first, cue.first) for cue in nearby)

    def _uncertain_names(self) -> UncertainNames:
        is_agent = self._role is Role.AGENT
        before_firms = {CueKind.ORGANISATION, *({CueKind.AGENT_INTRODUCER} if is_agent else ())}
        firms = {*self._words_after(before_firms)}
        view, cues, spotter = self.view, self._cues, self._spotter
        return UncertainNames(view, cues, spotter, self._supported, firms)

    def repetitions(self, names: Collection[str], taken: Sequence[Candidate]) -> list[Candidate]:
        """Where this side says a name that was given in this call, outside of `taken`."""
        return list(repeated_names(self._side.reading(taken), names))

    def _introducing_words(self) -> Iterator[int]:
        """Capitalised words that introduce a name and belong to none: "Speaking, Chiara"."""
        for cue in self._cues:
            is_followed = cue.kind in OWN_KINDS and cue.last < len(self.view.folded)
            if is_followed and self._spotter.begins(self.view, cue.last):
                yield from (word for word in cue.words if self._spotter.begins(self.view, word))

    def _words_of(self, kind: CueKind) -> Iterator[int]:
        """The words of this side's cues of a kind."""
        return (word for cue in self._cues if cue.kind is kind for word in cue.words)

    def _is_capitalised(self, word: int) -> bool:
        """Whether a word has a capital, as a particle has that begins a name: "San Martín"."""
        return self.view.is_cased and self.view.is_name_like(word)

    def _words_after(self, kinds: AbstractSet[CueKind]) -> Iterator[int]:
        """The words of names that directly follow a phrase."""
        for cue in self._cues:
            first = cue.last
            if cue.kind not in kinds or first >= len(self.view.folded):
                continue
            is_place = cue.kind is CueKind.ORGANISATION and self._is_capitalised(first)
            if cue.kind is CueKind.ORGANISATION and self.view.ends(first - 1):
                continue  # "I came from the hospital, Ann drove me"
            if is_place or self._spotter.begins(self.view, first):
                yield from range(first, self._spotter.value_end(self.view, first))


def name_places(sides: Sequence[NamePass], code: str) -> list[list[NamePlace]]:
    """What the recognisers of a language find in the sides of a call, in one batch.

    Args:
        sides: The sides.
        code: The language.

    Returns:
        For each side the places in order.
    """
    turns = [
        (side, words, agreed_only)
        for side, one in enumerate(sides)
        for words, agreed_only in one.searched_turns()
    ]
    places: list[list[NamePlace]] = [[] for _ in sides]
    if not turns:
        return places
    # Loading takes seconds, so it happens only where there is text to search.
    from models.language.entities import person_names  # noqa: PLC0415

    texts = [[sides[side].view.stream.words[at].text for at in words] for side, words, _ in turns]
    agreed_only = {number for number, (_, _, only) in enumerate(turns) if only}
    found = person_names(texts, code, agreed_only)
    for (side, words, _), names in zip(turns, found, strict=True):
        places[side] += [
            NamePlace(words.start + name.first, words.start + name.last, name.recognisers)
            for name in names
        ]
    return places
