"""Nobody is accused on one rendering: a flag must stand in a second recognition of its words.

Turns on which a flag rests are recognised again while the recording is at hand. If the rule then
says something else, the finding is `cannot_tell` with both readings. Without a second recognition
the flag stands, and its reason says `heard_once`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.call import Role
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason
from qa_rules.evaluation.judging import judge
from qa_rules.evaluation.severity import grounds_of
from qa_rules.results import Finding, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.call import Call
    from models.metrics import Metric
    from models.transcript import Transcript, Word
    from qa_rules.results import Alternative, CallResult, Evidence, PiiSpan
    from qa_rules.rule_files.rulebook import RuleBook

_NOT_WORDS = frozenset(
    {
        ReasonCode.METRIC_COMPARED,
        ReasonCode.METRIC_OF_ROLE_COMPARED,
        ReasonCode.METADATA_FITS,
        ReasonCode.METADATA_DOES_NOT_FIT,
    }
)
"""Facts that do not depend on which words were recognised."""


def judge_twice(
    call: Call,
    transcript: Transcript,
    spans: Sequence[PiiSpan],
    metrics: Sequence[Metric],
    rulebook: RuleBook,
    alternatives: Sequence[Alternative] = (),
) -> tuple[Finding, ...]:
    """Judge a redacted transcript, and again with the other words; a flag needs both.

    Args:
        call: The call.
        transcript: Redacted.
        spans: Of this transcript.
        metrics: Of this transcript; those of the second reading are the same.
        rulebook: The rules.
        alternatives: The turns that were recognised again; none if there is no recording.
    """
    other = second_words(transcript, {again.turn: again.words for again in alternatives})
    other_spans = [
        replace(span, turn=other.kept.index(span.turn))
        for span in _other_spans(spans, alternatives)
    ]
    # Without other words the second reading would be the first one.
    second = judge(call, other.transcript, other_spans, metrics, rulebook) if alternatives else ()
    readings = _Readings(
        transcript,
        frozenset(again.turn for again in alternatives),
        {finding.rule_id: other.placed(finding) for finding in second},
        _references(call, rulebook),
    )
    # Settled while judging, so that what depends on a finding is judged by its new outcome.
    return judge(call, transcript, spans, metrics, rulebook, readings.settled)


def turns_of_flags(
    transcript: Transcript, findings: Sequence[Finding], rulebook: RuleBook, call: Call
) -> frozenset[int]:
    """The turns on whose words a flag of the call rests, to be recognised again."""
    needed = _references(call, rulebook)
    by_rule = {finding.rule_id: finding for finding in findings}
    return frozenset(
        turn
        for finding in findings
        if _rests_on_words(finding)
        for turn in _turns(transcript, finding, by_rule, needed)
    )


def _references(call: Call, rulebook: RuleBook) -> dict[str, frozenset[str]]:
    """By rule id, the rules whose findings it needs, of the rules in force at the call's start."""
    return {rule.id: rule.rule_references() for rule in rulebook.in_force(call.started_at.date())}


@dataclass(frozen=True, slots=True)
class ReadingCounts:
    """How often flags were judged twice; counts of several calls can be added.

    Attributes:
        twice: Flags that were judged on two recognitions, including those on which they differ.
        differ: Of these, those on which they differ.
        once: Flags that rest on one recognition of their words.
        again_s: Seconds of the turns that were recognised again.
    """

    twice: int = 0
    differ: int = 0
    once: int = 0
    again_s: float = 0.0

    def __add__(self, other: ReadingCounts) -> ReadingCounts:
        return ReadingCounts(
            self.twice + other.twice,
            self.differ + other.differ,
            self.once + other.once,
            self.again_s + other.again_s,
        )


def reading_counts(result: CallResult) -> ReadingCounts:
    """How often the flags of a call were judged twice."""
    codes = Counter(finding.reason.code for finding in result.findings)
    differ, once = codes[ReasonCode.READINGS_DIFFER], codes[ReasonCode.HEARD_ONCE]
    turns = (result.transcript.turns[again.turn] for again in result.alternatives)
    return ReadingCounts(
        twice=differ + sum(map(_rests_on_words, result.findings)),
        differ=differ,
        once=once,
        again_s=sum(turn.end_s - turn.start_s for turn in turns),
    )


