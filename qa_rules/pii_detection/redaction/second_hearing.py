"""A second recognition pass over a redacted copy mutes the numbers that are still audible.

What recognition writes depends on the surrounding audio, so a number that the first pass lost may
be recognised between the muted parts. The words of the first pass outside the excerpts, and those
that are muted, remain as context: a harmless number is judged in the same dialogue as before.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from models.audio.decoding import probe
from models.audio.excerpts import Excerpts
from models.audio.redacted_copy import in_memory
from models.errors import ModelsError
from models.turns import Voice, take_turns
from qa_rules.pii_detection.detector import questions
from qa_rules.pii_detection.redaction.muting import Muted, mute_spans
from qa_rules.pii_detection.redaction.proof import IN_WORDS, left_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from models.call import Call, Role
    from models.speech.listener import Listener
    from models.transcript import Transcript, Turn, Word
    from qa_rules.pii_detection.types.catalogue import PiiRules
    from qa_rules.results import PiiSpan

MARGIN_S = 2.0
"""Recognised on both sides of a muted number: the rest of a long one is no further away."""
ANSWER_S = 8.0
"""Recognised after a question for a number: an answer has begun and is recognisable by then."""
EDGE_S = 0.7
"""This close to the end of an excerpt, where a word may be cut, the first pass counts."""
_NEW_S = 0.05
"""A stretch that extends less than this beyond a muted one is the same, measured again."""


class Extent(StrEnum):
    """Which part of a copy is recognised again."""

    ALL = "all"
    EXPECTED = "expected"
    """After questions for a number, and around what was muted as a number, a code, a date or as
    speech without recognised words."""
    OFF = "off"


def audible_numbers(
    copy: Path,
    pair: tuple[Call, Transcript],
    muted: Sequence[Muted],
    rules: PiiRules,
    listener: Listener,
    extent: Extent,
) -> tuple[Muted, ...] | None:
    """Recognise a redacted copy again, and find what must be muted as well.

    Args:
        copy: The copy, which is only read.
        pair: The call, and its transcript from the first pass, not redacted.
        muted: What is silent in the copy.
        rules: The PII types that the call was masked with.
        listener: Transcribes the excerpts; their transcript is not stored.
        extent: How much of the copy is recognised.

    Returns:
        Further stretches to mute, often none; None without a second pass, or if it failed.
    """
    call, heard = pair
    excerpts = _excerpts(heard, muted, rules, extent)
    if extent is Extent.OFF:
        return None
    if not excerpts.bounds_s:
        return ()
    try:
        again = _second_pass(copy, call, heard, excerpts, listener)
    except ModelsError:
        return None
    spliced = _spliced(heard, again, excerpts, muted)
    spans = [
        part
        for span in left_over(spliced, rules).numbers
        for part in _audible(span, spliced, muted)
        if excerpts.contain(part.start_s)
    ]
    found = mute_spans(replace(spliced, unheard=()), spans, rules)
    return tuple(stretch for stretch in found if _beyond_s(stretch, muted) >= _NEW_S)


def _excerpts(
    heard: Transcript, muted: Sequence[Muted], rules: PiiRules, extent: Extent
) -> Excerpts:
    if extent is Extent.ALL:
        return Excerpts(((0.0, heard.duration_s),))
    in_words = {rule.id for rule in rules.by_id.values() if rule.spotter in IN_WORDS}
    expected = [stretch.bounds_s for stretch in muted if not in_words.issuperset(stretch.types)]
    expected += [
        (asked_s + MARGIN_S, asked_s + ANSWER_S - MARGIN_S)
        for type_, asked_s in questions(heard, rules)
        if type_ not in in_words
    ]
    return Excerpts.around(expected, MARGIN_S, heard.duration_s)


def _second_pass(
    copy: Path, call: Call, heard: Transcript, excerpts: Excerpts, listener: Listener
) -> Transcript:
    known = replace(call, language=heard.language)
    with in_memory() as audio:
        excerpts.write(copy, audio)
        return listener.listen(known, probe(audio))


def _spliced(
    heard: Transcript, again: Transcript, excerpts: Excerpts, muted: Sequence[Muted]
) -> Transcript:
    """The first pass, with the words of the second where the excerpts are not silent.

    The muted words stay: without the answer to a question the next number would count as the
    answer.
    """
    inner = excerpts.without_edges(EDGE_S, heard.duration_s)
    words: dict[tuple[int, Role], list[Word]] = {}
    for turn in heard.turns:
        own = words.setdefault((turn.channel, turn.role), [])
        own += [
            word
            for word in turn.words
            if not inner.contain(_middle_s(word)) or _is_muted(word, muted)
        ]
    for turn in again.turns:
        for word in turn.words:
            start_s, end_s = excerpts.original_s(word.start_s), excerpts.original_s(word.end_s)
            placed = replace(word, start_s=start_s, end_s=max(start_s, end_s))
            if inner.contain(_middle_s(placed)) and not _is_muted(placed, muted):
                words.setdefault(_speaker(heard.turns, turn, start_s), []).append(placed)
    voices = [
        Voice(channel, tuple(sorted(own, key=lambda word: word.start_s)), role, 1.0)
        for (channel, role), own in words.items()
        if own
    ]
    return replace(heard, turns=take_turns(voices))


def _audible(span: PiiSpan, spliced: Transcript, muted: Sequence[Muted]) -> Iterator[PiiSpan]:
    """The part of a span that is not muted yet, if any."""
    words = spliced.turns[span.turn].words
    heard = [at for at in range(span.first, span.last) if not _is_muted(words[at], muted)]
    if heard:
        first, last = words[heard[0]], words[heard[-1]]
        yield replace(
            span,
            first=heard[0],
            last=heard[-1] + 1,
            start_s=first.start_s,
            end_s=last.end_s,
        )


def _middle_s(word: Word) -> float:
    return (word.start_s + word.end_s) / 2


def _is_muted(word: Word, muted: Sequence[Muted]) -> bool:
    return any(stretch.start_s <= _middle_s(word) < stretch.end_s for stretch in muted)


def _speaker(turns: Iterable[Turn], turn: Turn, time_s: float) -> tuple[int, Role]:
    """The speaker of the first pass on that channel at that time, or the nearest one."""
    own = [other for other in turns if other.channel == turn.channel]
    if not own:
        return turn.channel, turn.role
    nearest = min(own, key=lambda other: max(other.start_s - time_s, time_s - other.end_s, 0.0))
    return nearest.channel, nearest.role


def _beyond_s(stretch: Muted, muted: Sequence[Muted]) -> float:
    """How many seconds of a stretch are not muted yet."""
    return stretch.end_s - stretch.start_s - sum(_overlaps_s(stretch, muted))


def _overlaps_s(stretch: Muted, muted: Sequence[Muted]) -> Iterator[float]:
    for other in muted:
        yield max(0.0, min(stretch.end_s, other.end_s) - max(stretch.start_s, other.start_s))
