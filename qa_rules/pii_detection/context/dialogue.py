"""Evidence for a type: the speaker's own announcement, or the other side's question."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from qa_rules.pii_detection.context.cues import CONTEXT_KINDS
from qa_rules.pii_detection.evidence.features import NO_EVIDENCE, Evidence, Feature
from qa_rules.pii_detection.evidence.weights import total, weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa_rules.pii_detection.context.cues import Cue
    from qa_rules.pii_detection.context.speaker_words import SpeakerWords

QUESTION_S = 30.0
"""Time for which a question counts, in seconds."""
OWN_WORDS_BEFORE = 10
"""Words from what a speaker calls a value to the value, at most."""
OWN_WORDS_AFTER = 4
"""The same where the name follows the value."""
OWN_S = 15.0
"""Time for which a speaker's own name of a value counts, in seconds."""
LATE_S = 0.7
"""Tolerance of word times: an answer may seem to begin before its question ends."""
CHOICE = weights().choice
ASKED = CHOICE[Feature.ASKED_BY_NAME]
"""Least context of a value that was asked for by name, and just before."""
OUTDATED = weights().limits.outdated
RECENT_S = 8.0
"""Time in which a hint counts as a question, in seconds."""
MAX_QUESTIONS = 8
"""Latest questions that are considered."""


class Context(NamedTuple):
    """Evidence for a type at one position.

    Attributes:
        weight: Contribution to the score.
        asked: True if the other side asked.
        why: The evidence as text.
        evidence: The same as features.
    """

    weight: float
    asked: bool
    why: str
    evidence: Evidence = NO_EVIDENCE


NO_CONTEXT = Context(0.0, asked=False, why="no context")


