"""Search for the same meaning in other words, in whole sentences and in their clauses.

Similarity of meaning does not prove that something was said. By itself it only makes an absence
uncertain, so that a fail becomes `cannot_tell`, unless the rule sets `accept_similar`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.language.sentence_embeddings import load_meaning
from models.reasons.codes import ReasonCode
from models.reasons.reason import uncertain
from qa_rules.matching.call_index import CallIndex, Verdict
from qa_rules.results import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from models.transcript import Turn, Word
    from qa_rules.matching.call_index import Window
    from qa_rules.matching.polarity.match_filter import PolarityFilter
    from qa_rules.matching.scope import Scope
    from qa_rules.rule_files.operators import Similar

_ENDS = (".", "?", "!")
MIN_CLAUSE_WORDS = 3
"""A shorter clause of a longer sentence ("and then") has no meaning of its own."""


class Passage(NamedTuple):
    """A sentence, or a clause of one."""

    number: int
    turn: Turn
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class SimilarSearch:
    """Looks for the passage that is closest in meaning to any of the sentences given."""

    similar: Similar
    scope: Scope
    meant: PolarityFilter

    def search(self, call_index: CallIndex) -> Verdict:
        """See `Node`."""
        windows = self.scope.windows(call_index)
        passages = list(self._passages(call_index, windows))
        if not passages:
            return call_index.not_heard(windows)
        likeness, passage = self._closest(call_index, passages)
        if likeness < self.similar.min_similarity:
            return call_index.not_heard(windows)
        place = Evidence(
            role=passage.turn.role,
            turn=passage.number,
            start_s=passage.words[0].start_s,
            end_s=passage.words[-1].end_s,
            quote=passage.text,
        )
        if self.similar.accept_similar:
            return Verdict(matched=True, confidence=likeness, evidence=(place,), searched=windows)
        uncertainty = uncertain(ReasonCode.ALIKE_IN_MEANING, at_s=place.start_s)
        return Verdict(
            matched=False,
            uncertainty=uncertainty,
            doubts=(place,),
            confidence=1 - likeness,
            searched=windows,
        )

    def _passages(self, call_index: CallIndex, windows: tuple[Window, ...]) -> Iterator[Passage]:
        """Every sentence that begins in the windows, and its clauses if it has several."""
        for number, turn in enumerate(call_index.transcript.turns):
            if self.scope.role not in (None, turn.role):
                continue
            for sentence in sentences_of(turn):
                if any(w.start_s <= sentence[0].start_s < w.end_s for w in windows):
                    yield Passage(number, turn, sentence)
                    for clause in self._clauses(sentence):
                        yield Passage(number, turn, clause)

    def _clauses(self, sentence: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
        places = self.meant.clauses([word.text for word in sentence])
        for first, last in places if len(places) > 1 else ():
            if last - first >= MIN_CLAUSE_WORDS:
                yield sentence[first:last]

    def _closest(self, call_index: CallIndex, passages: Sequence[Passage]) -> tuple[float, Passage]:
        said = _said(call_index, [passage.text for passage in passages])
        likeness = (said @ _meanings_of(self.similar.to).T * self._alike(passages)).max(axis=1)
        best = int(likeness.argmax())
        return min(1.0, float(likeness[best])), passages[best]

    def _alike(self, passages: Sequence[Passage]) -> NDArray[np.bool_]:
        """Which passages (rows) have the polarity of which sentences to match (columns)."""
        return np.array(
            [
                [
                    self.meant.alike([word.text for word in passage.words], to.split())
                    for to in self.similar.to
                ]
                for passage in passages
            ]
        )


def _said(call_index: CallIndex, texts: Sequence[str]) -> NDArray[np.float32]:
    """One embedding per text; each is computed once for all rules."""
    known = call_index.meanings
    if new := [text for text in dict.fromkeys(texts) if text not in known]:
        known.update(zip(new, load_meaning().embed(new), strict=True))
    return np.stack([known[text] for text in texts])


@lru_cache(maxsize=256)
def _meanings_of(sentences: tuple[str, ...]) -> NDArray[np.float32]:
    """Cached, as a rule looks for the same sentences in every call."""
    return load_meaning().embed(sentences)


def sentences_of(turn: Turn) -> Iterator[tuple[Word, ...]]:
    """A turn cut at the recogniser's full stops, question and exclamation marks."""
    start = 0
    for at, word in enumerate(turn.words, start=1):
        if word.text.endswith(_ENDS) or at == len(turn.words):
            yield turn.words[start:at]
            start = at
