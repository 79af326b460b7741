"""Search for sentences of the same meaning in other words.

Similarity of meaning does not prove that something was said. By itself it only makes an absence
uncertain, so that a fail becomes `cannot_tell`, unless the rule sets `accept_similar`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    from qa_rules.matching.polarity.match_filter import PolarityFilter
    from qa_rules.matching.scope import Scope
    from qa_rules.rule_files.operators import Similar

_ENDS = (".", "?", "!")


@dataclass(frozen=True, slots=True)
class SimilarSearch:
    """Looks for the sentence that is closest in meaning to any of those given."""

    similar: Similar
    scope: Scope
    meant: PolarityFilter

    def search(self, call_index: CallIndex) -> Verdict:
        """See `Node`."""
        windows = self.scope.windows(call_index)
        sentences = [
            (number, turn, sentence)
            for number, turn in enumerate(call_index.transcript.turns)
            if self.scope.role in (None, turn.role)
            for sentence in sentences_of(turn)
            if any(w.start_s <= sentence[0].start_s < w.end_s for w in windows)
        ]
        if not sentences:
            return call_index.not_heard(windows)
        likeness, number, turn, words = self._closest(sentences)
        if likeness < self.similar.min_similarity:
            return call_index.not_heard(windows)
        place = Evidence(
            role=turn.role,
            turn=number,
            start_s=words[0].start_s,
            end_s=words[-1].end_s,
            quote=" ".join(word.text for word in words),
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

    def _closest(
        self, sentences: Sequence[tuple[int, Turn, tuple[Word, ...]]]
    ) -> tuple[float, int, Turn, tuple[Word, ...]]:
        meaning = load_meaning()
        said = meaning.embed([" ".join(word.text for word in words) for _, _, words in sentences])
        table = said @ meaning.embed(self.similar.to).T
        likeness = (table * self._alike([words for _, _, words in sentences])).max(axis=1)
        best = int(likeness.argmax())
        return (min(1.0, float(likeness[best])), *sentences[best])

    def _alike(self, sentences: Sequence[tuple[Word, ...]]) -> NDArray[np.bool_]:
        """Which sentences (rows) have the polarity of which of those to match (columns)."""
        return np.array(
            [
                [
                    self.meant.alike([word.text for word in said], to.split())
                    for to in self.similar.to
                ]
                for said in sentences
            ]
        )


def sentences_of(turn: Turn) -> Iterator[tuple[Word, ...]]:
    """A turn cut at the recogniser's full stops, question and exclamation marks."""
    start = 0
    for at, word in enumerate(turn.words, start=1):
        if word.text.endswith(_ENDS) or at == len(turn.words):
            yield turn.words[start:at]
            start = at
