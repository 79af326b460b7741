"""Why words that were not recognised may nevertheless have been said.

A partial, half masked or nearly similar match proves nothing either way, so it only turns a fail
into `cannot_tell`; and only where the words in that place have a low confidence or are masked.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from models.reasons.codes import ReasonCode
from models.reasons.reason import uncertain
from qa_rules.matching.finders import NearFinder, PhraseFinder
from qa_rules.matching.silence import Doubt, places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa_rules.matching.call_index import CallIndex, Window
    from qa_rules.matching.finders import Finder
    from qa_rules.matching.scope import Scope
    from qa_rules.phrase_search.phrase import Match
    from qa_rules.phrase_search.streams import TokenStream

UNSURE_WORDS = 2
"""This many unsure words next to a part of the expected ones may stand for the rest."""


def doubt_of_absence(
    call_index: CallIndex, scope: Scope, finder: Finder, nearly: frozenset[int]
) -> Doubt | None:
    """Why something may have been said that was not found.

    Args:
        call_index: The call.
        scope: Where it was searched for.
        finder: What was searched for.
        nearly: The same phrases in the index with the lower threshold.
    """
    for number, stream, window in _searched(call_index, scope):
        first, last = stream.between(window.start_s, window.end_s)
        if isinstance(finder, NearFinder) and (
            part := _half_matched(finder, call_index, number, (first, last))
        ):
            said = places(call_index, number, part.first, part.last)
            return Doubt(uncertain(ReasonCode.PART_BESIDE_UNSURE), said)
        mask = _half_masked(finder, call_index, number, (first, last))
        if mask is not None:
            said = places(call_index, number, mask, mask + 1)
            return Doubt(uncertain(ReasonCode.PART_BESIDE_MASKED), said)
        found = call_index.nearly_said(number) if nearly and stream.unsure else {}
        for match in (match for phrase in nearly for match in found.get(phrase, ())):
            if first <= match.first and match.last <= last:
                nearly_heard = uncertain(ReasonCode.NEARLY_HEARD, at_s=stream.start_s[match.first])
                return Doubt(nearly_heard, places(call_index, number, match.first, match.last))
    return None


def _searched(call_index: CallIndex, scope: Scope) -> Iterator[tuple[int, TokenStream, Window]]:
    for number, stream in enumerate(call_index.streams):
        if scope.role in (None, stream.role):
            for window in scope.windows(call_index):
                yield number, stream, window


def _half_matched(
    near: NearFinder, call_index: CallIndex, number: int, part: tuple[int, int]
) -> Match | None:
    """Some of the terms, if they are said, with unsure words where the others may be."""
    unsure = [at for at in call_index.streams[number].unsure if part[0] <= at < part[1]]
    if len(unsure) < UNSURE_WORDS:
        return None
    for match in near.partial(call_index, number, *part):
        start = bisect_left(unsure, match.first - near.words)
        if bisect_left(unsure, match.last + near.words) - start >= UNSURE_WORDS:
            return match
    return None


def _half_masked(
    finder: Finder, call_index: CallIndex, number: int, part: tuple[int, int]
) -> int | None:
    """The mask beside a large part of a phrase, where the rest would be."""
    if not call_index.streams[number].masked:
        return None
    terms: tuple[PhraseFinder, ...] = ()
    if isinstance(finder, NearFinder):
        terms = tuple(term for term in finder.terms if not term.find(call_index, number, *part))
    elif isinstance(finder, PhraseFinder):
        terms = (finder,)
    masks = call_index.half_masked(number)
    phrases = (phrase for term in terms for phrase in term.phrases)
    found = (at for phrase in phrases for at in masks.get(phrase, ()) if part[0] <= at < part[1])
    return min(found, default=None)
