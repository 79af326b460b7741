"""Where a type of PII is named: by the speaker, or by the other side's question."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extractOne

from models.spoken.language import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa_rules.pii_rules import Cues
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
NEAR_CUES = 8
MIN_MISHEARD_LETTERS = 6
MAX_REMEMBERED_WORDS = 100_000
RECENT_S = 8.0


class CueKind(StrEnum):
    """How a phrase announces a value; the values of the enumeration are keys of rule files."""

    NAME = "names"
    HINT = "hints"
    TITLE = "titles"
    INTRODUCER = "introducers"
    OWN_INTRODUCER = "own_introducers"


CONTEXT_KINDS = (CueKind.NAME, CueKind.HINT)


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
    """

    type: str
    kind: CueKind
    turn: int
    first: int
    last: int
    end_s: float

    @property
    def is_name(self) -> bool:
        """Whether it names the type."""
        return self.kind is CueKind.NAME


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


class CuePhrases:
    """The phrases of one language, found in one pass over the words."""

    def __init__(self, cues: Mapping[str, Cues]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str, CueKind]]] = defaultdict(list)
        for type_, phrases in cues.items():
            for kind in CueKind:
                for phrase in getattr(phrases, kind.value):
                    words = tuple(fold(phrase).replace("-", " ").split())
                    self._by_first[words[0]].append((words, type_, kind))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        self._known = {
            word for entries in self._by_first.values() for words, _, _ in entries for word in words
        }
        self._long = [word for word in self._known if len(word) >= MIN_MISHEARD_LETTERS]
        self._heard: dict[str, str] = {}

    def find(self, stream: Stream, folded: Sequence[str]) -> list[Cue]:
        """Every cue of a stream in order; of one type and kind only the longest at a place.

        A phrase inside a longer one is not meant ("security number" in "social security
        number"), and a hint that runs into a name neither ("number is").
        """
        found: list[Cue] = []
        heard = [
            word if len(word) < MIN_MISHEARD_LETTERS else self._as_meant(word) for word in folded
        ]
        for first, word in enumerate(heard):
            entries = self._by_first.get(word)
            if not entries:
                continue
            seen: set[tuple[str, bool]] = set()
            for words, type_, kind in entries:
                last = first + len(words)
                key = type_, kind in CONTEXT_KINDS
                if key in seen or tuple(heard[first:last]) != words:
                    continue
                seen.add(key)
                turn, end_s = stream.places[last - 1].turn, stream.words[last - 1].end_s
                found.append(Cue(type_, kind, turn, first, last, end_s))
        return _meant(found)

    def _as_meant(self, word: str) -> str:
        """The cue word that a longer word was most likely misheard for; else the word itself."""
        if word in self._known or not word.isalpha():
            return word
        known = self._heard.get(word)
        if known is None:
            best = extractOne(word, self._long, scorer=Levenshtein.distance, score_cutoff=1)
            known = best[0] if best else word
            if len(self._heard) < MAX_REMEMBERED_WORDS:
                self._heard[word] = known
        return known


def _meant(cues: list[Cue]) -> list[Cue]:
    """Without the cues that a name of another type runs over."""
    return [
        cue
        for index, cue in enumerate(cues)
        if not any(
            _covers(other, cue) for other in cues[max(0, index - NEAR_CUES) : index + 1 + NEAR_CUES]
        )
    ]


def _covers(other: Cue, cue: Cue) -> bool:
    """Whether `cue` overlaps a name of another type and is shorter, or only a hint."""
    overlap = other.first < cue.last and cue.first < other.last
    longer = other.last - other.first > cue.last - cue.first
    is_context = cue.kind in CONTEXT_KINDS and other.is_name and other.type != cue.type
    return is_context and overlap and (longer or not cue.is_name)


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
        self._questions: dict[str, list[Cue]] = defaultdict(list)
        self._all_questions = sorted(others, key=lambda cue: cue.end_s)
        for cue in self._all_questions:
            self._questions[cue.type].append(cue)
        self._question_ends_s = [cue.end_s for cue in self._all_questions]

    def question_between(self, start_s: float, end_s: float) -> bool:
        """Whether the other side names some type in that time."""
        low = bisect_right(self._question_ends_s, start_s)
        return low < len(self._question_ends_s) and self._question_ends_s[low] <= end_s

    def context(self, type_: str, stream: Stream, first: int, last: int) -> Context:
        """What speaks for `type_` at the words from `first` to before `last`."""
        question = self._question(type_, stream.words[first].start_s)
        own = self._own_cue(type_, stream, first, last)
        best = max(question, own)
        if question.weight and own.weight:
            why = f"{question.why}, {own.why}"
            return Context(best.weight + NAMED / 4, asked=question.asked, why=why)
        return best

    def _question(self, type_: str, start_s: float) -> Context:
        """The best question of the last half minute; older than another one counts for less."""
        questions = self._questions.get(type_, ())
        best = NO_CONTEXT
        latest_turn = self._latest_turn(start_s)
        until = bisect_right(questions, start_s + LATE_S, key=lambda cue: cue.end_s)
        for cue in reversed(questions[max(0, until - NEAR_CUES) : until]):
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
        own = self._own.get(type_, ())
        best = NO_CONTEXT
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
