"""A transcript as rules search it: one row of tokens for each speaker, tokenised once a call."""

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
"""Below this role confidence we do not say who speaks."""
SURE_WORD = 0.5
"""Below this confidence a word may have been another one."""
LONG_PAUSE_S = 5.0
"""One speaker's words this far apart are not one phrase."""


@dataclass(frozen=True, slots=True)
class TokenStream:
    """What one speaker says on one channel, turn after turn, as parallel lists of tokens.

    A phrase may run over the other side's "mm hm", so turns follow each other without a
    border; a long pause is a token that no phrase reaches over.

    Attributes:
        role: Who speaks; `unknown` where that is not sure.
        channel: Index of the audio channel.
        turns: Index of each token's turn in the transcript.
        words: Index of each token's word in its turn.
        unsure: Which tokens may have been other words.
        masked: Which tokens stand for words that were taken out.
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
        """How long it takes to say these tokens."""
        return sum(self.end_s[at] - self.start_s[at] for at in tokens)

    def is_unsure(self, first: int, last: int) -> bool:
        """Whether any of tokens `first` to before `last` may have been another word."""
        return bisect_left(self.unsure, first) < bisect_left(self.unsure, last)

    def clarity(self, first: int, last: int) -> tuple[float, int]:
        """Sum of the confidences of tokens `first` to before `last`, and their number."""
        return self._summed[last] - self._summed[first], last - first

    def add(self, index: int, turn: Turn) -> None:
        """Append the tokens of a turn that starts after everything so far."""
        for place, word in enumerate(turn.words):
            if self.tokens and word.start_s - self.end_s[-1] > LONG_PAUSE_S:
                self._append(PAUSE, index, place, (word.start_s, word.start_s, 1.0))
            for token in tokenize(word.text):
                self._append(token, index, place, (word.start_s, word.end_s, word.confidence))

    def _append(self, token: str, turn: int, word: int, times: tuple[float, float, float]) -> None:
        self.tokens.append(token)
        self.turns.append(turn)
        self.words.append(word)
        # A recogniser's word times may step back by a hair; searching needs them in order.
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
    """Every speaker's stream; turns whose role is not sure form streams of their own."""
    streams: dict[tuple[Role, int], TokenStream] = {}
    for index, turn in enumerate(transcript.turns):
        role = turn.role if turn.role_confidence >= SURE_ROLE else Role.UNKNOWN
        streams.setdefault((role, turn.channel), TokenStream(role, turn.channel)).add(index, turn)
    return tuple(streams.values())