@dataclass(frozen=True, slots=True)
class SecondWords:
    """A transcript with the words of its second recognition.

    Attributes:
        transcript: Without the turns in which nothing was recognised any more.
        kept: The index of each of its turns in the first reading.
    """

    transcript: Transcript
    kept: tuple[int, ...]

    def placed(self, finding: Finding) -> Finding:
        """A finding on this transcript, with the indexes of turns of the first reading."""
        return replace(finding, evidence=tuple(map(self._placed, finding.evidence)))

    def _placed(self, place: Evidence) -> Evidence:
        return place if place.turn is None else replace(place, turn=self.kept[place.turn])


def second_words(transcript: Transcript, words: Mapping[int, tuple[Word, ...]]) -> SecondWords:
    """Replace the words of some turns; a turn without words is left out."""
    turns = {
        number: replace(turn, words=words.get(number, turn.words))
        for number, turn in enumerate(transcript.turns)
        if words.get(number, turn.words)
    }
    return SecondWords(replace(transcript, turns=tuple(turns.values())), tuple(turns))


def _other_spans(
    spans: Sequence[PiiSpan], alternatives: Sequence[Alternative]
) -> Iterator[PiiSpan]:
    again = {alternative.turn for alternative in alternatives}
    yield from (span for span in spans if span.turn not in again)
    for alternative in alternatives:
        yield from alternative.pii_spans


@dataclass(frozen=True, slots=True)
class _Readings:
    """What the second reading says of a call.

    Attributes:
        transcript: Of the first reading.
        again: The turns that were recognised again.
        second: The findings on it, by rule id; none if no turn was recognised again.
        needed: By rule id, the rules whose findings it needs.
    """

    transcript: Transcript
    again: frozenset[int]
    second: Mapping[str, Finding]
    needed: Mapping[str, frozenset[str]]

    def settled(self, finding: Finding, earlier: Mapping[str, Finding]) -> Finding:
        """The finding of both readings."""
        if not _rests_on_words(finding):
            return finding
        if not self.again.issuperset(_turns(self.transcript, finding, earlier, self.needed)):
            return replace(
                finding, reason=Reason(ReasonCode.HEARD_ONCE, {"reason": finding.reason})
            )
        other = self.second.get(finding.rule_id, finding)
        if other.outcome is finding.outcome:
            return finding
        both = {"facts": grounds_of(finding).values["facts"], "second_reading": other.reason}
        return replace(
            finding,
            outcome=Outcome.CANNOT_TELL,
            severity=finding.rule_severity,
            flagged=False,
            confidence=min(finding.confidence, other.confidence),
            reason=Reason(ReasonCode.READINGS_DIFFER, both),
            evidence=tuple(dict.fromkeys((*finding.evidence, *other.evidence))),
        )


def _rests_on_words(finding: Finding) -> bool:
    """Whether a finding flags the call because of words that are, or are not, recognised."""
    facts = grounds_of(finding).values.get("facts", ())
    return finding.flagged and any(fact.code not in _NOT_WORDS for fact in facts)


def _turns(
    transcript: Transcript,
    finding: Finding,
    findings: Mapping[str, Finding],
    needed: Mapping[str, frozenset[str]],
) -> frozenset[int]:
    """The turns on whose words a finding rests: of its evidence, and of what it depends on."""
    places = list(finding.evidence)
    left = list(needed.get(finding.rule_id, ()))
    while left:
        rule_id = left.pop()
        if rule_id in findings:
            found = findings[rule_id].evidence
            places += [place for place in found if place.turn is not None]
        left += needed.get(rule_id, ())
    return frozenset(turn for place in places for turn in _turns_at(transcript, place))


def _turns_at(transcript: Transcript, place: Evidence) -> Iterator[int]:
    """The speaker's turns at a place; for an absence, all of theirs in the window."""
    for number, turn in enumerate(transcript.turns):
        is_theirs = (
            place.role in {Role.UNKNOWN, turn.role}
            if place.turn is None
            else turn.channel == transcript.turns[place.turn].channel
        )
        is_there = turn.start_s < place.end_s and place.start_s < turn.end_s
        if number == place.turn or (is_theirs and is_there):
            yield number
