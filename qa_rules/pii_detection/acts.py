"""Dialogue acts: who said a piece of PII first, and whether it was asked for."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING, NamedTuple

from models.call import Role
from qa_rules.pii_detection.evidence.features import Feature
from qa_rules.pii_detection.evidence.grounds import is_grounded
from qa_rules.pii_detection.evidence.weights import weights
from qa_rules.pii_detection.types.pii_type import UNKNOWN_NUMBER
from qa_rules.results import Act

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa_rules.pii_detection.context.speaker_words import SpeakerWords
    from qa_rules.pii_detection.recognizers.run_segmentation import Candidate
    from qa_rules.pii_detection.types.pii_type import PiiRule

MIN_ECHO_CHARACTERS = 3
"""Two characters are in nearly every number."""
MIN_ECHO_DIGITS = 2
"""Fewest digits of an echo whose letters were recognised differently."""
MIN_UNLETTERED = 8
"""Fewest digits of a code that lost its letters, for two of them to be an echo of it."""

MIN_PART_IN_SENTENCE = 4
"""Fewer digits are a quantity, unless they are nearly all of what is said."""
MAX_WORDS_BESIDE = 3
"""Words beside a few digits that are nearly all of an answer ("and then it's four oh six")."""


class Said(NamedTuple):
    """A candidate with speaker and time."""

    role: Role
    stream: int
    start_s: float
    candidate: Candidate


def attribute_acts(said: Sequence[Said]) -> list[tuple[Said, Act]]:
    """Determine the act of each candidate.

    A value that one side repeats after the other gets the type of the first one.

    Args:
        said: Candidates in order of time.
    """
    attributed: list[tuple[Said, Act]] = []
    for one in said:
        original = _original(one, attributed)
        if one.candidate.is_fragment and not original:
            continue
        settled = _echoed(one, original) if original else one
        attributed.append((settled, _act(settled, original, attributed)))
    return attributed


def _original(one: Said, earlier: Sequence[tuple[Said, Act]]) -> Said | None:
    """The earlier candidate of another side that this one repeats, in full or in part.

    A value that came in parts, each a candidate of its own, may be repeated across their border.
    """
    text = one.candidate.text
    others = [other for other, _ in earlier if other.stream != one.stream]
    for at in range(len(others) - 1, -1, -1):
        said = others[at].candidate.text
        if _is_in(text, said) or (not one.candidate.is_fragment and _shares(text, said)):
            return others[at]
        if at and _spans_border(text, others[at - 1].candidate.text, said):
            return others[at]
    return next((one for one in reversed(others) if _has_other_letters(text, one.candidate)), None)


def _spans_border(text: str, before: str, after: str) -> bool:
    """Whether a code of letters and digits repeats the end of a part and the start of the next."""
    has_both = any(map(str.isalpha, text)) and any(map(str.isdecimal, text))
    return has_both and _is_in(text, before[-len(text) :] + after[: len(text)])


def _has_other_letters(text: str, original: Candidate) -> bool:
    """Whether a text is the beginning or end of a code, but for misheard letters beside its digits.

    "GB29" repeats "E29 6016 ..." and "56D" ends "... 34 56 B".
    """
    if not is_grounded(original.evidence):
        return False
    text, whole = _certain(text).upper(), original.text.upper()
    if text.isdecimal() or text.isalpha():
        return False
    return _begins_alike(text, whole) or _begins_alike(text[::-1], whole[::-1])


def _begins_alike(text: str, whole: str) -> bool:
    """Whether the digits after the first letters of one are the first digits of the other."""
    digits, own = text.lstrip(ascii_uppercase), whole.lstrip(ascii_uppercase)
    return (
        MIN_ECHO_DIGITS <= len(digits) < len(text)
        and digits.isdecimal()
        and own.startswith(digits)
        and (len(own) < len(whole) or len(own) >= MIN_UNLETTERED)
    )


def _is_in(text: str, other: str) -> bool:
    """Whether a code, with or without its uncertain letters, is part of another."""
    return any(
        len(one) >= MIN_ECHO_CHARACTERS and one in whole
        for one in (text.upper(), _certain(text).upper())
        for whole in (other.upper(), _certain(other).upper())
    )


def _is_edge(echo: Candidate, original: Candidate) -> bool:
    """Whether a text repeats the beginning or end of a code."""
    text, whole = _certain(echo.text), _certain(original.text)
    return len(text) >= MIN_ECHO_CHARACTERS and (whole.startswith(text) or whole.endswith(text))


def _certain(text: str) -> str:
    """A code without its uncertain letters; words unchanged."""
    if not any(map(str.isdecimal, text)):
        return text
    return "".join(char for char in text if not char.islower())


def _shares(text: str, other: str) -> bool:
    """Whether a beginning or an end of `text`, or all of it, was in `other`."""
    text, other = _certain(text), _certain(other)
    if len(text) < MIN_ECHO_CHARACTERS or len(other) < MIN_ECHO_CHARACTERS:
        return False
    size = max(MIN_ECHO_CHARACTERS, min(len(text), len(other)) // 2)
    return text[:size] in other or text[-size:] in other


def _echoed(one: Said, original: Said) -> Said:
    candidate, type_ = one.candidate, original.candidate.type
    if (
        candidate.type not in (type_, UNKNOWN_NUMBER)
        and (type_ == UNKNOWN_NUMBER or candidate.checksum_valid or _says_more(candidate))
        and candidate.text not in original.candidate.text
    ):
        return one
    why = f"{candidate.why}, echoes the other side"
    if type_ == UNKNOWN_NUMBER:
        return one._replace(candidate=candidate._replace(type=type_, why=why))
    if not is_grounded(original.candidate.evidence):
        return one._replace(candidate=_as_unsure(candidate, original.candidate, why))
    edge = _is_edge(candidate, original.candidate)
    feature = Feature.ECHO_OF_EDGE if edge else Feature.ECHO
    score = candidate.score + weights().choice[feature]
    evidence = (*candidate.evidence, (feature, 1.0))
    echo = candidate._replace(type=type_, score=score, why=why, evidence=evidence)
    return one._replace(candidate=echo)


def _as_unsure(echo: Candidate, original: Candidate, why: str) -> Candidate:
    """An echo of an uncertain value: its evidence is its own words, or that of the value."""
    if echo.type == original.type:
        return echo._replace(why=why)
    return echo._replace(
        type=original.type, score=original.score, why=why, evidence=original.evidence
    )


def _says_more(candidate: Candidate) -> bool:
    return candidate.score > weights().limits.says_more


def _act(one: Said, original: Said | None, earlier: Sequence[tuple[Said, Act]]) -> Act:
    if one.role is not Role.AGENT:
        return Act.ASKED if one.candidate.asked else Act.VOLUNTEERED
    is_known = original or any(
        other.stream != one.stream and other.candidate.type == one.candidate.type
        for other, _ in earlier
    )
    return Act.REPEATED if is_known else Act.DISCLOSED


def is_unproven(candidate: Candidate, act: Act, rule: PiiRule) -> bool:
    """Whether something else may have been said, or only an unrecognised customer repeated.

    That is so for part of a value that the agent says first, for a few digits that occur somewhere
    in a customer's number, and for less than half of a value, said alone ("an iPhone 12").
    """
    seen = {feature for feature, _ in candidate.evidence}
    is_short = rule.shape is not None and 2 * len(candidate.text) < rule.shape.min_length
    is_alone = is_short and act in (Act.ASKED, Act.VOLUNTEERED)
    is_part = Feature.PART in seen and (is_alone or act is Act.DISCLOSED)
    return is_part or seen == {Feature.ECHO}


def is_confirmation(one: Said, found: Sequence[tuple[Said, Act, SpeakerWords]], least: int) -> bool:
    """Whether an agent only confirms a group of a value that is still being dictated.

    Args:
        one: What the agent repeats.
        found: All values of the call with their acts and the words of who said them.
        least: Fewest characters that are more than a confirmation, of all that are repeated.
    """
    alike = [other for other in found if other[0].candidate.type == one.candidate.type]
    repeated = sum(len(said.candidate.text) for said, act, _ in alike if act is Act.REPEATED)
    return repeated < least and any(
        said.stream != one.stream and stream.words[said.candidate.last - 1].end_s > one.start_s
        for said, _, stream in alike
    )


def is_stray(candidate: Candidate, stream: SpeakerWords) -> bool:
    """Whether few digits stand in a customer's sentence: "you've rung me three times since ten"."""
    is_part = (Feature.PART, 1.0) in candidate.evidence and stream.role is not Role.AGENT
    if not is_part or len(candidate.text) >= MIN_PART_IN_SENTENCE:
        return False
    turn = stream.places[candidate.first].turn
    beside = (*stream.places[: candidate.first], *stream.places[candidate.last :])
    return sum(place.turn == turn for place in beside) > MAX_WORDS_BESIDE
