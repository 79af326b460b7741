"""Look for what is no phrase: personal data, tone, conversation metrics and metadata."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.call import Role
from models.metrics import TWO_SIDED_METRICS
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason, rounded, uncertain
from qa_rules.matching.call_index import CallIndex, Verdict, Window
from qa_rules.phrase_search.tokens import tokenize
from qa_rules.results import Act, Evidence
from qa_rules.rule_files.operators import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.transcript import Turn
    from qa_rules.matching.engine_words import EngineWords
    from qa_rules.matching.scope import Scope
    from qa_rules.results import PiiSpan
    from qa_rules.rule_files.operators import Metadata, MetricRange, Pii, ToneShare


_OF_AGENT, _OF_CUSTOMER = {Act.REPEATED, Act.DISCLOSED}, {Act.ASKED, Act.VOLUNTEERED}
_ACTS = ((Role.AGENT, _OF_AGENT, Role.CUSTOMER), (Role.CUSTOMER, _OF_CUSTOMER, Role.AGENT))
"""A speaker, their possible acts, and the side whose words decide between these."""


@dataclass(frozen=True, slots=True)
class PiiSearch:
    """Looks for personal data by type and act."""

    pii: Pii
    scope: Scope

    def search(self, call_index: CallIndex) -> Verdict:
        """See `Node`."""
        windows = self.scope.windows(call_index)
        said = [
            span
            for span in call_index.spans
            if span.reported
            and span.type in self.pii.type
            and self.scope.role in (None, span.role)
            and any(window.start_s <= span.start_s < window.end_s for window in windows)
        ]
        undecided = self._undecided(call_index)
        spans = [s for s in said if s.act in self.pii.act and s.act not in undecided]
        uncertainty = None
        if not spans:
            spans = [span for span in said if span.act in undecided]
            uncertainty = undecided[spans[0].act] if spans else self._lacking(call_index)
        return Verdict(
            matched=bool(spans),
            uncertainty=uncertainty,
            confidence=max((span.confidence for span in spans), default=1.0),
            evidence=tuple(map(_place, spans)),
            searched=windows,
        )

    def _undecided(self, call_index: CallIndex) -> dict[Act, Reason]:
        """Acts that cannot be told from those searched for, and the reason.

        Only the other side's words show who said it first, and whether it was asked for.
        """
        return {
            act: call_index.unheard[decides]
            for _, acts, decides in _ACTS
            if decides in call_index.unheard and acts & {*self.pii.act} and acts - {*self.pii.act}
            for act in acts
        }

    def _lacking(self, call_index: CallIndex) -> Reason | None:
        """Why it may have been said after all: by a side without recognised words."""
        sayers = [
            sayer
            for sayer, acts, _ in _ACTS
            if acts & {*self.pii.act} and self.scope.role in (None, sayer)
        ]
        lacking = (call_index.unheard.get(sayer) for sayer in sayers)
        return next(filter(None, lacking), None)


def _place(span: PiiSpan) -> Evidence:
    return Evidence(
        role=span.role,
        turn=span.turn,
        start_s=span.start_s,
        end_s=span.end_s,
        quote=f"[{span.type}]",
    )


@dataclass(frozen=True, slots=True)
class ToneSearch:
    """Computes the share of the speaker's turns that have one of the tones."""

    tone: ToneShare
    scope: Scope
    lexicon: EngineWords

    def search(self, call_index: CallIndex) -> Verdict:
        """See `Node`."""
        windows = self.scope.windows(call_index)
        turns = list(self._turns(call_index, windows))
        sounding = [(n, turn) for n, turn in turns if tone_of(turn, self.lexicon) in self.tone.of]
        if not turns:
            return call_index.not_heard(windows)
        ratio = len(sounding) / len(turns)
        counts = {"num": len(sounding), "total": len(turns), "tones": tuple(self.tone.of)}
        return Verdict(
            matched=ratio >= self.tone.min_ratio,
            evidence=tuple(
                Evidence(
                    role=turn.role,
                    turn=number,
                    start_s=turn.start_s,
                    end_s=turn.end_s,
                    quote=turn.text,
                )
                for number, turn in sounding
            ),
            searched=windows,
            facts=(Reason(ReasonCode.TURNS_SOUND, counts),),
        )

    def _turns(
        self, call_index: CallIndex, windows: tuple[Window, ...]
    ) -> Iterator[tuple[int, Turn]]:
        for number, turn in enumerate(call_index.transcript.turns):
            if self.scope.role in (None, turn.role) and any(
                window.start_s <= word.start_s < window.end_s
                for window in windows
                for word in turn.words
            ):
                yield number, turn


def tone_of(turn: Turn, lexicon: EngineWords) -> Tone:
    """The tone of a turn; a negation one or two words before a word reverses it."""
    tokens = [token for word in turn.words for token in tokenize(word.text)]
    heard = set()
    for at, token in enumerate(tokens):
        denied = not lexicon.negations.isdisjoint(tokens[max(0, at - 2) : at])
        if token in lexicon.positive:
            heard.add(Tone.NEGATIVE if denied else Tone.POSITIVE)
        elif token in lexicon.negative and not denied:
            heard.add(Tone.NEGATIVE)
    if len(heard) == len((Tone.POSITIVE, Tone.NEGATIVE)):
        return Tone.MIXED
    return heard.pop() if heard else Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class MetricSearch:
    """Compares a conversation metric, of the call or of a part of it, with a range."""

    metric: MetricRange
    scope: Scope

    def search(self, call_index: CallIndex) -> Verdict:
        """See `Node`."""
        windows, role = self.scope.windows(call_index), self.scope.role
        if not windows:
            return Verdict(matched=False, searched=(call_index.whole(),))
        value = call_index.metrics_of(windows[0]).get((self.metric.name, role))
        lacking = self._lacking(call_index)
        if value is None:
            unknown = uncertain(ReasonCode.METRIC_UNKNOWN, metric=self.metric.name)
            return Verdict(matched=False, uncertainty=lacking or unknown, searched=windows[:1])
        return Verdict(
            matched=self.metric.hold(value),
            uncertainty=lacking,
            searched=windows[:1],
            facts=(self._compared(value),),
        )

    def _lacking(self, call_index: CallIndex) -> Reason | None:
        """Why the metric is meaningless: a side that it depends on has no recognised words."""
        both = self.metric.name in TWO_SIDED_METRICS
        lacking = (
            unheard
            for side, unheard in call_index.unheard.items()
            if both or side is self.scope.role
        )
        return next(lacking, None)

    def _compared(self, value: float) -> Reason:
        """What was compared with what."""
        compared = {
            "metric": self.metric.name,
            "value": rounded(value),
            "range": self.metric.reason,
        }
        if role := self.scope.role:
            return Reason(ReasonCode.METRIC_OF_ROLE_COMPARED, {"role": str(role), **compared})
        return Reason(ReasonCode.METRIC_COMPARED, compared)


@dataclass(frozen=True, slots=True)
class MetadataSearch:
    """Compares the call's metadata."""

    metadata: Metadata

    def search(self, call_index: CallIndex) -> Verdict:
        """See `Node`."""
        heard = call_index.facts.fit(self.metadata)
        code = ReasonCode.METADATA_FITS if heard else ReasonCode.METADATA_DOES_NOT_FIT
        return Verdict(matched=heard, searched=(call_index.whole(),), facts=(Reason(code),))
