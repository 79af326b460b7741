"""What speaks for a type at a place: the speaker's own words, or the other side's question."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from qa_rules.pii_cues import CONTEXT_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa_rules.pii_cues import Cue
    from qa_rules.pii_streams import Stream

QUESTION_S = 30.0
"""How long a question is remembered."""
OWN_WORDS_BEFORE = 10
OWN_WORDS_AFTER = 4
OWN_S = 15.0
LATE_S = 0.7
"""Word times are about this exact: an answer may seem to begin before its question ends."""
NAMED, HINTED = 0.4, 0.28
ASKED, ASKED_BY_HINT = 0.5, 0.35
OUTDATED = 0.6
RECENT_S = 8.0
MAX_QUESTIONS = 8


class Context(NamedTuple):
    """What speaks for a type at one place.

    Attributes:
        weight: What it adds to the score.
        asked: True if the other side asked.
        why: In words.
    """

    weight: float
    asked: bool
    why: str


NO_CONTEXT = Context(0.0, asked=False, why="no context")


class Dialogue:
    """Tells what speaks for a type at a place of one side's stream.

    Args:
        own: Cues that this side says.
        others: Cues that the other sides say.
        is_asked: False for the agent, of whom nobody asks personal data: what a customer
            names there is seldom a question.
    """

    def __init__(self, own: Sequence[Cue], others: Sequence[Cue], *, is_asked: bool) -> None:
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

    @property
    def types(self) -> frozenset[str]:
        """The types that somebody names."""
        return frozenset(self._own) | frozenset(self._questions)

    def question_between(self, start_s: float, end_s: float) -> bool:
        """Whether the other side names some type in that time."""
        low = bisect_right(self._question_ends_s, start_s)
        return low < len(self._question_ends_s) and self._question_ends_s[low] <= end_s

    def context(self, type_: str, stream: Stream, first: int, last: int) -> Context:
        """What speaks for `type_` at the words from `first` to before `last`."""
        if type_ not in self._questions and type_ not in self._own:
            return NO_CONTEXT
        question = self._question(type_, stream.words[first].start_s)
        own = self._own_cue(type_, stream, first, last)
        if question.weight > own.weight and self._names_another(type_, stream, first):
            question = question._replace(weight=question.weight * OUTDATED, asked=False)
        best = max(question, own)
        if question.weight and own.weight and "after" not in own.why:
            why = f"{question.why}, {own.why}"
            return Context(best.weight + NAMED / 4, asked=question.asked, why=why)
        return best

    def _names_another(self, type_: str, stream: Stream, first: int) -> bool:
        """Whether the speaker, shortly before, names another type than the one in question."""
        start = bisect_left(self._own_names, first - OWN_WORDS_BEFORE, key=lambda cue: cue.last)
        until = bisect_right(self._own_names, first, key=lambda cue: cue.last)
        named = [
            cue for cue in self._own_names[start:until] if cue.turn == stream.places[first].turn
        ]
        return bool(named) and all(cue.type != type_ for cue in named)

    def _question(self, type_: str, start_s: float) -> Context:
        """The best question of the last half minute; older than another one counts for less."""
        questions = self._questions.get(type_)
        best = NO_CONTEXT
        if not questions:
            return best
        latest_turn = self._latest_turn(start_s)
        until = bisect_right(questions, start_s + LATE_S, key=lambda cue: cue.end_s)
        for cue in reversed(questions[max(0, until - MAX_QUESTIONS) : until]):
            ago_s = start_s - cue.end_s
            if ago_s > self._question_s:
                break
            weight = self._question_weight * (ASKED if cue.is_name else ASKED_BY_HINT)
            if cue.turn != latest_turn:
                weight *= OUTDATED
            asked = cue.is_name or (cue.turn == latest_turn and ago_s < RECENT_S)
            why = f"{'asked' if cue.is_name else 'hinted at'} {max(ago_s, 0.0):.0f} s before"
            best = max(best, Context(weight, asked=asked, why=why))
        return best

    def _latest_turn(self, start_s: float) -> int | None:
        """Turn of the latest question of any type."""
        until = bisect_right(self._question_ends_s, start_s + LATE_S)
        return self._all_questions[until - 1].turn if until else None

    def _own_cue(self, type_: str, stream: Stream, first: int, last: int) -> Context:
        """The speaker's own announcement, shortly before or right after."""
        own = self._own.get(type_)
        best = NO_CONTEXT
        if not own:
            return best
        start = bisect_right(own, first - OWN_WORDS_BEFORE - 1, key=lambda cue: cue.last)
        for cue in own[start:]:
            if cue.first > last + OWN_WORDS_AFTER:
                break
            if cue.last <= first:
                if stream.words[first].start_s - cue.end_s > OWN_S or (
                    cue.turn != stream.places[first].turn and first - cue.last > OWN_WORDS_AFTER
                ):
                    continue
                distance, why = first - cue.last, "named before"
            elif cue.first >= last:
                distance, why = 2 * (cue.first - last) + 3, "named after"
            else:
                continue
            weight = (NAMED if cue.is_name else HINTED) - 0.01 * distance
            best = max(best, Context(weight, asked=False, why=why))
        return best
