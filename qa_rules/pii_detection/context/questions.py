"""Which of the phrases that name a type stand in a question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from qa_rules.pii_detection.context.cues import CueKind
from qa_rules.pii_detection.context.word_view import SENTENCE_END
from qa_rules.pii_detection.types.pii_type import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from qa_rules.pii_detection.context.cues import Cue
    from qa_rules.pii_detection.context.speaker_words import SpeakerWords
    from qa_rules.pii_detection.context.word_view import WordView

MAX_QUESTION_WORDS = 12
"""Words in which the question mark of a sentence is sought."""
APOSTROPHES = frozenset("'\u2019")
MAX_THING_WORDS = 4
"""Words after a phrase in which the thing is sought that it is about."""
MAX_WORDS_AFTER_QUESTION = 2
"""Such as "please", or "on file"."""


class Things(NamedTuple):
    """What a type belongs to.

    Attributes:
        own: Words for it ("card").
        determiners: Words that may stand before it ("of", "the", "your").
    """

    own: Collection[str]
    determiners: Collection[str]


def is_question(cue: Cue, stream: SpeakerWords) -> bool:
    """Whether the sentence of a phrase ends with a question mark."""
    for word in stream.words[cue.last - 1 : cue.last + MAX_QUESTION_WORDS]:
        if word.text.endswith(SENTENCE_END):
            return word.text.endswith("?")
    return False


def with_questions(cues: Iterable[Cue], stream: SpeakerWords) -> Iterator[Cue]:
    """The phrases, marked where they may be a question to the other side.

    One at the end of a turn counts, too: recognition may omit the question mark.
    """
    for cue in cues:
        after = cue.last + MAX_WORDS_AFTER_QUESTION
        ends_turn = after >= len(stream.places) or stream.places[after].turn != cue.turn
        yield replace(cue, is_question=ends_turn or is_question(cue, stream))


def with_requests_named(asked: Iterable[Cue], places: Collection[str]) -> list[Cue]:
    """Questions, where those that are answered by a type count as naming it.

    A question how many or how long ends what was asked before; one for a town or a floor asks for
    part of an address.

    Args:
        asked: The questions of the other sides.
        places: The types that are addresses.
    """
    return [
        replace(cue, kind=CueKind.NAME)
        if cue.kind is CueKind.REQUEST
        and (cue.type == REFERENCE or (cue.type in places and cue.is_question))
        else cue
        for cue in asked
    ]


def without_other_things(
    cues: Iterable[Cue],
    reading: WordView,
    things: Mapping[str, Things],
) -> list[Cue]:
    """The phrases without those that name another thing: "the expiry of the contract".

    Args:
        cues: Of one side.
        reading: Its words.
        things: Of the types that other things have as well.
    """
    return [
        cue
        for cue in cues
        if cue.type not in things or not _is_of_other(cue, reading, things[cue.type])
    ]


def _is_of_other(cue: Cue, reading: WordView, things: Things) -> bool:
    for word in range(cue.last, min(cue.last + MAX_THING_WORDS, len(reading.folded))):
        if reading.ends(word - 1) or not reading.same_turn(word - 1, word):
            return False
        folded = reading.folded[word]
        if folded in things.own or word in reading.symbol_at:
            return False
        if folded not in things.determiners:
            is_elided = not APOSTROPHES.isdisjoint(reading.stream.words[word].text)
            return is_elided or word > cue.last
    return False
