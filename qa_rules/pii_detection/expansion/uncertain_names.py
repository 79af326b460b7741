"""Names that may be a firm's, an agent's or nobody's: they are masked, and not reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.call import Role
from qa_rules.pii_detection.context.cues import INTRODUCERS, CueKind
from qa_rules.pii_detection.recognizers.names_and_passwords import UNSURE_SCORE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from qa_rules.pii_detection.context.cues import Cue
    from qa_rules.pii_detection.context.word_view import WordView
    from qa_rules.pii_detection.recognizers.names_and_passwords import WordSpotter
    from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

NAMING_KINDS = frozenset({CueKind.INTRODUCER, CueKind.TITLE})
"""Cues by which agents name somebody else."""


class UncertainNames:
    """Tells the names of one side that the dialogue does not establish.

    Args:
        view: The side's words.
        cues: Its cues of names.
        spotter: Knows the names that people are given.
        supported: Words that directly follow a cue of a name.
        firms: Words of names that directly follow a phrase for a firm.
    """

    def __init__(
        self,
        view: WordView,
        cues: Sequence[Cue],
        spotter: WordSpotter,
        supported: Collection[int],
        firms: Collection[int],
    ) -> None:
        self._view = view
        self._cues = cues
        self._spotter = spotter
        self._supported = supported
        self._firms = firms
        self._is_agents = view.stream.role is Role.AGENT
        self._known = {word for cue in cues if cue.kind is CueKind.FIRM for word in cue.words}
        self._contacted = {cue.last for cue in cues if cue.kind is CueKind.CONTACT}
        self._named = {
            word for cue in cues if cue.kind in NAMING_KINDS for word in (cue.first, cue.last)
        }

    def marked(self, name: Candidate) -> Candidate:
        """The name, unsure if it may be none of a person, or none of a customer."""
        is_uncertain = self._is_agents_own(name) or (
            not (name.asked or name.first in self._supported)
            and (self._is_called(name) or self._is_known_firm(name) or self._may_be_firm(name))
        )
        goes_on = self._goes_on_with_firm(name) or (not name.asked and self._is_things(name))
        return name._replace(score=UNSURE_SCORE) if is_uncertain or goes_on else name

    def _is_agents_own(self, name: Candidate) -> bool:
        """Whether an agent gives it first in a call, or because a customer asks for it.

        "Cherry and Sons, good morning" is no customer's, unlike "am I speaking with Ann Cherry".
        """
        opens_call = self._view.stream.places[name.first].turn == 0
        is_own = name.asked or (opens_call and name.first not in self._named)
        return self._is_agents and is_own

    def _is_called(self, name: Candidate) -> bool:
        """Whether a customer calls someone, or swears: "Ann, are you there?", "Jesus, …"."""
        is_single = name.last - name.first == 1
        is_call = self._view.begins_turn(name.first) and self._view.ends(name.first)
        return is_single and is_call and not (self._is_agents or self._view.ends_turn(name.first))

    def _is_known_firm(self, name: Candidate) -> bool:
        return self._known.issuperset(range(name.first, name.last))

    def _may_be_firm(self, name: Candidate) -> bool:
        """Whether a single word after a verb of contact is no name that people are given."""
        is_contacted = name.last - name.first == 1 and name.first in self._contacted
        return is_contacted and self._view.folded[name.first] not in self._spotter.given_names

    def _goes_on_with_firm(self, name: Candidate) -> bool:
        """Whether it is the rest of a firm's name: "from Marks and Spencer"."""
        words = self._view.folded[name.first - 2 : name.first]
        is_joined = bool(words) and words[-1] in self._spotter.openers
        return is_joined and name.first - 2 in self._firms

    def _is_things(self, name: Candidate) -> bool:
        """Whether the name goes on as that of a firm or place: "Parker Logistics", "Owen and Sons".

        Whoever says "my name is …" tells a person's, whatever its last word means otherwise.
        """
        if any(cue.kind in INTRODUCERS and cue.last == name.first for cue in self._cues):
            return False
        last = name.last
        is_clause = self._view.ends(last - 1) and not self._view.ends_turn(last - 1)
        if is_clause and self._view.folded[last] in self._spotter.determiners:
            last += 1  # "Clarke Willmott, the solicitors"
        return any(
            cue.kind is CueKind.THING
            and name.first < cue.first <= last
            and self._view.same_turn(name.first, cue.first)
            and (cue.first > name.last or not self._view.ends(cue.first - 1))
            for cue in self._cues
        )
