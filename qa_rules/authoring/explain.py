"""Explain the finding of a rule: what was searched, matches and near misses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.call import Role
from qa_rules.evaluation.judging import hear
from qa_rules.evaluation.second_reading import judge_twice
from qa_rules.matching.bound_search import BoundSearch
from qa_rules.matching.call_index import CallIndex, Window
from qa_rules.matching.compiled_rules import compiled_rules
from qa_rules.matching.finders import NearFinder, PhraseFinder, outside
from qa_rules.matching.groups import AllOf, AnyOf, NoneOf
from qa_rules.matching.word_condition import WordSearch
from qa_rules.phrase_search.phrase import closest
from qa_rules.phrase_search.tokens import REDACTED
from qa_rules.results import Outcome
from qa_rules.rule_files.operators import Polarity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.call import Call
    from models.metrics import Metric
    from models.transcript import Transcript
    from qa_rules.matching.finders import Finder
    from qa_rules.matching.groups import Node
    from qa_rules.phrase_search.phrase import Match
    from qa_rules.results import Alternative, Finding, PiiSpan
    from qa_rules.rule_files.rulebook import RuleBook

_SHOWN = 5
_WORTH_SHOWING = 0.4
"""Near misses below this similarity are not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """The passage that is most similar to a phrase.

    Attributes:
        phrase: The phrase, as tokens.
        said: The redacted words of the passage.
        similarity: 0..1.
        needed: The similarity threshold.
        turned_down: Why a passage that is similar enough does not count; empty if it does.
    """

    phrase: str
    said: str
    role: Role
    start_s: float
    similarity: float
    needed: float
    turned_down: str = ""

    @property
    def text(self) -> str:
        """The near miss as one line of text."""
        verdict = self.turned_down or "counts"
        if self.similarity < self.needed:
            verdict = f"falls short by {self.needed - self.similarity:.2f}"
        return (
            f"{self.start_s:7.1f} s  {self.role}  “{self.said}” for “{self.phrase}”: "
            f"{self.similarity:.2f} of {self.needed:.2f}, {verdict}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A finding and its explanation.

    Attributes:
        windows: Every part of the call that was searched for words.
        needs: Terms that must occur together, for every `near`, and how closely they do.
        candidates: The passages most similar to any phrase, in descending order.
    """

    title: str
    finding: Finding
    windows: tuple[Window, ...]
    needs: tuple[str, ...]
    candidates: tuple[NearMiss, ...]

    @property
    def text(self) -> str:
        """The explanation as several lines of text."""
        finding = self.finding
        kind = "unclear" if finding.outcome is Outcome.CANNOT_TELL else "found"
        lines = [
            f"{finding.rule_id} v{finding.rule_version}: {self.title}",
            f"{finding.outcome} — {finding.reason.english}",
        ]
        lines += [
            f"searched {window.role or 'anyone'}, {window.start_s:.1f} s to {window.end_s:.1f} s"
            for window in self.windows
        ]
        lines += [f"needs {need}" for need in self.needs]
        lines += [
            f"{kind} {place.start_s:.1f} s to {place.end_s:.1f} s  {place.role}  “{place.quote}”"
            for place in finding.evidence
            if place.quote
        ]
        if self.candidates:
            lines += ["most alike:", *(f"  {candidate.text}" for candidate in self.candidates)]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A redacted call with the data that rules use."""

    call: Call
    transcript: Transcript
    spans: Sequence[PiiSpan]
    metrics: Sequence[Metric]
    alternatives: Sequence[Alternative] = ()


def explain(judged: Judged, rulebook: RuleBook, rule_id: str) -> Explanation | None:
    """Explain one rule on one call; None if the rule was not in force."""
    facts = (judged.call, judged.transcript, judged.spans, judged.metrics)
    settled = judge_twice(*facts, rulebook, judged.alternatives)
    findings = {finding.rule_id: finding for finding in settled}
    if rule_id not in findings:
        return None
    compiled = compiled_rules(rulebook, judged.transcript.language)
    call_index = CallIndex.build(
        judged.call, judged.transcript, judged.spans, judged.metrics, compiled.index
    )
    heard = hear(rulebook.in_force(judged.call.started_at.date()), compiled, call_index)
    matches = {name: verdict.evidence for name, verdict in heard.items() if verdict.matched}
    call_index = call_index.with_places(matches, {})
    finding = findings[rule_id]
    key = rule_id, finding.rule_version
    searches = list(_word_searches(compiled.nodes[key])) if key in compiled.nodes else []
    windows = dict.fromkeys(w for search in searches for w in search.scope.windows(call_index))
    candidates = [
        candidate
        for search in searches
        for phrase in sorted(_phrases(search.finder))
        for candidate in _candidates(call_index, search, phrase)
    ]
    candidates.sort(key=lambda candidate: (-candidate.similarity, candidate.start_s))
    return Explanation(
        title=rulebook.title_of(finding),
        finding=finding,
        windows=tuple(windows),
        needs=tuple(need for search in searches for need in _needs(search, call_index)),
        candidates=tuple(candidates[:_SHOWN]),
    )


def _word_searches(node: Node) -> Iterator[WordSearch]:
    if isinstance(node, BoundSearch):
        yield from _word_searches(node.node)
    elif isinstance(node, WordSearch):
        yield node
    elif isinstance(node, (AllOf, AnyOf, NoneOf)):
        for part in node.parts + (node.paraphrases if isinstance(node, AnyOf) else ()):
            yield from _word_searches(part)


def _phrases(finder: Finder) -> frozenset[int]:
    if isinstance(finder, PhraseFinder):
        return finder.phrases
    if isinstance(finder, NearFinder):
        return frozenset().union(*(_phrases(term) for term in finder.terms))
    return frozenset()


def _needs(search: WordSearch, call_index: CallIndex) -> Iterator[str]:
    finder = search.finder
    if isinstance(finder, NearFinder):
        terms = [
            " or ".join(
                f"“{' '.join(call_index.index.phrase(n).tokens)}”" for n in sorted(term.phrases)
            )
            for term in finder.terms
        ]
        order = ", in this order" if finder.ordered else ""
        needed = f"{' and '.join(f'({term})' for term in terms)} in {finder.words} words{order}"
        yield needed + _too_far_apart(search, finder, call_index)


def _too_far_apart(search: WordSearch, finder: NearFinder, call_index: CallIndex) -> str:
    """Where the terms of a `near` come closest to each other, if that is nowhere close enough."""
    spans = [
        (match.last - match.first, call_index.streams[number].start_s[match.first])
        for window in search.scope.windows(call_index)
        for number, first, last in _stretches(call_index, window)
        for match in replace(finder, words=last - first).find(call_index, number, first, last)
    ]
    words, start_s = min(spans, default=(0, 0.0))
    return f"; closest in {words} words, at {start_s:.1f} s" if words > finder.words else ""


def _stretches(call_index: CallIndex, window: Window) -> Iterator[tuple[int, int, int]]:
    """Number of each stream whose words a window may hold, and its first and last token there."""
    for number, stream in enumerate(call_index.streams):
        if window.role in (None, stream.role) or stream.role is Role.UNKNOWN:
            yield number, *stream.between(window.start_s, window.end_s)


def _candidates(call_index: CallIndex, search: WordSearch, number: int) -> Iterator[NearMiss]:
    """The most similar passage for one phrase in each window and stream, if above the minimum."""
    phrase = call_index.index.phrase(number)
    finder = PhraseFinder(frozenset({number}))
    for window in search.scope.windows(call_index):
        for stretch in _stretches(call_index, window):
            stream = call_index.streams[stretch[0]]
            match = closest(phrase, stream.tokens, *stretch[1:])
            if match and match.similarity >= _WORTH_SHOWING:
                yield NearMiss(
                    phrase=" ".join(phrase.tokens),
                    said=" ".join(
                        "[masked]" if token == REDACTED else token
                        for token in stream.tokens[match.first : match.last]
                    ),
                    role=stream.role,
                    start_s=stream.start_s[match.first],
                    similarity=match.similarity,
                    needed=phrase.threshold,
                    turned_down=_turned_down(call_index, search, finder, stretch, match),
                )


def _turned_down(
    call_index: CallIndex,
    search: WordSearch,
    finder: PhraseFinder,
    stretch: tuple[int, int, int],
    match: Match,
) -> str:
    """Why a passage that is similar enough to a phrase does not count; empty if it does."""
    number = stretch[0]
    if not finder.find(call_index, number, match.first, match.last):
        return "says another word"
    outer = search.not_in.find(call_index, *stretch) if search.not_in else []
    if not any(outside([match], outer)):
        return "is part of an expression in not_in"
    counts = search.meant.counts(call_index, finder, number, match)
    if counts is None:
        return "may be denied in its clause"
    if not counts:
        is_denied = search.meant.wanted is not Polarity.NEGATED
        return f"is {'' if is_denied else 'not '}denied in its clause"
    return ""
