"""The names that one side of a call says, beyond those that answer a question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.call import Role
from qa_rules.pii_detection.context.cues import CueKind
from qa_rules.pii_detection.recognizers.named_entities import with_recognised
from qa_rules.pii_detection.recognizers.names_and_passwords import PERSON_NAME, WHOLE_SCORE
from qa_rules.pii_detection.recognizers.run_segmentation import Candidate
from qa_rules.pii_detection.recognizers.spelled_names import spelled_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from qa_rules.pii_detection.context.word_view import WordView
    from qa_rules.pii_detection.recognizers.named_entities import NamePlace
    from qa_rules.pii_detection.recognizers.names_and_passwords import WordSpotter
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

    Attributes:
        view: The side's words, before anything is found in them.
    """

    def __init__(self, side: SpeakerPass, role: Role, spotter: WordSpotter) -> None:
        self._side = side
        self._role = role
        self._spotter = spotter
        self._cues = [cue for cue in side.announcements if cue.type == PERSON_NAME]
        self.view = side.reading(())

    @property
    def own_names(self) -> frozenset[str]:
        """The words by which this side, if it is the agent's, names itself."""
        is_agent = self._role is Role.AGENT
        words = self._words_after(OWN_KINDS) if is_agent else ()
        return frozenset(self.view.folded[word] for word in words)

    def misheard(self, centre_names: Collection[str]) -> frozenset[str]:
        """Words that are probably misrecognitions of the centre's own names."""
        beginnings = tuple(
            name[:HEARD_LETTERS] for name in centre_names if len(name) > HEARD_LETTERS
        )
        return frozenset(word for word in self.view.folded if word.startswith(beginnings))

    def candidates(
        self, found: Sequence[Candidate], places: Iterable[NamePlace], own: Collection[str]
    ) -> list[Candidate]:
        """Candidates with the names that this side says in passing or spells.

        Args:
            found: Its candidates.
            places: Where recognisers found names in its words.
            own: Names of the centre and its agents, which are not personal data.
        """
        reading = self._side.reading([one for one in found if one.type != PERSON_NAME])
        barred = {word for word, folded in enumerate(self.view.folded) if folded in own}
        if self.view.is_cased:
            barred.update(self._words_after({CueKind.ORGANISATION}))
        passing = replace(reading, barred=reading.barred | barred)
        named = with_recognised(passing, found, self._spotter, self._cues, places)
        names = [one for one in named if one.type == PERSON_NAME]
        spelling = [
            cue
            for cue in self._side.asked
            if cue.type == PERSON_NAME and cue.kind is CueKind.REQUEST
        ]
        return [*named, *spelled_names(reading, names, spelling)]

    def repetitions(self, names: Collection[str], taken: Sequence[Candidate]) -> list[Candidate]:
        """Where this side says a name that was given in this call, outside of `taken`."""
        return list(_repeated(self._side.reading(taken), names))

    def _words_after(self, kinds: AbstractSet[CueKind]) -> Iterator[int]:
        """The words of names that directly follow a phrase."""
        for cue in self._cues:
            first = cue.last
            if (
                cue.kind in kinds
                and first < len(self.view.folded)
                and self._spotter.begins(self.view, first)
            ):
                yield from range(first, self._spotter.value_end(self.view, first))


def _repeated(reading: WordView, names: Collection[str]) -> Iterator[Candidate]:
    """Every place where a name that was given is repeated."""
    for word, folded in enumerate(reading.folded):
        if folded in names and word not in reading.barred and reading.is_name_like(word):
            yield Candidate(
                type=PERSON_NAME,
                first=word,
                last=word + 1,
                score=WHOLE_SCORE,
                checksum_valid=None,
                asked=False,
                text=folded,
                why="a name that was given in this call",
            )
