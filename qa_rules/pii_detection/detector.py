"""PII detection: from recognised words to spans.

Words are converted to symbols, symbols are joined to runs across the turns of one side, and runs
are segmented into values whose type follows from shape, checksum and dialogue; then dialogue acts
are attributed. There are two thresholds: one for masking, and a higher one for reporting.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from models.call import Role
from models.language.pack import spoken_languages
from models.language.spoken.language import fold
from qa_rules.pii_detection.acts import (
    Said,
    attribute_acts,
    is_confirmation,
    is_stray,
    is_unproven,
)
from qa_rules.pii_detection.compiled_types import detectors_for
from qa_rules.pii_detection.context.speaker_words import streams_of
from qa_rules.pii_detection.evidence.features import NO_EVIDENCE, Feature
from qa_rules.pii_detection.evidence.grounds import may_blame
from qa_rules.pii_detection.evidence.weights import probability, weights
from qa_rules.pii_detection.name_pass import NamePass, name_places
from qa_rules.pii_detection.recognizers.names_and_passwords import (
    MIN_NAME_LETTERS,
    PERSON_NAME,
    WHOLE_SCORE,
)
from qa_rules.pii_detection.speaker_pass import SpeakerPass
from qa_rules.pii_detection.types.pii_type import REFERENCE, Mask
from qa_rules.results import Act, PiiSpan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.transcript import Transcript
    from qa_rules.pii_detection.context.speaker_words import SpeakerWords
    from qa_rules.pii_detection.evidence.features import Evidence
    from qa_rules.pii_detection.recognizers.run_segmentation import Candidate
    from qa_rules.pii_detection.types.catalogue import PiiRules
    from qa_rules.pii_detection.types.pii_type import PiiRule


def find_pii(transcript: Transcript, rules: PiiRules, agent_name: str = "") -> tuple[PiiSpan, ...]:
    """Find every piece of PII, ordered by turn and word; spans do not overlap.

    A value that extends over several turns gives a span for each turn; hesitations inside of it
    and words that only join it to others are spans that are never reported. Each turn is searched
    in its language. Speech in a language that is unknown, or whose data are incomplete, is searched
    in every language that has a pack.

    Args:
        transcript: Unredacted.
        rules: What to look for.
        agent_name: The agent's name, if it is known; mentioned in passing, it is not personal data.
    """
    searched = [
        _languages(turn.language or transcript.language, rules) for turn in transcript.turns
    ]
    own = rules.centre_names | frozenset(fold(agent_name).split())
    spans = [
        span
        for language in sorted(frozenset().union(*searched))
        for span in _find(transcript, rules, language, own)
        if language in searched[span.turn]
    ]
    return tuple(_without_overlaps(spans))


def questions(transcript: Transcript, rules: PiiRules) -> Iterator[tuple[str, float]]:
    """Questions that ask for PII by name: the type, and the time at which the name ends."""
    spoken = {turn.language or transcript.language for turn in transcript.turns}
    searched = (_languages(language, rules) for language in spoken)
    for language in sorted(frozenset().union(*searched)):
        detectors = detectors_for(rules, language)
        for stream in streams_of(transcript):
            for cue in SpeakerPass(stream, detectors).asking:
                if cue.is_name and cue.type != REFERENCE:
                    yield cue.type, cue.end_s


def _languages(language: str, rules: PiiRules) -> frozenset[str]:
    """The languages in which speech in a language is searched."""
    known = spoken_languages()
    is_known = language in known and rules.names_all_in(language)
    return frozenset({language} if is_known else known)


def attributed(
    transcript: Transcript, rules: PiiRules, language: str, own: frozenset[str] = frozenset()
) -> Iterator[tuple[Said, Act, SpeakerWords]]:
    """Every candidate of a transcript in one language, with its act and its side's words.

    Args:
        transcript: Unredacted.
        rules: What to look for.
        language: In which everything is read.
        own: Names that are not personal data.
    """
    streams = streams_of(transcript)
    detectors = detectors_for(rules, language)
    sides = [SpeakerPass(stream, detectors) for stream in streams]
    said: list[Said] = []
    names = [
        NamePass(side, stream.role, detectors.names, language)
        for side, stream in zip(sides, streams, strict=True)
    ]
    ours = (one.own_names | one.misheard(rules.centre_names) for one in names)
    own = own.union(*ours)
    places = name_places(names, language)
    for index, side in enumerate(sides):
        others = [cue for other in sides if other is not side for cue in other.asking]
        alone = len(sides) == 1 or streams[index].role is Role.UNKNOWN
        found = side.candidates(others, alone=alone)
        said += _said(index, streams[index], names[index].candidates(found, places[index], own))
    given = _names(said)
    for index, one_side in enumerate(names if given else ()):
        taken = [one.candidate for one in said if one.stream == index and not _is_unsure(one)]
        said += _said(index, streams[index], one_side.repetitions(given, taken))
    said.sort(key=lambda one: one.start_s)
    for one, act in attribute_acts(said):
        yield one, act, streams[one.stream]


def evidence_of(candidate: Candidate, stream: SpeakerWords) -> Evidence:
    """The evidence for a candidate's type; none for one that is masked as a precaution.

    A value of which its recogniser is unsure is masked, and never reported.
    """
    is_unsure = dict(candidate.evidence).get(Feature.RECOGNIZER, 1.0) < weights().limits.sure
    if candidate.score <= 0 or is_unsure:
        return NO_EVIDENCE
    words = stream.words[candidate.first : candidate.last]
    heard = sum(word.confidence for word in words) / len(words)
    return (*candidate.evidence, (Feature.HEARD, heard))


def _find(
    transcript: Transcript, rules: PiiRules, language: str, own: frozenset[str]
) -> Iterator[PiiSpan]:
    found = list(attributed(transcript, rules, language, own))
    for one, act, stream in found:
        rule = rules.by_id[one.candidate.type]
        if rule.mask is not Mask.NEVER:
            confirms = act is Act.REPEATED and is_confirmation(one, found, rule.min_repeated)
            yield from _spans((one, act), rule, stream, may_report=not confirms)


def _said(index: int, stream: SpeakerWords, candidates: Sequence[Candidate]) -> list[Said]:
    return [
        Said(stream.role, index, stream.words[candidate.first].start_s, _with_evidence(candidate))
        for candidate in candidates
    ]


def _with_evidence(candidate: Candidate) -> Candidate:
    """A candidate whose recogniser gives no features of its own: its score is the feature."""
    if candidate.evidence or candidate.score <= 0:
        return candidate
    return candidate._replace(evidence=((Feature.RECOGNIZER, candidate.score),))


def _is_unsure(one: Said) -> bool:
    """Whether a candidate is masked as a name only as a precaution."""
    return one.candidate.type == PERSON_NAME and one.candidate.score < WHOLE_SCORE


def _names(said: Sequence[Said]) -> frozenset[str]:
    """The single words of all names in the call."""
    return frozenset(
        word
        for one in said
        if one.candidate.type == PERSON_NAME and not _is_unsure(one)
        for word in one.candidate.text.split()
        if len(word) >= MIN_NAME_LETTERS
    )


def _spans(
    said: tuple[Said, Act], rule: PiiRule, stream: SpeakerWords, *, may_report: bool
) -> Iterator[PiiSpan]:
    """One span for each turn of the value, and for its words that carry nothing of it.

    Args:
        said: The value and its act.
        rule: Its type.
        stream: The words of whoever said it.
        may_report: False if it is masked only.
    """
    (one, act), candidate = said, said[0].candidate
    words = range(candidate.first, candidate.last)
    evidence = evidence_of(candidate, stream)
    confidence = probability(candidate.type, evidence) if evidence else 0.0
    for (turn, is_idle), group in groupby(
        words, lambda word: (stream.places[word].turn, word in candidate.idle)
    ):
        inside = list(group)
        yield PiiSpan(
            type=candidate.type,
            type_version=rule.version,
            role=one.role,
            act=act,
            turn=turn,
            first=stream.places[inside[0]].word,
            last=stream.places[inside[-1]].word + 1,
            start_s=stream.words[inside[0]].start_s,
            end_s=stream.words[inside[-1]].end_s,
            checksum_valid=candidate.checksum_valid,
            confidence=0.0 if is_idle else round(confidence, 3),
            reported=rule.mask is Mask.ALWAYS
            and not is_idle
            and confidence >= weights().confidence.reported
            and may_blame(act, evidence)
            and not is_unproven(candidate, act, rule)
            and not is_stray(candidate, stream)
            and may_report,
            why=candidate.why,
        )


def _without_overlaps(spans: Sequence[PiiSpan]) -> list[PiiSpan]:
    """Merge overlapping spans into the more confident one."""
    kept: list[PiiSpan] = []
    for span in sorted(spans, key=lambda span: (span.turn, span.first, -span.last)):
        if kept and kept[-1].turn == span.turn and span.first < kept[-1].last:
            before = kept.pop()
            surer = max(before, span, key=lambda one: one.confidence)
            widest = max(before, span, key=lambda one: one.last)
            span = replace(  # noqa: PLW2901  the joined span replaces both
                surer,
                first=before.first,
                start_s=before.start_s,
                last=widest.last,
                end_s=widest.end_s,
            )
        kept.append(span)
    return kept
