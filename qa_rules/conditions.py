"""Conditions, compiled: each searches a scene and answers with a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Protocol

from models.call import Role
from qa_rules.results import Evidence
from qa_rules.scene import Scene, Verdict, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa_rules.finders import Finder
    from qa_rules.phrases import Match
    from qa_rules.rulefile import Bounds, Close, Metadata, MetricRange, Pii, Within

_CONTEXT_WORDS = 6


class Node(Protocol):
    """A compiled condition."""

    def search(self, scene: Scene) -> Verdict:
        """Say whether the condition holds in this call, where, and how sure that is."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose words are searched, and in which part of the call."""

    role: Role | None
    within: Within | None = None
    before: str | None = None
    after: str | None = None
    close: Close | None = None

    def windows(self, scene: Scene) -> tuple[Window, ...]:
        """The parts of this call that are searched; none if a rule to follow was not heard."""
        duration_s = scene.transcript.duration_s
        start_s, end_s = self.within.seconds(duration_s) if self.within else (0.0, duration_s)
        end_s = min(end_s, duration_s)
        if self.before and (heard := scene.places.get(self.before)):
            end_s = min(end_s, heard[0].start_s)
        if self.after:
            heard = scene.places.get(self.after)
            start_s = max(start_s, heard[0].end_s) if heard else end_s
        if not self.close:
            return (Window(self.role, start_s, max(start_s, end_s)),)
        return tuple(
            Window(
                self.role,
                max(start_s, place.start_s - self.close.s),
                min(end_s, place.end_s + self.close.s),
            )
            for place in scene.places.get(self.close.rule, ())
        )


@dataclass(frozen=True, slots=True)
class WordSearch:
    """Looks for words: phrases, near terms or patterns."""

    finder: Finder
    scope: Scope
    not_in: Finder | None
    count: Bounds | None

    def search(self, scene: Scene) -> Verdict:
        """See `Node`."""
        windows = self.scope.windows(scene)
        sure = list(self._hits(scene, windows, self.scope.role))
        if self._enough(len(sure)):
            return _heard(scene, sure, windows)
        if self.scope.role is not None:
            unsure = list(self._hits(scene, windows, Role.UNKNOWN))
            if self._enough(len(sure) + len(unsure)):
                return _heard(scene, sure + unsure, windows, "it is not sure who says it")
        return scene.not_heard(windows)

    def _enough(self, hits: int) -> bool:
        return self.count.hold(hits) if self.count else hits > 0

    def _hits(
        self, scene: Scene, windows: tuple[Window, ...], role: Role | None
    ) -> Iterator[tuple[int, Match]]:
        """Matches in the streams of a role, as tokens of the whole stream."""
        for number, stream in enumerate(scene.streams):
            if role not in (None, stream.role):
                continue
            for window in windows:
                first, last = stream.between(window.start_s, window.end_s)
                matches = self.finder.find(scene, number, first, last)
                outer = self.not_in.find(scene, number, first, last) if self.not_in else []
                for match in matches:
                    if not any(o.first <= match.first and match.last <= o.last for o in outer):
                        yield number, match


@dataclass(frozen=True, slots=True)
class PiiSearch:
    """Looks for personal data by type and act."""

    pii: Pii
    scope: Scope

    def search(self, scene: Scene) -> Verdict:
        """See `Node`."""
        windows = self.scope.windows(scene)
        spans = [
            span
            for span in scene.spans
            if span.reported
            and span.type in self.pii.type
            and span.act in self.pii.act
            and self.scope.role in (None, span.role)
            and any(window.start_s <= span.start_s < window.end_s for window in windows)
        ]
        evidence = tuple(
            Evidence(
                role=span.role,
                turn=span.turn,
                start_s=span.start_s,
                end_s=span.end_s,
                quote=f"[{span.type}]",
            )
            for span in spans
        )
        confidence = max((span.confidence for span in spans), default=1.0)
        return Verdict(
            heard=bool(spans), confidence=confidence, evidence=evidence, searched=windows
        )


@dataclass(frozen=True, slots=True)
class MetricSearch:
    """Compares a conversation metric with a range."""

    metric: MetricRange
    role: Role | None

    def search(self, scene: Scene) -> Verdict:
        """See `Node`."""
        value = scene.metrics.get((self.metric.name, self.role))
        whole = (scene.whole(),)
        if value is None:
            doubt = f"the metric {self.metric.name} is not known for this call"
            return Verdict(heard=False, doubt=doubt, searched=whole)
        whose = f"the {self.role}'s " if self.role else ""
        fact = f"{whose}{self.metric.name} is {value:.4g}, looked for {self.metric.text}"
        fact = fact[0].upper() + fact[1:]
        return Verdict(heard=self.metric.hold(value), searched=whole, fact=fact)


