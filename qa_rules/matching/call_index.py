"""One call as conditions see it, and what a condition answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from models.call import Role
from models.metrics import conversation_metrics
from models.reasons.codes import ReasonCode
from models.reasons.reason import uncertain
from qa_rules.matching.facts import Facts, clipped
from qa_rules.matching.silence import NO_DOUBT, doubt_of_silence
from qa_rules.phrase_search.phrase import apart
from qa_rules.phrase_search.streams import TokenStream, streams_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from models.call import Call
    from models.metrics import Metric
    from models.reasons.reason import Reason
    from models.transcript import Transcript
    from qa_rules.phrase_search.index import PhraseIndex
    from qa_rules.phrase_search.phrase import Match
    from qa_rules.results import Evidence, PiiSpan

_UNHEARD = {Role.AGENT: ReasonCode.AGENT_UNHEARD, Role.CUSTOMER: ReasonCode.CUSTOMER_UNHEARD}


class Window(NamedTuple):
    """A part of a call that is searched for one speaker's words; role None means anyone's."""

    role: Role | None
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a condition answers.

    Attributes:
        matched: Whether the condition holds.
        uncertainty: Why `matched` is uncertain, still without its facts; None if it is certain.
        doubts: Without a match, where the uncertainty comes from, if that is somewhere.
        confidence: 0..1 that `matched` is right.
        evidence: Where it matched.
        searched: The windows that were searched.
        facts: What was compared, where no words were searched.
    """

    matched: bool
    uncertainty: Reason | None = None
    doubts: tuple[Evidence, ...] = ()
    confidence: float = 1.0
    evidence: tuple[Evidence, ...] = ()
    searched: tuple[Window, ...] = ()
    facts: tuple[Reason, ...] = ()

    @property
    def lacks_side(self) -> bool:
        """Whether the answer needs words of a side without recognised words."""
        return self.uncertainty is not None and self.uncertainty.code in _UNHEARD.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallIndex:
    """Everything that rules may ask of one call.

    Attributes:
        streams: Words by speaker.
        conversation_s: Start and end of the conversation, in which windows lie.
        silent: Whether the call has no recognised words at all; then they prove nothing.
        has_unknown: Whether the speaker of any words is unknown.
        has_gaps: Whether any word has a low confidence or is masked.
        unheard: The sides without recognised words while others speak, each with the reason of the
            uncertainty. Empty if the speaker of some words is unknown: they may be that side's.
        places: Matches of earlier rules, by rule id; conditions may be bound to them.
        lacking: Earlier rules that needed a side without recognised words, by rule id.
        meanings: Embeddings of what is said, filled as conditions need them.
    """

    call: Call
    transcript: Transcript
    spans: tuple[PiiSpan, ...]
    metrics: Mapping[tuple[str, Role | None], float]
    index: PhraseIndex
    streams: tuple[TokenStream, ...]
    conversation_s: tuple[float, float]
    silent: bool
    has_unknown: bool
    has_gaps: bool
    unheard: Mapping[Role, Reason]
    places: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    lacking: Mapping[str, Reason] = field(default_factory=dict)
    meanings: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    _whole: dict[Role | None, tuple[Window, ...]] = field(default_factory=dict)
    _absences: dict[tuple[Window, ...], Verdict] = field(default_factory=dict)
    _said: list[frozenset[int]] = field(default_factory=list)
    _masked: dict[int, Mapping[int, list[int]]] = field(default_factory=dict)
    _nearly: dict[int, Mapping[int, list[Match]]] = field(default_factory=dict)
    _found: dict[tuple[int, int, int], Mapping[int, list[Match]]] = field(default_factory=dict)

    @classmethod
    def build(
        cls,
        call: Call,
        transcript: Transcript,
        spans: Sequence[PiiSpan],
        metrics: Sequence[Metric],
        index: PhraseIndex,
    ) -> CallIndex:
        """Prepare a call: its words become tokens once, for all rules."""
        streams = streams_of(transcript)
        heard = {stream.role for stream in streams if stream.tokens}
        is_known = heard and Role.UNKNOWN not in heard
        return cls(
            call=call,
            transcript=transcript,
            spans=tuple(spans),
            metrics={(metric.name, metric.role): metric.value for metric in metrics},
            index=index,
            streams=streams,
            conversation_s=transcript.conversation_s,
            silent=not any(stream.tokens for stream in streams),
            has_unknown=any(stream.role is Role.UNKNOWN for stream in streams),
            has_gaps=any(stream.unsure or stream.masked for stream in streams),
            unheard={
                side: uncertain(code)
                for side, code in _UNHEARD.items()
                if is_known and side not in heard
            },
        )

    def with_places(
        self, places: Mapping[str, tuple[Evidence, ...]], lacking: Mapping[str, Reason]
    ) -> CallIndex:
        """The same call, with tables that fill while rules are judged."""
        return replace(self, places=places, lacking=lacking)

    def said_phrases(self) -> frozenset[int]:
        """All phrases of the index that are said anywhere in the call."""
        if not self._said:
            streams = range(len(self.streams))
            whole = (self._search(n, 0, len(self.streams[n].tokens)) for n in streams)
            self._said.append(frozenset().union(*whole))
        return self._said[0]

    def said(self, phrases: Iterable[int], stream: int, first: int, last: int) -> list[Match]:
        """Where phrases of the index are said from token `first` to before `last` of a stream.

        A stream is searched once for all rules and windows. Only where a match reaches over the
        border of a window is the window searched alone, so that words outside have no influence.
        """
        whole = self._search(stream, 0, len(self.streams[stream].tokens))
        matches = [match for phrase in phrases if phrase in whole for match in whole[phrase]]
        if any(m.first < first < m.last or m.first < last < m.last for m in matches):
            alone = self._search(stream, first, last)
            matches = [match for phrase in phrases for match in alone.get(phrase, ())]
        return apart(match for match in matches if first <= match.first and match.last <= last)

    def half_masked(self, stream: int) -> Mapping[int, list[int]]:
        """Phrases of which a large part is said next to a masked token, with the token's index."""
        said = self.streams[stream]
        if stream not in self._masked:
            self._masked[stream] = self.index.half_masked(said.tokens, said.masked)
        return self._masked[stream]

    def nearly_said(self, stream: int) -> Mapping[int, list[Match]]:
        """Phrases below their threshold but near it, in words of low confidence."""
        said = self.streams[stream]
        if stream not in self._nearly and self.index.nearly:
            found = self.index.nearly.find(said.tokens)
            self._nearly[stream] = {
                phrase: [m for m in matches if said.is_unsure(m.first, m.last)]
                for phrase, matches in found.items()
            }
        return self._nearly.get(stream, {})

    def _search(self, stream: int, first: int, last: int) -> Mapping[int, list[Match]]:
        key = (stream, first, last)
        if key not in self._found:
            said = self.streams[stream]
            self._found[key] = self.index.find(said.tokens, first, last, said.confidence)
        return self._found[key]

    @property
    def facts(self) -> Facts:
        """The call's metadata, and its length."""
        return Facts(self.call, self.transcript.language, self.transcript.duration_s)

    def metrics_of(self, window: Window) -> Mapping[tuple[str, Role | None], float]:
        """The metrics of a part of the call; of the whole call those that are given."""
        if window.start_s <= 0 and window.end_s >= self.transcript.duration_s:
            return self.metrics
        part = clipped(self.transcript, window.start_s, window.end_s)
        start_s, end_s = (
            min(max(time_s, window.start_s), window.end_s) - window.start_s
            for time_s in self.conversation_s
        )
        metrics = conversation_metrics(part, (start_s, end_s))
        return {(metric.name, metric.role): metric.value for metric in metrics}

    def whole(self) -> Window:
        """The whole call, whoever speaks."""
        return Window(None, 0.0, self.transcript.duration_s)

    def all_of(self, role: Role | None) -> tuple[Window, ...]:
        """The whole call of one speaker; the same tuple each time, as most rules search it."""
        if role not in self._whole:
            self._whole[role] = (Window(role, 0.0, self.transcript.duration_s),)
        return self._whole[role]

    def word(self, stream: int, token: int) -> str:
        """The word, as the recogniser wrote it, that a token of a stream comes from."""
        said = self.streams[stream]
        return self.transcript.turns[said.turns[token]].words[said.words[token]].text

    def not_heard(self, windows: tuple[Window, ...]) -> Verdict:
        """The verdict of an absence in these windows; the same for every rule."""
        if windows not in self._absences:
            found = (doubt_of_silence(self, window) for window in windows)
            doubt = next(filter(None, found), NO_DOUBT)
            self._absences[windows] = Verdict(
                matched=False,
                uncertainty=doubt.reason,
                doubts=doubt.places,
                confidence=self.clarity(windows),
                searched=windows,
            )
        return self._absences[windows]

    def clarity(self, windows: Sequence[Window]) -> float:
        """Mean word confidence of these windows; 1 without any words."""
        parts = [
            stream.clarity(*stream.between(window.start_s, window.end_s))
            for stream in self.streams
            for window in windows
            if window.role in (None, stream.role)
        ]
        count = sum(number for _, number in parts)
        # A difference of cumulative sums may exceed the mean by a rounding error.
        return min(1.0, sum(total for total, _ in parts) / count) if count else 1.0
