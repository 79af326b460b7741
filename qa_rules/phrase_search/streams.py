"""Token streams: the words of each speaker of a call, tokenised once for all rules."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.call import Role
from qa_rules.phrase_search.tokens import PAUSE, REDACTED, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.transcript import Transcript, Turn

SURE_ROLE = 0.6
"""Role confidence below which the role counts as unknown."""
SURE_WORD = 0.5
"""Confidence below which a word may have been another one."""
LONG_PAUSE_S = 5.0
"""Pause between words that ends a phrase, in seconds."""


@dataclass(frozen=True, slots=True)
class TokenStream:
    """The words of one speaker on one channel, as parallel lists of tokens.

    A phrase may extend over the other side's "mm hm", so turns follow each other without a
    boundary; a long pause is a token that no phrase matches.

    Attributes:
        role: Role of the speaker; `unknown` if it is uncertain.
        channel: Index of the audio channel.
        turns: Index of each token's turn in the transcript.
        words: Index of each token's word in its turn.
        unsure: Whether each token may have been another word.
        masked: Whether each token replaces masked words.
    """

    role: Role
    channel: int
    tokens: list[str] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    start_s: list[float] = field(default_factory=list)
    end_s: list[float] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    unsure: list[int] = field(default_factory=list)
    masked: list[int] = field(default_factory=list)
    _summed: list[float] = field(default_factory=lambda: [0.0])

    def between(self, start_s: float, end_s: float) -> tuple[int, int]:
        """The first token of the words that start in `[start_s, end_s)`, and the one after them."""
        first = bisect_left(self.start_s, start_s)
        return first, max(first, bisect_left(self.start_s, end_s))

    def speaks(self, start_s: float, end_s: float) -> bool:
        """Whether any word starts in `[start_s, end_s)`."""
        first, last = self.between(start_s, end_s)
        return last > first

    def seconds(self, tokens: Iterable[int]) -> float:
        """Duration of these tokens."""
        return sum(self.end_s[at] - self.start_s[at] for at in tokens)

    def is_unsure(self, first: int, last: int) -> bool:
        """Whether any of tokens `first` to before `last` may have been another word."""
        return bisect_left(self.unsure, first) < bisect_left(self.unsure, last)

    def clarity(self, first: int, last: int) -> tuple[float, int]:
        """Sum of the confidences of tokens `first` to before `last`, and their number."""
        return self._summed[last] - self._summed[first], last - first

    def add(self, index: int, turn: Turn) -> None:
        """Append the tokens of a later turn."""
        for place, word in enumerate(turn.words):
            if self.tokens and word.start_s - self.end_s[-1] > LONG_PAUSE_S:
                self._append(PAUSE, index, place, (word.start_s, word.start_s, 1.0))
            for token in tokenize(word.text):
                self._append(token, index, place, (word.start_s, word.end_s, word.confidence))

    def _append(self, token: str, turn: int, word: int, times: tuple[float, float, float]) -> None:
        self.tokens.append(token)
        self.turns.append(turn)
        self.words.append(word)
        # Word times of a recogniser may decrease slightly; bisection needs them in order.
        floor_s = self.start_s[-1] if self.start_s else 0.0
        self.start_s.append(max(floor_s, times[0]))
        self.end_s.append(times[1])
        if times[2] < SURE_WORD:
            self.unsure.append(len(self.confidence))
        if token == REDACTED:
            self.masked.append(len(self.confidence))
        self.confidence.append(times[2])
        self._summed.append(self._summed[-1] + times[2])


def streams_of(transcript: Transcript) -> tuple[TokenStream, ...]:
    """The stream of every speaker; turns of uncertain role form separate streams."""
    streams: dict[tuple[Role, int], TokenStream] = {}
    for index, turn in enumerate(transcript.turns):
        role = turn.role if turn.role_confidence >= SURE_ROLE else Role.UNKNOWN
        streams.setdefault((role, turn.channel), TokenStream(role, turn.channel)).add(index, turn)
    return tuple(streams.values())