@dataclass(frozen=True, slots=True)
class MetadataSearch:
    """Compares what was known of the call before anybody listened."""

    metadata: Metadata

    def search(self, scene: Scene) -> Verdict:
        """See `Node`."""
        heard = scene.facts.fit(self.metadata)
        fact = f"The call's metadata {'fits' if heard else 'does not fit'}"
        return Verdict(heard=heard, searched=(scene.whole(),), fact=fact)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds if every part does."""

    parts: tuple[Node, ...]

    def search(self, scene: Scene) -> Verdict:
        """See `Node`."""
        verdicts = [part.search(scene) for part in self.parts]
        missing = [verdict for verdict in verdicts if not verdict.heard]
        return _surest(missing) if missing else _joined(verdicts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds if one part does."""

    parts: tuple[Node, ...]

    def search(self, scene: Scene) -> Verdict:
        """See `Node`."""
        verdicts = [part.search(scene) for part in self.parts]
        heard = [verdict for verdict in verdicts if verdict.heard]
        return _surest(heard) if heard else _joined(verdicts)


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Holds if no part does. What is not heard is no evidence against anybody, so no doubt."""

    parts: tuple[Node, ...]

    def search(self, scene: Scene) -> Verdict:
        """See `Node`."""
        verdicts = [part.search(scene) for part in self.parts]
        heard = [verdict for verdict in verdicts if verdict.heard]
        found = _surest(heard) if heard else _joined(verdicts)
        return Verdict(
            heard=not heard,
            doubt=found.doubt if heard else None,
            confidence=found.confidence,
            evidence=found.evidence,
            searched=found.searched,
            fact=found.fact,
        )


def _surest(verdicts: list[Verdict]) -> Verdict:
    """The one that decides: without doubt if there is such, then the most confident."""
    return max(verdicts, key=lambda verdict: (verdict.doubt is None, verdict.confidence))


def _joined(verdicts: list[Verdict]) -> Verdict:
    """Several verdicts that agree, as one: as unsure as the least sure of them."""
    return Verdict(
        heard=verdicts[0].heard,
        doubt=next((verdict.doubt for verdict in verdicts if verdict.doubt), None),
        confidence=min(verdict.confidence for verdict in verdicts),
        evidence=tuple(place for verdict in verdicts for place in verdict.evidence),
        searched=tuple(dict.fromkeys(w for verdict in verdicts for w in verdict.searched)),
        fact=_joined_fact(verdicts),
    )


def _joined_fact(verdicts: list[Verdict]) -> str | None:
    """The facts of verdicts, if none of them is about words."""
    facts = [verdict.fact for verdict in verdicts]
    return " and ".join(filter(None, facts)) if all(facts) else None


def _heard(
    scene: Scene,
    hits: list[tuple[int, Match]],
    windows: tuple[Window, ...],
    doubt: str | None = None,
) -> Verdict:
    confidences = [
        match.similarity * fmean(scene.streams[number].confidence[match.first : match.last])
        for number, match in hits
    ]
    evidence = [place for number, match in hits for place in _places(scene, number, match)]
    return Verdict(
        heard=True,
        doubt=doubt,
        confidence=max(confidences, default=1.0),
        evidence=tuple(sorted(evidence, key=lambda place: place.start_s)),
        searched=windows,
    )


def _places(scene: Scene, number: int, match: Match) -> Iterator[Evidence]:
    """A match as evidence: one for each turn that it runs over, with a few words around it."""
    stream = scene.streams[number]
    for turn in sorted(set(stream.turns[match.first : match.last])):
        tokens = [at for at in range(match.first, match.last) if stream.turns[at] == turn]
        first, last = stream.words[tokens[0]], stream.words[tokens[-1]]
        spoken = scene.transcript.turns[turn].words
        around = spoken[max(0, first - _CONTEXT_WORDS) : last + 1 + _CONTEXT_WORDS]
        yield Evidence(
            role=stream.role,
            turn=turn,
            start_s=spoken[first].start_s,
            end_s=spoken[last].end_s,
            quote=" ".join(word.text for word in around),
        )