class Dialogue:
    """Finds evidence for types in the stream of one side.

    Args:
        stream: The side's words.
        own: Cues of this side.
        others: Cues of the other sides.
        is_asked: False for the agent, who is not asked for personal data: types that a customer
            names are rarely questions.

    Attributes:
        types: The types named by any side.
    """

    def __init__(
        self, stream: SpeakerWords, own: Sequence[Cue], others: Sequence[Cue], *, is_asked: bool
    ) -> None:
        self._stream = stream
        self._question_weight = 1.0 if is_asked else OUTDATED
        self._question_s = QUESTION_S if is_asked else QUESTION_S / 3
        self._own: dict[str, list[Cue]] = defaultdict(list)
        for cue in own:
            self._own[cue.type].append(cue)
        self._own_names = sorted((cue for cue in own if cue.is_name), key=lambda cue: cue.last)
        self._questions: dict[str, list[Cue]] = defaultdict(list)
        questions = [cue for cue in others if cue.kind in CONTEXT_KINDS]
        self._all_questions = sorted(questions, key=lambda cue: cue.end_s)
        for cue in self._all_questions:
            self._questions[cue.type].append(cue)
        self._question_ends_s = [cue.end_s for cue in self._all_questions]
        self.types = frozenset(self._own) | frozenset(self._questions)
        # Segments of one run begin and end at the same few words, so results are cached.
        self._known_before: dict[tuple[str, int], tuple[Context, Context]] = {}
        self._known_after: dict[tuple[str, int], Context] = {}

    def question_between(self, start_s: float, end_s: float) -> bool:
        """Whether the other side names a type in that time."""
        low = bisect_right(self._question_ends_s, start_s)
        return low < len(self._question_ends_s) and self._question_ends_s[low] <= end_s

    def context(self, type_: str, first: int, last: int) -> Context:
        """Evidence for `type_` at the words from `first` to before `last`."""
        if type_ not in self.types:
            return NO_CONTEXT
        before = self._known_before.get((type_, first))
        if before is None:
            before = self._question(type_, first), self._own_before(type_, first)
            self._known_before[type_, first] = before
        question, own = before
        after = self._known_after.get((type_, last))
        if after is None:
            after = self._known_after[type_, last] = self._own_after(type_, last)
        if question.weight > max(own.weight, after.weight) and self._names_another(type_, first):
            question = _outdated(question)
        if question.weight and own.weight and own >= after:
            why = f"{question.why}, {own.why}"
            surer = max(question, own, key=lambda one: one.weight)
            evidence = (*surer.evidence, (Feature.ASKED_AND_NAMED, 1.0))
            return _context(evidence, asked=question.asked, why=why)
        return max(question, own, after)

    def _names_another(self, type_: str, first: int) -> bool:
        """Whether the speaker, shortly before, names another type than the one in question."""
        start = bisect_left(self._own_names, first - OWN_WORDS_BEFORE, key=lambda cue: cue.last)
        until = bisect_right(self._own_names, first, key=lambda cue: cue.last)
        turn = self._stream.places[first].turn
        named = [cue for cue in self._own_names[start:until] if cue.turn == turn]
        return bool(named) and all(cue.type != type_ for cue in named)

    def _question(self, type_: str, first: int) -> Context:
        """The strongest question of the last half minute; outdated questions count less."""
        questions = self._questions.get(type_)
        best = NO_CONTEXT
        if not questions:
            return best
        start_s = self._stream.words[first].start_s
        latest_turn = self._latest_turn(start_s)
        until = bisect_right(questions, start_s + LATE_S, key=lambda cue: cue.end_s)
        for cue in reversed(questions[max(0, until - MAX_QUESTIONS) : until]):
            ago_s = start_s - cue.end_s
            if ago_s > self._question_s:
                break
            feature = Feature.ASKED_BY_NAME if cue.is_name else Feature.ASKED_BY_HINT
            worth = self._question_weight * (1.0 if cue.turn == latest_turn else OUTDATED)
            asked = cue.is_name or (cue.turn == latest_turn and ago_s < RECENT_S)
            why = f"{'asked' if cue.is_name else 'hinted at'} {max(ago_s, 0.0):.0f} s before"
            best = max(best, _context(((feature, worth),), asked=asked, why=why))
        return best

    def _latest_turn(self, start_s: float) -> int | None:
        """Turn of the last question of any type."""
        until = bisect_right(self._question_ends_s, start_s + LATE_S)
        return self._all_questions[until - 1].turn if until else None

    def _own_before(self, type_: str, first: int) -> Context:
        """The speaker's own announcement, shortly before."""
        own = self._own.get(type_, ())
        start = bisect_left(own, first - OWN_WORDS_BEFORE, key=lambda cue: cue.last)
        best = NO_CONTEXT
        for cue in own[start:]:
            if cue.first >= first:
                break
            distance = first - cue.last
            is_recent = self._stream.words[first].start_s - cue.end_s <= OWN_S
            if (
                distance >= 0
                and is_recent
                and (cue.turn == self._stream.places[first].turn or distance <= OWN_WORDS_AFTER)
            ):
                best = max(best, _own_context(cue, distance, "named before"))
        return best

    def _own_after(self, type_: str, last: int) -> Context:
        """The speaker's own announcement, right after."""
        own = self._own.get(type_, ())
        start = bisect_left(own, last, key=lambda cue: cue.first)
        best = NO_CONTEXT
        for cue in own[start:]:
            if cue.first > last + OWN_WORDS_AFTER:
                break
            best = max(best, _own_context(cue, 2 * (cue.first - last) + 3, "named after"))
        return best


def _own_context(cue: Cue, distance: int, why: str) -> Context:
    feature = Feature.NAMED if cue.is_name else Feature.HINTED
    evidence = (feature, 1.0), (Feature.WORDS_BETWEEN, float(distance))
    return _context(evidence, asked=False, why=why)


def _context(evidence: Evidence, *, asked: bool, why: str) -> Context:
    return Context(total(evidence, CHOICE), asked, why, evidence)


def _outdated(question: Context) -> Context:
    """A question that the speaker seems to have answered already."""
    evidence = tuple((feature, value * OUTDATED) for feature, value in question.evidence)
    return _context(evidence, asked=False, why=question.why)
