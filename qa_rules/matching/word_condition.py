"""Search for words: phrases, near terms or patterns, with quotes as evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

from models.call import Role
from models.reasons.codes import ReasonCode
from models.reasons.reason import uncertain
from qa_rules.matching.call_index import CallIndex, Verdict, Window
from qa_rules.matching.finders import outside
from qa_rules.matching.silence import places
from qa_rules.matching.uncertainty import doubt_of_absence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.reasons.reason import Reason
    from qa_rules.matching.finders import Finder
    from qa_rules.matching.polarity.match_filter import PolarityFilter
    from qa_rules.matching.scope import Scope
    from qa_rules.phrase_search.phrase import Match
    from qa_rules.rule_files.operators import Bounds


@dataclass(frozen=True, slots=True)
class WordSearch:
    """Looks for words: phrases, near terms or patterns."""

    finder: Finder
    scope: Scope
    not_in: Finder | None
    count: Bounds | None
    meant: PolarityFilter
    nearly: frozenset[int] = frozenset()

    def search(self, call_index: CallIndex) -> Verdict:
        """See `Node`."""
        windows = self.scope.windows(call_index)
        may_find = self.finder.may_find(call_index)
        sure: list[tuple[int, Match]] = []
        doubtful: list[tuple[int, Match]] = []
        for hit in self._hits(call_index, windows, self.scope.role) if may_find else ():
            counts = self.meant.counts(call_index, self.finder, *hit)
            (sure if counts else doubtful).extend(() if counts is False else (hit,))
        if self._enough(len(sure)):
            firm = sum(not match.doubtful for _, match in sure)
            doubt = None if self._enough(firm) else uncertain(ReasonCode.OTHERS_AS_LIKELY)
            return _match_verdict(call_index, sure, windows, doubt)
        if doubtful and self._enough(len(sure) + len(doubtful)):
            denied = uncertain(ReasonCode.MAY_BE_DENIED)
            return _match_verdict(call_index, sure + doubtful, windows, denied)
        if may_find and self.scope.role is not None and call_index.has_unknown:
            unsure = [
                hit
                for hit in self._hits(call_index, windows, Role.UNKNOWN)
                if self.meant.counts(call_index, self.finder, *hit) is not False
            ]
            if self._enough(len(sure) + len(unsure)):
                return _match_verdict(
                    call_index, sure + unsure, windows, uncertain(ReasonCode.SAYER_UNSURE)
                )
        absence = call_index.not_heard(windows)
        if absence.uncertainty is None and call_index.has_gaps:
            missed = doubt_of_absence(call_index, self.scope, self.finder, self.nearly)
            if missed:
                return replace(absence, uncertainty=missed.reason, doubts=missed.places)
        return absence

    def _enough(self, hits: int) -> bool:
        return self.count.hold(hits) if self.count else hits > 0

    def _hits(
        self, call_index: CallIndex, windows: tuple[Window, ...], role: Role | None
    ) -> Iterator[tuple[int, Match]]:
        """Matches in the streams of a role, as tokens of the whole stream."""
        for number, stream in enumerate(call_index.streams):
            if role not in (None, stream.role):
                continue
            for window in windows:
                first, last = stream.between(window.start_s, window.end_s)
                matches = self.finder.find(call_index, number, first, last)
                outer = self.not_in.find(call_index, number, first, last) if self.not_in else []
                for match in outside(matches, outer):
                    yield number, match


def _match_verdict(
    call_index: CallIndex,
    hits: list[tuple[int, Match]],
    windows: tuple[Window, ...],
    uncertainty: Reason | None = None,
) -> Verdict:
    confidences = [
        match.similarity * fmean(call_index.streams[number].confidence[match.first : match.last])
        for number, match in hits
    ]
    evidence = [
        place
        for number, match in hits
        for place in places(call_index, number, match.first, match.last)
    ]
    return Verdict(
        matched=True,
        uncertainty=uncertainty,
        confidence=max(confidences, default=1.0),
        evidence=tuple(sorted(evidence, key=lambda place: place.start_s)),
        searched=windows,
    )
